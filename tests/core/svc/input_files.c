/* Tests of followed files (core/svc/input_files.c): a real logd that is told to follow those of a new directory. */
#include <stdbool.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "../../lib/lender.h"
#include "../../lib/unit.h"

enum { KILLS = 20, WRITERS = 4, MOST = 256 };

static char dir[64];
static char got[65536]; /* of logd's stdout, not looked at yet */
static size_t got_len;

static const char *in_dir(const char *name)
{
	static char paths[4][128];
	static unsigned i;

	snprintf(paths[++i % 4], sizeof paths[0], "%s/%s", dir, name);
	return paths[i % 4];
}

/* Appends as a daemon does, which opened it before. */
static void append(int fd, const char *text)
{
	put(fd, text);
}

static int open_log(const char *name)
{
	int fd = open(in_dir(name), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);

	assert_true(fd >= 0);
	return fd;
}

static void write_log(const char *name, const char *text)
{
	int fd = open_log(name);

	append(fd, text);
	close(fd);
}

static void move(const char *from, const char *to)
{
	assert_int_equal(rename(in_dir(from), in_dir(to)), 0);
}

static int set_up_files(void **state)
{
	char list[256];

	strcpy(dir, "/tmp/input_files-XXXXXX");
	if (!mkdtemp(dir))
		return -1;
	snprintf(list, sizeof list, "web=%s/*.log %s/sub/x?/own.txt,app=%s/app", dir, dir, dir);
	setenv("INIT_LOG_FILES", list, 1);
	setenv("INIT_LOG_STATE", in_dir("state"), 1);
	got_len = 0;
	return set_up(state);
}

static int tear_down_files(void **state)
{
	char command[128];

	tear_down(state);
	snprintf(command, sizeof command, "rm -r %s", dir);
	return system(command);
}

/* The next line of logd's stdout, or NULL: none comes within ms. */
static const char *next_line(int ms)
{
	static char line[MOST];
	struct pollfd p = {.fd = out[0], .events = POLLIN};
	char *end;
	ssize_t n;

	while (!(end = memchr(got, '\n', got_len))) {
		if (poll(&p, 1, ms) != 1)
			return NULL;
		n = read(out[0], got + got_len, sizeof got - got_len);
		assert_true(n > 0);
		got_len += (size_t)n;
	}
	*end++ = '\0';
	strncpy(line, got, sizeof line - 1);
	got_len -= (size_t)(end - got);
	memmove(got, end, got_len);
	return line;
}

static void next(const char *text)
{
	const char *line = next_line(10000);

	assert_non_null(line);
	assert_string_equal(line, text);
}

static void from_the_beginning(void **state)
{
	int fd = open_log("app");

	(void)state;
	append(fd, "one\ntwo\nthr");
	next("app | one");
	next("app | two");
	assert_null(next_line(50));
	append(fd, "ee\n");
	next("app | three");
	write_log("a.log", "x\n");
	next("web | x");
	close(fd);
}

static void renamed(void **state)
{
	int old = open_log("a.log"), new;

	(void)state;
	append(old, "1\n");
	next("web | 1");
	append(old, "2\n");
	move("a.log", "a.log.1");
	append(old, "3\n");
	next("web | 2");
	next("web | 3");
	new = open_log("a.log");
	append(old, "4\n");
	next("web | 4");
	append(new, "5\n");
	next("web | 5");
	append(old, "late\n");
	next("web | late");
	close(old);
	close(new);
}

static void truncated(void **state)
{
	int fd = open_log("a.log");

	(void)state;
	append(fd, "first\nsecond\n");
	next("web | first");
	next("web | second");
	assert_int_equal(ftruncate(fd, 0), 0);
	append(fd, "a\n");
	next("web | a");
	assert_int_equal(ftruncate(fd, 0), 0);
	append(fd, "longer than what was read of it\n");
	next("web | longer than what was read of it");
	close(fd);
	fd = open(in_dir("a.log"), O_WRONLY | O_CLOEXEC);
	assert_int_equal(ftruncate(fd, 0), 0);
	assert_int_equal(pwrite(fd, "does not append\n", 16, 200010), 16);
	next("web | does not append");
	assert_int_equal(pwrite(fd, "on\n", 3, 200026), 3);
	next("web | on");
	close(fd);
}

static void deleted(void **state)
{
	int fd = open_log("app");

	(void)state;
	append(fd, "1\n");
	next("app | 1");
	assert_int_equal(unlink(in_dir("app")), 0);
	append(fd, "2\n");
	next("app | 2");
	close(fd);
	write_log("app", "3\n");
	next("app | 3");
}

