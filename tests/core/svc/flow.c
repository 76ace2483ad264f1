/* Tests of svc/flow, svc/source and svc/sink_stdio: a real logd, to which we lend pipes as init and runsvdir do. */
#include "svc/flow.h"

#include <sys/prctl.h>

#include "../../lib/lender.h"

enum { KILLS = 100, WRITERS = 4, READ = 65536 };

static void life_of_a_source(void **state)
{
	struct service a, b;

	(void)state;
	assert_int_equal(heard(), LEND_HELLO);
	open_service(&a, 1, "nginx");
	open_service(&b, 2, "a b\tc");
	put(a.out[1], "one\n");
	expect(out[0], "nginx | one\n");
	put(b.err[1], "two\n");
	expect(err[0], "a b?c | two\n");
	put(a.out[1], "half a ");
	put(b.out[1], "whole\n");
	expect(out[0], "a b?c | whole\n");
	put(a.out[1], "line\nunfinished");
	expect(out[0], "nginx | half a line\n");
	tell(LEND_END, &a);
	expect(out[0], "nginx | unfinished\n");
	put(a.out[1], "the next process\n");
	expect(out[0], "nginx | the next process\n");

	put(a.out[1], "last words");
	put(a.err[1], "no newline");
	close_service(&a);
	expect(out[0], "nginx | last words\n");
	expect(err[0], "nginx | no newline\n");

	kill(logd, SIGTERM);
	kill(logd, SIGHUP);
	kill(logd, SIGINT);
	put(b.out[1], "still there\nand the end");
	leave();
	expect(out[0], "a b?c | still there\na b?c | and the end\n");
	close_service(&b);
}

static int logd_fds(void)
{
	char path[64], link[64];
	int n = 0;

	for (int fd = 0; fd < 1000; fd++) {
		snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)logd, fd);
		n += readlink(path, link, sizeof link) > 0;
	}
	return n;
}

static void lent_twice(void **state)
{
	struct service a;
	int fds;

	(void)state;
	open_service(&a, 7, "twice");
	put(a.out[1], "once\n");
	expect(out[0], "twice | once\n");
	fds = logd_fds();
	for (int i = 0; i < 50; i++)
		tell(LEND_ADD, &a);
	tell(LEND_END, &(struct service){.lend.id = 99}); /* nobody we know */
	assert_int_equal(send(ends[1], "?", 1, 0), 1);
	put(a.out[1], "and once\n");
	expect(out[0], "twice | and once\n");
	close_service(&a);
	open_service(&a, 8, "next");
	put(a.out[1], "after\n");
	expect(out[0], "next | after\n");
	assert_int_equal(logd_fds(), fds);
	close_service(&a);
	leave();
}

/* stdout's reader stops: stderr goes on, the writers wait, and nothing is lost when it comes back. */
static void stuck_stdout(void **state)
{
	struct service a, b;
	char line[80], expected[100];
	int sent = 0;

	(void)state;
	open_service(&a, 1, "a");
	open_service(&b, 2, "b");
	fcntl(a.out[1], F_SETFL, O_NONBLOCK);
	for (int quiet = 0; quiet < 50;) { /* until nothing moves: both pipes and a buffer are full */
		snprintf(line, sizeof line, "%060d\n", sent);
		if (write(a.out[1], line, strlen(line)) > 0) {
			sent++;
			quiet = 0;
			continue;
		}
		quiet++;
		poll(NULL, 0, 2);
	}
	put(b.out[1], "waits");
	put(b.err[1], "flows\n");
	expect(err[0], "b | flows\n");
	tell(LEND_END, &b);
	put(a.err[1], "flows too\n");
	expect(err[0], "a | flows too\n");

	bool seen_b = false;
	for (int i = 0; i < sent; i++) {
		snprintf(expected, sizeof expected, "a | %060d\n", i);
		expect(out[0], "");
		char got[100] = "";
		assert_int_equal(read(out[0], got, 4), 4);
		if (strcmp(got, "b | ") == 0) {
			expect(out[0], "waits\n");
			seen_b = true;
			i--;
			continue;
		}
		expect(out[0], expected + 4);
	}
	if (!seen_b)
		expect(out[0], "b | waits\n");
	close_service(&a);
	close_service(&b);
	leave();
}

/* Nobody reads stdout any more: said once, and services go on. */
static void closed_stdout(void **state)
{
	struct service a;

	(void)state;
	open_service(&a, 1, "a");
	close(out[0]);
	close(out[1]);
	out[0] = out[1] = -1;
	for (int i = 0; i < 5000; i++)
		put(a.out[1], "a line that nobody will ever read, and it must not stop its writer in the least\n");
	expect(err[0], "logd | stdout: Broken pipe; what is written there from now on is lost\n");
	put(a.err[1], "stderr\n");
	expect(err[0], "a | stderr\n");
	close_service(&a);
	leave();
}

static void write_numbers(int fd)
{
	char line[300];

	for (unsigned i = 0;; i++) {
		int n = snprintf(line, sizeof line, "%u:%0*u.\n", i, (int)(i * 7919 % 200 + 10), i);
		if (write(fd, line, (size_t)n) != n)
			_exit(1);
	}
}

