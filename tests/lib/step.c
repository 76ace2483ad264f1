/* step - a service for tests of order: step LOG NAME MS. It writes lines to LOG, each with the time in µs:
 *
 *	start NAME T    as it begins; then it takes so many ms
 *	ready NAME T    just before it says READY=1, or, if nobody listens, ends
 *	stop NAME T     when TERM comes; then it takes 3 ms
 *	gone NAME T     as it ends
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static void note(int fd, const char *what, const char *name)
{
	struct timespec t;
	char line[200];
	int n;

	clock_gettime(CLOCK_MONOTONIC, &t);
	n = snprintf(line, sizeof line, "%s %s %lld\n", what, name, t.tv_sec * 1000000LL + t.tv_nsec / 1000);
	if (write(fd, line, (size_t)n) != n)
		exit(3);
}

static void take(long ms)
{
	struct timespec t = {ms / 1000, ms % 1000 * 1000000};

	nanosleep(&t, NULL);
}

static void tell(const char *socket_path)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	strncpy(to.sun_path, socket_path, sizeof to.sun_path - 1);
	if (sendto(fd, "READY=1", 7, 0, (struct sockaddr *)&to, sizeof to) != 7)
		exit(4);
}

int main(int argc, char **argv)
{
	const char *socket_path = getenv("NOTIFY_SOCKET");
	int fd = argc == 4 ? open(argv[1], O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644) : -1, sig;
	sigset_t set;

	if (fd < 0)
		return 2;
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	note(fd, "start", argv[2]);
	take(atoi(argv[3]));
	note(fd, "ready", argv[2]);
	if (!socket_path)
		return 0;
	tell(socket_path);
	sigwait(&set, &sig);
	note(fd, "stop", argv[2]);
	take(3);
	note(fd, "gone", argv[2]);
	return 0;
}
