/* Tests of svc/flow, svc/source and svc/sink_stdio: a real logd, to which we lend pipes as init and runsvdir do. */
#include "svc/flow.h"

#include <sys/prctl.h>
#include <sys/stat.h>

#include "../../lib/lender.h"

#ifdef __SANITIZE_ADDRESS__
enum { LINES = 100000, MIXED_LINES = 40 }; /* logd itself is the same */
#else
enum { LINES = 1000000, MIXED_LINES = 200 };
#endif
enum { KILLS = 20, WRITERS = 8, MIXED = 50, READ = 65536 };

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
		for (size_t n = 0; n < 4;) { /* a pipe that was full may end within a line */
			ssize_t more;
			poll(&(struct pollfd){.fd = out[0], .events = POLLIN}, 1, 10000);
			more = read(out[0], got + n, 4 - n);
			assert_true(more > 0);
			n += (size_t)more;
		}
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

/* Lines say whose they are, those of crond and those of any other service. */
static void headings(void **state)
{
	struct service cron, app;

	(void)state;
	assert_int_equal(heard(), LEND_HELLO);
	open_service(&cron, 1, "crond");
	open_service(&app, 2, "app");
	put(cron.out[1], "\1<6>cron/backup\2one\n\1<3>cron/other\37\"pid\":7\2two\nthree\n\1<6>crond\2\n");
	expect(out[0], "cron/backup | one\ncron/other | two\ncrond | three\ncrond | \n");
	put(app.out[1], "first\n\1<6>cron/backup\2one\n\1<6>app/worker\2two\n");
	expect(out[0], "app | first\napp/cron/backup | one\napp/worker | two\n");
	put(cron.err[1], "\1<6>cro");
	put(cron.out[1], "\1<9>cron/a\2no heading\n");
	expect(out[0], "crond | \1<9>cron/a\2no heading\n");
	put(cron.err[1], "n/a\37\37"
	                 "5.1\2begun\n\1<6>cron/b\2between\n\1<6>cron/a\37\37"
	                 "5.2.\2ended\n\1<6>cron/c\2un");
	expect(err[0], "cron/a | begun\ncron/b | between\ncron/a + ended\n");
	kill(logd, SIGKILL);
	waitpid(logd, NULL, 0);
	start_logd();
	assert_int_equal(heard(), LEND_HELLO);
	tell(LEND_ADD, &cron);
	put(cron.err[1], "finished\n\1<6>cron/d\2last");
	expect(err[0], "cron/c | unfinished\n");
	tell(LEND_END, &cron);
	expect(err[0], "cron/d | last\n");
	close_service(&cron);
	close_service(&app);
	leave();
}

static unsigned lines = LINES;
static bool headed; /* each line begins with a heading */

/* Writer k: the numbers from 0 on, a line each; in pieces that end anywhere, or line by line. */
static void write_numbers(int fd, unsigned k)
{
	static char mem[6000];
	size_t len = 0, piece = k % 2 ? 1 : 500 * k + 700;
	char heading[] = {1, '<', '6', '>', 'w', (char)('0' + k), 2};

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (unsigned i = 0; i < lines; i++) {
		char digits[12], *at = digits + sizeof digits;
		unsigned rest = i;
		*--at = '\n';
		do
			*--at = (char)('0' + rest % 10);
		while (rest /= 10);
		if (headed) {
			memcpy(mem + len, heading, sizeof heading);
			len += sizeof heading;
		}
		memcpy(mem + len, at, (size_t)(digits + sizeof digits - at));
		len += (size_t)(digits + sizeof digits - at);
		if (piece > 1 && len < piece)
			continue;
		size_t n = piece > 1 ? piece : len;
		if (write(fd, mem, n) != (ssize_t)n)
			_exit(1);
		len -= n;
		memmove(mem, mem + n, len);
	}
	_exit(write(fd, mem, len) != (ssize_t)len);
}

/* What is read from logd, line by line: source S, number N, and nothing torn. */
struct reader {
	char mem[READ + 400];
	size_t len;
	unsigned next[WRITERS];
	unsigned got, missing, doubled, torn;
};

