/* Unit tests of svc/leftovers: whose a process is, by its mark or its environment, and who is not touched. */
#include "svc/leftovers.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../lib/unit.h"
#include "svc/service.h"
#include "sys/spawn.h"

static struct service *a, *b;
static struct unitlife unit;

static struct service *make(const char *name)
{
	struct service *s = service_new(name, NULL);

	assert_non_null(s);
	s->unit = &unit;
	service_append(s);
	return s;
}

static int setup(void **state)
{
	(void)state;
	leftovers_open();
	a = make("a");
	b = make("b");
	return spawn_open();
}

/* A child that lives, in a group of its own. */
static pid_t start(uint64_t mark, const char *variable)
{
	char *argv[] = {"sleep", "1000", NULL}, *env[] = {"PATH=/usr/bin:/bin", NULL, NULL};
	struct spawn s = {.argv = argv, .env = env, .in = -1, .out = -1, .err = -1, .session = true, .mark = mark};
	char own[256] = "", exe[256] = "", path[32];
	pid_t pid;

	env[1] = (char *)(uintptr_t)variable;
	pid = spawn(&s);
	assert_true(pid > 0);
	snprintf(path, sizeof path, "/proc/%d/exe", (int)pid);
	assert_true(readlink("/proc/self/exe", own, sizeof own - 1) > 0);
	do
		assert_true(readlink(path, exe, sizeof exe - 1) > 0);
	while (strcmp(exe, own) == 0);
	return pid;
}

static bool ends(pid_t pid)
{
	int status;

	return waitpid(pid, &status, 0) == pid && WIFSIGNALED(status);
}

static void whose(void **state)
{
	uint64_t other = leftovers_mark(a) ^ 1ULL << 40;
	pid_t pids[] = {
	        start(leftovers_mark(a), "INIT_SERVICE=b"),
	        start(leftovers_mark(b), NULL),
	        start(other, "INIT_SERVICE=a"),
	        start(0, "INIT_SERVICE=a"),
	        start(0, NULL),
	};

	(void)state;
	assert_ptr_equal(leftovers_service(pids[0]), a);
	assert_ptr_equal(leftovers_service(pids[1]), b);
	assert_null(leftovers_service(pids[2]));
	assert_ptr_equal(leftovers_service(pids[3]), a);
	assert_null(leftovers_service(pids[4]));
	assert_null(leftovers_service(getpid()));
	assert_int_equal(leftovers_signal(a, 0, false), 0);
	assert_int_equal(leftovers_signal(a, 0, true), 2);
	assert_int_equal(leftovers_signal(b, 0, true), 1);
	/* a's, and nobody else's */
	leftovers_signal(a, SIGKILL, true);
	assert_true(ends(pids[0]) && ends(pids[3]));
	assert_int_equal(leftovers_signal(a, 0, true), 0);
	assert_int_equal(leftovers_signal(b, 0, true), 1);
	/* its main process is others' business */
	b->pid = pids[1];
	assert_int_equal(leftovers_signal(b, SIGKILL, true), 0);
	b->pid = 0;
	/* a directory is known by its environment, as ever */
	a->unit = NULL;
	pids[0] = start(leftovers_mark(a), NULL);
	assert_int_equal(leftovers_signal(a, 0, true), 1);
	a->unit = &unit;
	assert_int_equal(leftovers_signal(NULL, SIGKILL, true), 4);
	for (int i = 0; i < 5; i++)
		assert_true(i == 3 || ends(pids[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(whose)};

	return cmocka_run_group_tests_name(__FILE__, tests, setup, NULL);
}
