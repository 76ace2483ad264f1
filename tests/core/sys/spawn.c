/* Unit tests of sys/spawn: what is held of descriptors that children got. The rest: tests/boot, tests/applets. */
#include "sys/spawn.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../lib/unit.h"
#include "sys/procs.h"

/* A process with many descriptors forks in its own way, which holds them for a while. */
static void the_last_writer(void **state)
{
	char *argv[] = {"true", NULL};
	int ends[2], status;
	char c;

	(void)state;
	assert_int_equal(spawn_open(), 0);
	spawn_raise_files();
	for (int i = 0; i < 3; i++) {
		assert_int_equal(pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
		pid_t pid =
		        spawn(&(struct spawn){.argv = argv, .in = -1, .out = ends[1], .err = -1, .mark = 1ULL << 62});
		siginfo_t info;
		assert_true(pid > 0);
		assert_int_equal(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
		assert_true(procs_mark(pid) == 1ULL << 62);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_int_equal(status, 0);
		close(ends[1]);
		spawn_forget();
		assert_int_equal(read(ends[0], &c, 1), 0);
		close(ends[0]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(the_last_writer)};

	return RUN(tests);
}