static void come_later(void **state)
{
	(void)state;
	assert_int_equal(mkdir(in_dir("sub"), 0755), 0);
	assert_int_equal(mkdir(in_dir("sub/x1"), 0755), 0);
	write_log("sub/x1/own.txt", "1\n");
	next("own.txt | 1");
	assert_int_equal(mkdir(in_dir("sub/x22"), 0755), 0);
	write_log("sub/x22/own.txt", "not meant\n");
	write_log(".hidden.log", "not meant\n");
	write_log("b.txt", "not meant\n");
	assert_int_equal(mkdir(in_dir("sub/x2"), 0755), 0);
	write_log("sub/x2/own.txt", "2\n");
	next("own.txt | 2");
	move("sub", "gone");
	assert_int_equal(mkdir(in_dir("sub"), 0755), 0);
	assert_int_equal(mkdir(in_dir("sub/x3"), 0755), 0);
	write_log("sub/x3/own.txt", "3\n");
	next("own.txt | 3");
	assert_null(next_line(50));
}

static void long_lines(void **state)
{
	static char text[20002];
	const char *line;
	int fd = open_log("app");

	(void)state;
	memset(text, 'x', 20000);
	text[20000] = '\n';
	append(fd, text);
	line = next_line(10000);
	assert_non_null(line);
	assert_memory_equal(line, "app | xxx", 9);
	line = next_line(10000);
	assert_non_null(line);
	assert_memory_equal(line, "app + xxx", 9);
	close(fd);
}

static void cannot_be_read(void **state)
{
	char text[128], name[32];

	(void)state;
	assert_int_equal(mkfifo(in_dir("a.log"), 0600), 0);
	snprintf(text, sizeof text, "logd | %s/a.log: no regular file; it is not followed\n", dir);
	expect(err[0], text);
	for (int i = 0; i < 64; i++) {
		snprintf(name, sizeof name, "%02d.log", i);
		write_log(name, "x\n");
	}
	for (int i = 0; i < 64; i++)
		next("web | x");
	write_log("64.log", "x\n");
	snprintf(text, sizeof text, "logd | %s/64.log: more than 64 files match; it is not followed\n", dir);
	expect(err[0], text);
	write_log("64.log", "y\n");
	write_log("00.log", "z\n");
	next("web | z");
	assert_null(next_line(50));
	assert_int_equal(poll(&(struct pollfd){.fd = err[0], .events = POLLIN}, 1, 0), 0);
}

static char script[64];

/* The kernel grants no watches: all is looked at once a second. */
static int set_up_without_watches(void **state)
{
	static const char text[] =
	        "#!/bin/sh\n"
	        "exec unshare -Ur sh -c 'echo 0 >/proc/sys/user/max_inotify_watches && exec \"$0\"' \"$LINK\"\n";
	const char *binary = getenv("INITBOX") ? getenv("INITBOX") : "out/initbox";
	char own[256], link[300];
	int fd, rc;

	snprintf(own, sizeof own, "%s", binary);
	snprintf(link, sizeof link, "%.*s/links/logd", (int)(strrchr(own, '/') - own), own);
	strcpy(script, "/tmp/input_files-logd-XXXXXX");
	fd = mkstemp(script);
	setenv("LINK", link, 1);
	setenv("INITBOX", script, 1);
	append(fd, text);
	fchmod(fd, 0755);
	close(fd);
	rc = set_up_files(state);
	setenv("INITBOX", own, 1);
	return rc;
}

static void without_watches(void **state)
{
	(void)state;
	write_log("a.log", "1\n");
	next("web | 1");
	unlink(script);
	write_log("a.log", "2\n");
	next("web | 2");
	move("a.log", "a.log.1");
	write_log("a.log.1", "3\n");
	write_log("a.log", "4\n");
	next("web | 3");
	next("web | 4");
}

/* Nothing but the state directory is left of the former one. */
static void restart(void)
{
	tear_down(NULL);
	assert_int_equal(set_up(NULL), 0);
}

static void next_container(void **state)
{
	(void)state;
	write_log("a.log", "1\n2\n");
	write_log("app", "a\nunfinished");
	next("web | 1");
	next("web | 2");
	next("app | a");
	leave();
	next("app | unfinished");
	restart();
	assert_null(next_line(50));
	write_log("a.log", "3\n");
	next("web | 3");
	leave();
	write_log("a.log", "4\n");
	move("a.log", "a.log.1");
	write_log("a.log", "5\n");
	restart();
	next("web | 4");
	next("web | 5");
	assert_null(next_line(50));
}

static volatile int *seen; /* by the reader, shared: the next number of each writer */

/* Numbered lines "WRITER NUMBER", in files that are renamed every now and then, but not before they were looked at. */
static pid_t write_numbers(int writer, int count, int per_file)
{
	pid_t pid = fork();
	char text[32], name[32], old[32];

	assert_true(pid >= 0);
	if (pid)
		return pid;
	snprintf(name, sizeof name, "%d.log", writer);
	for (int i = 0, fd = -1; i < count; i++) {
		if (i % per_file == 0) {
			while (i && seen[writer] <= i - per_file)
				poll(NULL, 0, 1);
			close(fd);
			snprintf(old, sizeof old, "%d.log.%d", writer, i);
			if (i && rename(in_dir(name), in_dir(old)))
				_exit(1);
			fd = open(in_dir(name), O_WRONLY | O_APPEND | O_CREAT, 0644);
		}
		snprintf(text, sizeof text, "%d %d\n", writer, i);
		if (write(fd, text, strlen(text)) != (ssize_t)strlen(text))
			_exit(1);
		if (i % 50 == 0)
			poll(NULL, 0, 1);
	}
	_exit(0);
}

