/* Unit tests of sys/watch: what is noticed, and what is not, in a directory of their own. */
#include "sys/watch.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../lib/unit.h"
#include "sys/loop.h"

static char dir[] = "/tmp/watch.XXXXXX";
static unsigned changes;

static void count(void)
{
	changes++;
}

static int enter(void **state)
{
	sigset_t none;

	(void)state;
	sigemptyset(&none);
	return !mkdtemp(dir) || chdir(dir) || loop_open(&none, NULL) ? -1 : 0;
}

static int leave(void **state)
{
	(void)state;
	return chdir("/") || setenv("DIR", dir, 1) || system("rm -rf $DIR");
}

/* Is something noticed of what the command does to what the path leads to? */
static bool notices(const char *path, const char *command)
{
	assert_int_equal(watch_open(count), 0);
	assert_int_equal(watch_path(path), 0);
	while (loop_turn(false))
		;
	changes = 0;
	assert_int_equal(system(command), 0);
	while (loop_turn(false))
		;
	return changes;
}

static void files(void **state)
{
	(void)state;
	assert_true(notices("sub/a", "mkdir sub"));
	assert_true(notices("sub/a", "echo 1 >sub/a"));
	assert_true(notices("sub/a", "echo 2 >>sub/a"));
	assert_true(notices("sub/a", "chmod 600 sub/a"));
	assert_true(notices("sub/a", "echo 3 >sub/b; mv sub/b sub/a"));
	assert_false(notices("sub/a", "echo 4 >sub/b; rm sub/b; cat sub/a >/dev/null"));
	assert_true(notices("sub/a", "mv sub old"));
	assert_true(notices("sub/a", "mv old sub"));
	assert_true(notices("sub/a", "rm sub/a"));
	assert_false(notices("sub/a", "touch other"));
}

static void directories(void **state)
{
	(void)state;
	assert_true(notices("all", "mkdir all"));
	assert_true(notices("all", "echo 1 >all/a"));
	assert_true(notices("all", "chmod +x all/a"));
	assert_true(notices("all", "ln all/a all/b"));
	assert_true(notices("all", "rm all/b"));
	assert_true(notices("all", "rm -r all"));
}

static void links(void **state)
{
	char path[64];

	(void)state;
	snprintf(path, sizeof path, "%s/tab", dir);
	assert_int_equal(
	        system("mkdir map map/..1 map/..2; echo 1 | tee map/..1/tab >map/..2/tab; ln -s ..1 map/..data;"
	               "ln -s ..data/tab map/tab; ln -s $PWD/map/tab tab"),
	        0);
	assert_true(notices(path, "echo 2 >map/..1/tab"));
	assert_false(notices(path, "echo 2 >map/..2/tab"));
	assert_true(notices(path, "ln -s ..2 map/tmp; mv -T map/tmp map/..data"));
	assert_true(notices(path, "echo 2 >map/..2/tab"));
	assert_true(notices(path, "rm map/tab"));
	assert_true(notices(path, "ln -s ..data/tab map/tab"));
	assert_true(notices(path, "rm -r map"));
	assert_true(notices(path, "mkdir map"));
	assert_int_equal(system("ln -s self self"), 0);
	assert_int_equal(watch_path("self"), 0);
	assert_int_equal(watch_path("none/other"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(files), cmocka_unit_test(directories),
	                                   cmocka_unit_test(links)};

	return cmocka_run_group_tests_name(__FILE__, tests, enter, leave);
}
