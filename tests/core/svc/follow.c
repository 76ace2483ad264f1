/* Tests of svc/follow: clients of a real logd that lends its last lines to whoever asks. */
#include "svc/follow.h"

#include <sys/stat.h>
#include <sys/un.h>

#include "../../lib/lender.h"

static char dir[] = "/tmp/follow.XXXXXX";

static int connect_to_logd(void)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(to.sun_path, sizeof to.sun_path, "%s/log", dir);
	assert_int_equal(connect(fd, (void *)&to, sizeof to), 0);
	return fd;
}

static int ask(const char *name)
{
	int fd = connect_to_logd();

	put(fd, name);
	return fd;
}

static void expect_end(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	char c;

	assert_int_equal(poll(&p, 1, 10000), 1);
	assert_int_equal(read(fd, &c, 1), 0);
	close(fd);
}

/* Those of other names are the service's too, if it may say them: cron/…, which is crond's, and NAME/…. */
static void under_its_names(void **state)
{
	struct service cron, other;
	int one, two;

	(void)state;
	open_service(&cron, 1, "crond");
	open_service(&other, 2, "crond2");
	put(cron.out[1], "\1<6>cron/a\2first\n\1<6>x\2second\nthird\n");
	expect(out[0], "cron/a | first\ncrond/x | second\ncrond | third\n");
	put(other.out[1], "\1<6>cron/b\2fourth | cron\n");
	expect(out[0], "crond2/cron/b | fourth | cron\n");
	one = ask("crond\n");
	expect(one, "cron/a | first\ncrond/x | second\ncrond | third\n");
	two = ask("cron/a\n");
	expect(two, "cron/a | first\n");
	put(other.out[1], "fifth\n");
	expect(out[0], "crond2 | fifth\n");
	put(cron.out[1], "\1<6>cron/a\2sixth\n");
	expect(one, "cron/a | sixth\n");
	expect(two, "cron/a | sixth\n");
	close(one);
	close(two);
	close_service(&cron);
	close_service(&other);
	leave();
}

static void recent_and_new(void **state)
{
	struct service a, b;
	int one, all, late;
	struct stat st;
	char path[64];

	(void)state;
	open_service(&a, 1, "a");
	open_service(&b, 2, "ab");
	put(a.out[1], "first\n");
	expect(out[0], "a | first\n");
	put(b.err[1], "second\n");
	expect(err[0], "ab | second\n");
	put(a.err[1], "third\nunfinished");
	expect(err[0], "a | third\n");

	snprintf(path, sizeof path, "%s/log", dir);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);

	one = ask("a\n");
	expect(one, "a | first\na | third\n");
	all = ask("\n");
	expect(all, "a | first\nab | second\na | third\n");
	put(b.out[1], "fourth\n");
	expect(all, "ab | fourth\n");
	put(a.out[1], "fifth\n");
	expect(all, "a | fifth\n");
	expect(one, "a | fifth\n");
	tell(LEND_END, &a);
	expect(one, "a | unfinished\n");

	late = connect_to_logd();
	put(late, "a");
	put(late, "b\nwhatever\n");
	shutdown(late, SHUT_WR); /* no new lines, please */
	expect(late, "ab | second\nab | fourth\n");
	expect_end(late);
	late = ask("nobody\n");
	shutdown(late, SHUT_WR);
	expect_end(late);
	late = ask("no newline");
	shutdown(late, SHUT_WR);
	expect_end(late);
	shutdown(all, SHUT_WR);
	expect(all, "a | unfinished\n");
	expect_end(all);
	close(one);
	put(a.out[1], "still well\n");
	late = ask("a\n");
	expect(late, "a | first\na | third\na | fifth\na | unfinished\na | still well\n");
	close(late);
	close_service(&a);
	close_service(&b);
	leave();
}

/* Reads numbered lines up to that one, whole and in order; what is missing was said to be lost. Returns how many were.
 */
