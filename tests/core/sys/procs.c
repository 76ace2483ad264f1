/* Unit tests of sys/procs and sys/envblock. */
#include "sys/procs.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../lib/unit.h"
#include "sys/envblock.h"

struct seen {
	pid_t want;
	int count;
};

static bool count(const struct procs_one *p, void *arg)
{
	struct seen *s = arg;

	s->count++;
	return p->pid == s->want;
}

/* A child with a hard name that lives until it is killed. */
static pid_t sleeper(void)
{
	int ready[2];
	pid_t pid;
	char c;

	assert_int_equal(pipe(ready), 0);
	pid = fork();
	if (pid == 0) {
		prctl(PR_SET_NAME, "a) Z (b");
		if (write(ready[1], "", 1) == 1)
			pause();
		_exit(0);
	}
	assert_int_equal(read(ready[0], &c, 1), 1);
	close(ready[0]);
	close(ready[1]);
	return pid;
}

static void one(void **state)
{
	struct procs_one p;
	pid_t pid = sleeper();

	(void)state;
	assert_true(procs_known());
	assert_int_equal(procs_read(pid, &p), 0);
	assert_int_equal(p.pid, pid);
	assert_int_equal(p.parent, getpid());
	assert_string_equal(p.name, "a) Z (b");
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	assert_int_equal(procs_read(pid, &p), -1);
}

static void descendants(void **state)
{
	struct seen s = {0};
	pid_t pid;

	(void)state;
	assert_int_equal(procs_each(getpid(), count, &s), 0);
	assert_int_equal(s.count, 0);
	assert_false(procs_children(0));
	pid = sleeper();
	assert_int_equal(procs_each(getpid(), count, &s), 0);
	assert_int_equal(s.count, 1);
	s = (struct seen){.want = pid};
	assert_int_equal(procs_each(getpid(), count, &s), 1);
	assert_true(procs_children(0));
	assert_false(procs_children(pid));
	kill(pid, SIGKILL);
	/* a zombie is nobody to be stopped */
	siginfo_t info;
	waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT);
	s = (struct seen){0};
	assert_int_equal(procs_each(getpid(), count, &s), 0);
	assert_int_equal(s.count, 0);
	waitpid(pid, NULL, 0);
}

enum { MARK = 0x1234567890abcdef };

/* Its mark is what the last of a line of processes has: of another session, another user, without an environment. */
static void found(const struct procs_one *p, void *arg)
{
	*(pid_t *)arg = p->pid;
}

static void mark(void **state)
{
	pid_t pid, seen = 0, last = 0;
	int pipe_ends[2];
	struct rlimit r;

	(void)state;
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	assert_int_equal(pipe(pipe_ends), 0);
	assert_int_not_equal(procs_mark(getpid()), MARK);
	procs_marked(MARK, found, &seen);
	assert_int_equal(seen, 0);
	pid = fork();
	if (pid == 0) {
		getrlimit(RLIMIT_RSS, &r);
		r.rlim_cur = MARK;
		setrlimit(RLIMIT_RSS, &r);
		setsid();
		if (fork())
			_exit(0);
		clearenv();
		if (getuid() == 0 && setuid(12345))
			_exit(1);
		pid = getpid();
		if (write(pipe_ends[1], &pid, sizeof pid) == sizeof pid)
			pause();
		_exit(0);
	}
	assert_int_equal(read(pipe_ends[0], &last, sizeof last), sizeof last);
	waitpid(pid, NULL, 0);
	assert_true(procs_mark(last) == MARK);
	procs_marked(MARK, found, &seen);
	assert_int_equal(seen, last);
	kill(last, SIGKILL);
	siginfo_t info;
	waitid(P_PID, (id_t)last, &info, WEXITED | WNOWAIT);
	assert_true(procs_mark(last) == MARK);
	seen = 0;
	procs_marked(MARK, found, &seen);
	assert_int_equal(seen, 0);
	waitpid(last, NULL, 0);
	assert_int_equal(procs_mark(last), 0);
	prctl(PR_SET_CHILD_SUBREAPER, 0);
	close(pipe_ends[0]);
	close(pipe_ends[1]);
}

static void environments(void **state)
{
	char *env[] = {"A=1", "B=x\ny", "C=", NULL}, **got;
	int fd = memfd_create("test", 0);

	(void)state;
	assert_null(envblock_read(fd));
	assert_int_equal(errno, ENODATA);
	assert_int_equal(envblock_write(fd, env), 0);
	got = envblock_read(fd);
	for (int i = 0; i < 3; i++)
		assert_string_equal(got[i], env[i]);
	assert_null(got[3]);
	/* an unterminated end, empty strings and words without '=' do no harm */
	assert_int_equal(write(fd, "\0\0word\0D=end", 12), 12);
	got = envblock_read(fd);
	assert_string_equal(got[3], "D=end");
	assert_null(got[4]);
	close(fd);
	assert_null(envblock_read(fd));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(one), cmocka_unit_test(descendants), cmocka_unit_test(mark),
	                                   cmocka_unit_test(environments)};

	return RUN(tests);
}