/* What is read from logd, line by line: source S, number N, and nothing torn. */
struct reader {
	char mem[READ + 400];
	size_t len;
	unsigned next[WRITERS];
	unsigned lines;
};

static void check_line(struct reader *r, char *line)
{
	char again[300];
	unsigned i, k;

	line[strcspn(line, "\n")] = '\0';
	assert_int_equal(sscanf(line, "w%u | %u:", &k, &i), 2);
	assert_in_range(k, 0, WRITERS - 1);
	snprintf(again, sizeof again, "w%u | %u:%0*u.", k, i, (int)(i * 7919 % 200 + 10), i);
	assert_string_equal(line, again);
	assert_int_equal(i, r->next[k]); /* none twice, none lost, none out of order */
	r->next[k] = i + 1;
	r->lines++;
}

static bool read_some(struct reader *r, int timeout_ms)
{
	struct pollfd p = {.fd = out[0], .events = POLLIN};
	char *nl, *at = r->mem;
	ssize_t n;

	if (poll(&p, 1, timeout_ms) != 1)
		return false;
	n = read(out[0], r->mem + r->len, READ);
	if (n <= 0)
		return false;
	r->len += (size_t)n;
	for (; (nl = memchr(at, '\n', r->len - (size_t)(at - r->mem))); at = nl + 1)
		check_line(r, at);
	r->len -= (size_t)(at - r->mem);
	memmove(r->mem, at, r->len);
	return true;
}

/* What logd says of itself. */
static void skim(void)
{
	char mem[4096];
	ssize_t n;

	fcntl(err[0], F_SETFL, O_NONBLOCK);
	while ((n = read(err[0], mem, sizeof mem - 1)) > 0) {
		mem[n] = '\0';
		assert_null(strstr(mem, "missing"));
		assert_null(strstr(mem, "lost"));
	}
}

/* A killed logd takes nothing with it; the writers notice nothing. */
static void killed_under_load(void **state)
{
	static struct reader r;
	struct service s[WRITERS];
	pid_t writers[WRITERS];
	char name[16];
	int status;

	(void)state;
	for (int i = 0; i < WRITERS; i++) {
		snprintf(name, sizeof name, "w%d", i);
		open_service(&s[i], (unsigned)i + 1, name);
		writers[i] = fork();
		if (!writers[i]) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			write_numbers(s[i].out[1]);
		}
	}
	for (int kills = 0; kills < KILLS; kills++) {
		unsigned enough = r.lines + 500 + (unsigned)kills % 7 * 300;
		while (r.lines < enough)
			assert_true(read_some(&r, 10000));
		kill(logd, SIGKILL);
		waitpid(logd, NULL, 0);
		skim();
		start_logd();
		do
			status = heard();
		while (status == -1);
		assert_int_equal(status, LEND_HELLO);
		for (int i = 0; i < WRITERS; i++)
			tell(LEND_ADD, &s[i]);
	}
	for (int i = 0; i < WRITERS; i++) {
		assert_int_equal(waitpid(writers[i], &status, WNOHANG), 0); /* no EPIPE */
		kill(writers[i], SIGKILL);
		waitpid(writers[i], NULL, 0);
	}
	close(ends[1]);
	ends[1] = -1;
	for (int gone = 0; gone != logd; gone = waitpid(logd, &status, WNOHANG))
		while (read_some(&r, 20))
			;
	logd = 0;
	assert_int_equal(status, 0);
	while (read_some(&r, 0))
		;
	assert_int_equal(r.len, 0);
	for (int i = 0; i < WRITERS; i++)
		close_service(&s[i]);
}

static void many_sources(void **state)
{
	enum { COUNT = 400 };
	static struct service s[COUNT];
	char name[16], text[40], seen[COUNT] = {0};
	unsigned k;

	(void)state;
	for (unsigned i = 0; i < COUNT; i++) {
		assert_int_equal(pipe2(s[i].out, O_CLOEXEC), 0);
		s[i].err[0] = s[i].err[1] = -1;
		snprintf(name, sizeof name, "s%u", i);
		strcpy(s[i].lend.name, name);
		s[i].lend.id = i + 1;
		tell(LEND_ADD, &s[i]);
		put(s[i].out[1], "here\n");
	}
	for (unsigned i = 0; i < COUNT; i++) {
		size_t n = 0;
		do
			assert_int_equal(read(out[0], text + n, 1), 1);
		while (text[n++] != '\n');
		assert_int_equal(sscanf(text, "s%u | here\n", &k), 1);
		assert_in_range(k, 0, COUNT - 1);
		assert_int_equal(seen[k]++, 0);
	}
	for (unsigned i = 0; i < COUNT; i++)
		close_service(&s[i]);
	leave();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test_setup_teardown(life_of_a_source, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(lent_twice, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(stuck_stdout, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(closed_stdout, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(killed_under_load, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(many_sources, set_up, tear_down),
	};

	return RUN(tests);
}