static unsigned count_lines(int fd, unsigned until)
{
	static char mem[65536];
	size_t have = 0;
	unsigned next = 0, seen, lost, total = 0;

	while (next < until) {
		char *nl, *at = mem;
		ssize_t n = read(fd, mem + have, sizeof mem - have);
		assert_true(n > 0);
		have += (size_t)n;
		for (; (nl = memchr(at, '\n', have - (size_t)(at - mem))); at = nl + 1) {
			*nl = '\0';
			if (sscanf(at, "... %u lines lost", &lost) == 1) {
				total += lost;
				next += lost;
				continue;
			}
			if (sscanf(at, "a | %u:", &seen) != 1)
				continue; /* the piece of a line that was lost half-way */
			if (nl - at == 50) {
				assert_int_equal(seen, next);
				next++;
			}
		}
		have -= (size_t)(at - mem);
		memmove(mem, at, have);
	}
	return total;
}

/* A client that does not read holds nobody up, and is told what it missed. */
static void slow_client(void **state)
{
	enum { LINES = 30000 };
	struct service a;
	char line[64], got[80];
	int slow, fast;

	(void)state;
	assert_int_equal(heard(), LEND_HELLO);
	open_service(&a, 1, "a");
	slow = ask("a\n");
	fast = ask("nobody\n");
	for (unsigned i = 0; i < LINES; i++) {
		snprintf(line, sizeof line, "%u:%0*d\n", i, 45 - snprintf(NULL, 0, "%u", i), 0);
		put(a.out[1], line);
		snprintf(got, sizeof got, "a | %s", line);
		expect(out[0], got);
	}
	assert_in_range(count_lines(slow, LINES), 1, LINES - 1);
	put(a.out[1], "well again\n");
	expect(slow, "a | well again\n");
	close(slow);
	close(fast);
	close_service(&a);
	leave();
}

/* Of a burst what is kept is its end, without a gap. */
static void burst(void **state)
{
	static char text[200000];
	struct service a;
	size_t len = 0;
	unsigned first, i;
	int fd;

	(void)state;
	open_service(&a, 1, "a");
	put(a.out[1], "long ago\n");
	expect(out[0], "a | long ago\n");
	for (i = 0; i < 1000; i++)
		len += (size_t)snprintf(text + len, sizeof text - len, "%060u\n", i);
	put(a.out[1], text);
	for (i = 0; i < 1000; i++) {
		snprintf(text, sizeof text, "a | %060u\n", i);
		expect(out[0], text);
	}
	fd = ask("\n");
	assert_int_equal(read(fd, text, 4 + 60 + 1), 4 + 60 + 1);
	assert_int_equal(sscanf(text, "a | %u", &first), 1);
	assert_in_range(first, 1000 - FOLLOW_KEPT / 65, 900);
	for (i = first + 1; i < 1000; i++) {
		snprintf(text, sizeof text, "a | %060u\n", i);
		expect(fd, text);
	}
	close(fd);
	close_service(&a);
	leave();
}

static void too_many_clients(void **state)
{
	struct service a;
	int fds[FOLLOW_CLIENTS];

	(void)state;
	open_service(&a, 1, "a");
	put(a.out[1], "here\n");
	expect(out[0], "a | here\n");
	for (int i = 0; i < FOLLOW_CLIENTS; i++) {
		fds[i] = ask("\n");
		expect(fds[i], "a | here\n");
	}
	expect_end(connect_to_logd());
	for (int i = 0; i < FOLLOW_CLIENTS; i++)
		close(fds[i]);
	for (int i = 0; i < 100; i++) {
		int fd = connect_to_logd();
		if (i % 2)
			put(fd, "\n");
		close(fd);
	}
	put(a.out[1], "still here\n");
	expect(out[0], "a | still here\n");
	close_service(&a);
	leave();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test_setup_teardown(under_its_names, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(recent_and_new, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(slow_client, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(burst, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(too_many_clients, set_up, tear_down),
	};
	char path[64];
	int failed;

	if (!mkdtemp(dir) || setenv("INIT_RUN_DIR", dir, 1))
		return 1;
	failed = RUN(tests);
	snprintf(path, sizeof path, "%s/log", dir);
	unlink(path);
	rmdir(dir);
	return failed;
}