/* The number of the next line, and whose it is. */
static int next_number(int *writer)
{
	const char *line = next_line(10000);
	int n;

	assert_non_null(line);
	assert_int_equal(sscanf(line, "web | %d %d", writer, &n), 2);
	return n;
}

static void killed(void **state)
{
	enum { COUNT = 25000, PER_FILE = 4000 };
	int writer, status;

	(void)state;
	for (int i = 0; i < WRITERS; i++) {
		seen[i] = 0;
		write_numbers(i, COUNT, PER_FILE);
	}
	for (int i = 0; i < WRITERS * COUNT; i++) {
		int n = next_number(&writer);
		assert_int_equal(n, seen[writer]);
		seen[writer] = n + 1;
		if (i % (WRITERS * COUNT / KILLS) == WRITERS * COUNT / KILLS / 2) {
			kill(logd, SIGKILL);
			waitpid(logd, NULL, 0);
			start_logd();
		}
	}
	assert_null(next_line(50));
	for (int i = 0; i < WRITERS; i++)
		assert_true(wait(&status) > 0 && status == 0);
}

/* Copies and truncates as logrotate does: what is lost is lost, but nothing comes twice, torn or late. */
static void copied_and_truncated(void **state)
{
	enum { COUNT = 40000 };
	pid_t pid = write_numbers(0, COUNT, COUNT);
	int last = -1, lines = 0, writer, n;

	(void)state;
	while (last < COUNT - 1) {
		n = next_number(&writer);
		assert_true(n > last);
		last = n;
		if (++lines % 2000 == 0)
			assert_int_equal(truncate(in_dir("0.log"), 0), 0);
	}
	assert_true(lines > COUNT / 2);
	waitpid(pid, NULL, 0);
}

/* Its own memory, in kB. */
static long memory(void)
{
	char path[64], line[256];
	long sum = 0, n;
	FILE *f;

	snprintf(path, sizeof path, "/proc/%d/status", (int)logd);
	f = fopen(path, "r");
	assert_non_null(f);
	while (fgets(line, sizeof line, f))
		if (sscanf(line, "RssAnon: %ld", &n) == 1 || sscanf(line, "RssShmem: %ld", &n) == 1)
			sum += n;
	fclose(f);
	return sum;
}

/* User and system time of logd, in clock ticks. */
static long cpu(void)
{
	char path[64], text[1024] = "";
	long user = 0, system = 0;
	int fd;

	snprintf(path, sizeof path, "/proc/%d/stat", (int)logd);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(read(fd, text, sizeof text - 1) > 0);
	close(fd);
	assert_int_equal(
	        sscanf(strrchr(text, ')'), ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %ld %ld", &user, &system), 2);
	return user + system;
}

/* A backlog of 50 MB, and nobody reads at first. */
static void backlog(void **state)
{
	enum { LINES = 500000, LEN = 100 };
	char line[LEN + 1];
	long ticks;
	FILE *f;

	(void)state;
	f = fopen(in_dir("backlog"), "w");
	assert_non_null(f);
	for (int i = 0; i < LINES; i++)
		fprintf(f, "%0*d\n", LEN - 1, i);
	fclose(f);
	move("backlog", "a.log");
	assert_int_equal(poll(&(struct pollfd){.fd = out[0], .events = POLLIN}, 1, 10000), 1);
	ticks = cpu();
	poll(NULL, 0, 300);
	assert_true(cpu() - ticks < 10);
	for (int i = 0; i < LINES; i++) {
		const char *l = next_line(10000);
		assert_non_null(l);
		snprintf(line, sizeof line, "%0*d", LEN - 1, i);
		assert_string_equal(l + 6, line);
		if (i % (LINES / 10) == 0)
			assert_true(memory() < 2000);
	}
	assert_null(next_line(50));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up_files, tear_down_files)

int main(void)
{
	const struct CMUnitTest tests[] = {
	        TEST(from_the_beginning),
	        TEST(renamed),
	        TEST(truncated),
	        TEST(deleted),
	        TEST(come_later),
	        TEST(long_lines),
	        TEST(cannot_be_read),
	        TEST(next_container),
	        TEST(killed),
	        TEST(copied_and_truncated),
	        TEST(backlog),
	        cmocka_unit_test_setup_teardown(without_watches, set_up_without_watches, tear_down_files),
	};

	seen = mmap(NULL, WRITERS * sizeof *seen, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (seen == MAP_FAILED)
		return 1;
	return RUN(tests);
}