static void check_line(struct reader *r, const char *line, const char *end)
{
	unsigned k, i = 0;
	const char *p = line + 5;

	while (p < end && *p >= '0' && *p <= '9' && i <= lines)
		i = i * 10 + (unsigned)(*p++ - '0');
	k = (unsigned)(line[1] - '0');
	r->got++;
	if (end - line < 6 || line[0] != 'w' || k >= WRITERS || memcmp(line + 2, " | ", 3) != 0 || p != end) {
		r->torn++;
		return;
	}
	if (i < r->next[k]) {
		r->doubled++;
		return;
	}
	r->missing += i - r->next[k];
	r->next[k] = i + 1;
}

static ssize_t read_some(struct reader *r, int fd)
{
	char *nl, *at = r->mem;
	ssize_t n = read(fd, r->mem + r->len, READ);

	if (n <= 0)
		return n;
	r->len += (size_t)n;
	for (; (nl = memchr(at, '\n', r->len - (size_t)(at - r->mem))); at = nl + 1)
		check_line(r, at, nl);
	r->len -= (size_t)(at - r->mem);
	memmove(r->mem, at, r->len);
	return n;
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

/* How many bytes all lines are, with what logd puts before each. */
static uint64_t all_bytes(void)
{
	uint64_t n = (uint64_t)lines * (5 + 1 + 1);

	for (unsigned i = 10; i < lines; i *= 10)
		n += lines - i;
	return n * WRITERS;
}

static uint64_t size_of(int fd)
{
	struct stat st;

	assert_int_equal(fstat(fd, &st), 0);
	return (uint64_t)st.st_size;
}

static void replace_logd(struct service s[WRITERS])
{
	int word;

	kill(logd, SIGKILL);
	waitpid(logd, NULL, 0);
	skim();
	start_logd();
	do
		word = heard();
	while (word == -1);
	assert_int_equal(word, LEND_HELLO);
	for (int i = 0; i < WRITERS; i++)
		tell(LEND_ADD, &s[i]);
}

/* A killed logd takes nothing with it, and leaves nothing to be said twice; the writers notice nothing. */
static void kill_under_load(int from, bool file)
{
	static struct reader r;
	struct service s[WRITERS];
	unsigned kills = 0, alive = WRITERS;
	uint64_t bytes = 0, all = all_bytes();
	char name[16];
	int status, gone = 0;

	memset(&r, 0, sizeof r);
	for (unsigned i = 0; i < WRITERS; i++) {
		snprintf(name, sizeof name, "w%u", i);
		open_service(&s[i], i + 1, name);
		if (!fork())
			write_numbers(s[i].out[1], i);
	}
	fcntl(from, F_SETFL, O_NONBLOCK);
	while (gone != logd) {
		ssize_t n = read_some(&r, from);
		bytes = file ? size_of(from) : n > 0 ? bytes + (uint64_t)n : bytes;
		if (n <= 0)
			poll(&(struct pollfd){.fd = file ? -1 : from, .events = POLLIN}, 1, 1);
		if (kills < KILLS && bytes >= all / (KILLS + 1) * (kills + 1)) {
			replace_logd(s);
			kills++;
		}
		while (alive && (gone = waitpid(-1, &status, WNOHANG)) > 0) {
			assert_int_not_equal(gone, logd);
			assert_int_equal(status, 0);
			alive--;
		}
		if (alive || kills < KILLS)
			continue;
		if (ends[1] >= 0)
			close(ends[1]);
		ends[1] = -1;
		gone = n > 0 ? 0 : waitpid(logd, &status, WNOHANG);
	}
	logd = 0;
	assert_int_equal(status, 0);
	while (read_some(&r, from) > 0)
		;
	printf("logd killed %u times, %u lines: %u missing, %u doubled, %u torn\n", kills, r.got, r.missing, r.doubled,
	       r.torn);
	assert_int_equal(kills, KILLS);
	assert_int_equal(r.missing + r.doubled + r.torn, 0);
	assert_int_equal(r.len, 0);
	for (int i = 0; i < WRITERS; i++) {
		assert_int_equal(r.next[i], lines);
		close_service(&s[i]);
	}
}

static void killed_writing_to_a_pipe(void **state)
{
	(void)state;
	kill_under_load(out[0], false);
}

static int set_up_shared(void **state)
{
	stdout_is_shared = true;
	return set_up(state);
}

static int set_up_file(void **state)
{
	stdout_is_file = true;
	int failed = set_up(state);
	stdout_is_file = false;
	return failed;
}

/* While CMD writes to the same pipe, what is put there at once is little. */
static void killed_beside_cmd(void **state)
{
	lines = LINES / 4;
	killed_writing_to_a_pipe(state);
	lines = LINES;
}

static void killed_with_headings(void **state)
{
	headed = true;
	killed_beside_cmd(state);
	headed = false;
}

static void killed_writing_to_a_file(void **state)
{
	char path[32];
	int fd;

	(void)state;
	snprintf(path, sizeof path, "/proc/self/fd/%d", out[1]);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	kill_under_load(fd, true);
	close(fd);
}

/* The n-th line of writer k on a stream: from 1 byte to 100 KiB, mostly short. */
static size_t make_line(char *mem, unsigned k, unsigned stream, unsigned n)
{
	static const unsigned most[] = {3, 40, 40, 200, 200, 1000, 20000, 102400};
	unsigned seed = k * 7919 + stream * 104729 + n * 1299709 + 1;
	size_t len;

	seed = seed * 1103515245 + 12345;
	len = 1 + (seed >> 12) % most[n % 8];
	for (size_t i = 0; i < len; i++) {
		seed = seed * 1103515245 + 12345;
		mem[i] = (char)(' ' + (seed >> 16) % 95);
	}
	mem[len] = '\n';
	return len;
}

static void write_mixed(const struct service *s, unsigned k)
{
	static char mem[102420];

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (unsigned n = 0; n < MIXED_LINES; n++)
		for (unsigned stream = 0; stream < 2; stream++) {
			size_t head = headed ? (size_t)sprintf(mem, "\1<6>w%02u\2", k) : 0;
			size_t len = head + make_line(mem + head, k, stream, n) + 1, half = n % 3 ? len : len / 2;
			int fd = stream ? s->err[1] : s->out[1];
			if (write(fd, mem, half) != (ssize_t)half ||
			    write(fd, mem + half, len - half) != (ssize_t)(len - half))
				_exit(1);
		}
	_exit(0);
}

/* One stream of logd's: what it says is put together again, writer by writer. */
struct mixed {
	char mem[200000];
	size_t len;
	unsigned n[MIXED]; /* lines that are whole */
	size_t at[MIXED];  /* so much of the next one was there */
};

static void check_part(struct mixed *m, unsigned stream, const char *line, size_t len)
{
	static char expected[102402];
	unsigned k = (unsigned)atoi(line + 1);
	size_t whole;

	if (memcmp(line, "logd | was killed", 17) == 0)
		return;
	assert_true(line[0] == 'w' && k < MIXED && len > 6 && line[3] == ' ' && line[5] == ' ');
	assert_int_equal(line[4], m->at[k] ? '+' : '|');
	line += 6;
	len -= 6;
	whole = make_line(expected, k, stream, m->n[k]);
	assert_true(m->at[k] + len <= whole);
	assert_memory_equal(line, expected + m->at[k], len);
	m->at[k] += len;
	if (m->at[k] < whole)
		return;
	m->at[k] = 0;
	m->n[k]++;
}

static bool read_mixed(struct mixed *m, unsigned stream)
{
	ssize_t n = read(stream ? err[0] : out[0], m->mem + m->len, READ);
	char *nl, *at = m->mem;

	if (n <= 0)
		return false;
	m->len += (size_t)n;
	for (; (nl = memchr(at, '\n', m->len - (size_t)(at - m->mem))); at = nl + 1)
		check_part(m, stream, at, (size_t)(nl - at));
	m->len -= (size_t)(at - m->mem);
	memmove(m->mem, at, m->len);
	return true;
}

/* 50 writers with lines of all sizes on both streams, while logd is killed now and then. */
static void mixed_sizes(void **state)
{
	struct mixed *streams = calloc(2, sizeof *streams);
	static struct service s[MIXED];
	unsigned alive = MIXED, turns = 0;
	int status, gone = 0;
	char name[16];

	(void)state;
	for (unsigned i = 0; i < MIXED; i++) {
		snprintf(name, sizeof name, "w%02u", i);
		open_service(&s[i], i + 1, name);
		if (!fork())
			write_mixed(&s[i], i);
	}
	fcntl(out[0], F_SETFL, O_NONBLOCK);
	fcntl(err[0], F_SETFL, O_NONBLOCK);
	while (gone != logd) {
		struct pollfd p[2] = {{.fd = out[0], .events = POLLIN}, {.fd = err[0], .events = POLLIN}};
		poll(p, 2, 1);
		bool some = read_mixed(&streams[0], 0);
		some = read_mixed(&streams[1], 1) || some;
		if (alive && ++turns % 50 == 0) {
			kill(logd, SIGKILL);
			waitpid(logd, NULL, 0);
			start_logd();
			/* it says hello once it is through with what there was, which we must read */
			while (!poll(&(struct pollfd){.fd = ends[1], .events = POLLIN}, 1, 1))
				for (unsigned k = 0; k < 2; k++)
					read_mixed(&streams[k], k);
			assert_int_equal(heard(), LEND_HELLO);
			for (unsigned i = 0; i < MIXED; i++)
				tell(LEND_ADD, &s[i]);
		}
		while (alive && (gone = waitpid(-1, &status, WNOHANG)) > 0) {
			assert_int_not_equal(gone, logd);
			assert_int_equal(status, 0);
			alive--;
		}
		if (!alive && ends[1] >= 0) {
			close(ends[1]);
			ends[1] = -1;
		}
		gone = alive || some ? 0 : waitpid(logd, &status, WNOHANG);
	}
	logd = 0;
	assert_int_equal(status, 0);
	for (unsigned k = 0; k < 2; k++) {
		while (read_mixed(&streams[k], k))
			;
		assert_int_equal(streams[k].len, 0);
		for (unsigned i = 0; i < MIXED; i++)
			assert_int_equal(streams[k].n[i], MIXED_LINES);
	}
	for (unsigned i = 0; i < MIXED; i++)
		close_service(&s[i]);
	free(streams);
}

static void mixed_sizes_with_headings(void **state)
{
	headed = true;
	mixed_sizes(state);
	headed = false;
}

/* What a killed logd had of a line that its writer never ends is a line in the end; of one that goes on it is joined.
 */
static void tails_outlive(void **state)
{
	struct service a, b;

	(void)state;
	assert_int_equal(heard(), LEND_HELLO);
	open_service(&a, 1, "a");
	open_service(&b, 2, "b");
	put(a.out[1], "whole\nunfinished");
	expect(out[0], "a | whole\n");
	put(b.out[1], "whole\nhalf a ");
	expect(out[0], "b | whole\n");
	kill(logd, SIGKILL);
	waitpid(logd, NULL, 0);
	close_service(&a);
	start_logd();
	assert_int_equal(heard(), LEND_HELLO);
	tell(LEND_ADD, &b);
	put(b.out[1], "line\n");
	expect(out[0], "b | half a line\n");
	leave();
	expect(out[0], "a | unfinished\n");
	close_service(&b);
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
	        cmocka_unit_test_setup_teardown(headings, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(lent_twice, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(stuck_stdout, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(closed_stdout, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(killed_writing_to_a_pipe, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(killed_beside_cmd, set_up_shared, tear_down),
	        cmocka_unit_test_setup_teardown(killed_with_headings, set_up_shared, tear_down),
	        cmocka_unit_test_setup_teardown(killed_writing_to_a_file, set_up_file, tear_down),
	        cmocka_unit_test_setup_teardown(mixed_sizes, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(mixed_sizes_with_headings, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(tails_outlive, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(many_sources, set_up, tear_down),
	};

	return RUN(tests);
}
