/* Nobody who floods a real logd keeps the others out: neither a pipe those who send over the network, nor they it or
 * each other; with a reader that is slower than they are. What hostile senders do is in
 * tests/applets/logd_network.bats. */
#include "svc/input.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>

#include "../../lib/lender.h"
#include "base/fmt.h"

enum { LINES = 60000, TCP = 2, PIPES = 3 };

static int network(void)
{
	struct ifreq lo = {.ifr_name = "lo", .ifr_flags = IFF_UP};
	int fd;

	if (unshare(CLONE_NEWNET) || (fd = socket(AF_INET, SOCK_DGRAM, 0)) < 0)
		return -1;
	return ioctl(fd, SIOCSIFFLAGS, &lo) | close(fd);
}

static int connected(void)
{
	struct sockaddr_in at = {
	        .sin_family = AF_INET, .sin_port = htons(514), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	for (int i = 0; i < 1000; i++) {
		if (connect(fd, (struct sockaddr *)&at, sizeof at) == 0)
			return fd;
		poll(NULL, 0, 10); /* logd is not there yet */
	}
	fail_msg("nobody listens");
	return -1;
}

/* A process that writes that text again and again until we end. */
static pid_t flood(int fd, const char *line)
{
	const char *at = line, *end = line + strlen(line);
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (ssize_t n; (n = write(fd, at, (size_t)(end - at))) >= 0;)
		at = at + n < end ? at + n : line;
	_exit(0);
}

static void all_get_through(void **state)
{
	static const char *const names[] = {"tcp0", "tcp1", "pipe0", "pipe1", "pipe2"};
	unsigned counts[PIPES + TCP] = {0};
	struct service pipes[PIPES];
	pid_t pids[PIPES + TCP];
	FILE *from = fdopen(dup(out[0]), "r");
	char *line = NULL, text[120 * 50];
	struct fmt to;
	size_t room = 0;

	(void)state;
	assert_non_null(from);
	assert_true(fcntl(out[0], F_SETPIPE_SZ, 4096) > 0); /* so that it is stuck most of the time */
	for (int i = 0; i < PIPES; i++)
		open_service(&pipes[i], (unsigned)i + 1, names[TCP + i]);
	for (int i = 0; i < PIPES + TCP; i++) {
		fmt_open(&to, text, sizeof text);
		for (int k = 0; k < 50; k++)
			fmt_add(&to, "%s%s: %080d\n", i < TCP ? "<13>" : "", names[i], k);
		pids[i] = flood(i < TCP ? connected() : pipes[i - TCP].out[1], text);
	}
	for (unsigned lines = 0; lines < LINES && getline(&line, &room, from) > 0; lines++)
		for (int i = 0; i < PIPES + TCP; i++)
			counts[i] += strncmp(line, names[i], strlen(names[i])) == 0;
	for (int i = 0; i < PIPES + TCP; i++) {
		kill(pids[i], SIGKILL);
		waitpid(pids[i], NULL, 0);
		print_message("%s: %u lines\n", names[i], counts[i]);
	}
	for (int i = 0; i < PIPES + TCP; i++)
		assert_true(counts[i] > LINES / 50);
	free(line);
	fclose(from);
	for (int i = 0; i < PIPES; i++)
		close_service(&pipes[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(all_get_through, set_up, tear_down)};

	setenv("INIT_LOG_LISTEN", "tcp://127.0.0.1:514", 1);
	if (network()) {
		print_message("no network of its own\n");
		return 1;
	}
	return RUN(tests);
}
