/* Unit tests of sys/parts, in a directory of their own. */
#include "sys/parts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../lib/folder.h"
#include "../../lib/unit.h"

static char said[1000]; /* what was left out: "path why err\n" each */

static void file(const char *path, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT, 0600);

	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(chmod(path, mode), 0);
}

static void skipped(const char *path, const char *why, int err)
{
	size_t len = strlen(said);

	snprintf(said + len, sizeof said - len, "%s: %s %d\n", path, why, err);
}

/* The paths, one a line. */
static const char *list(const char *from, unsigned flags)
{
	static char mem[4000];
	size_t count, len = 0;
	char **paths;

	said[0] = mem[0] = '\0';
	paths = parts_list(from, flags, skipped, &count);
	assert_non_null(paths);
	for (size_t i = 0; i < count; i++)
		len += (size_t)snprintf(mem + len, sizeof mem - len, "%s\n", paths[i]);
	assert_null(paths[count]);
	parts_free(paths);
	return mem;
}

static void which(void **state)
{
	(void)state;
	mkdir("a", 0755);
	assert_string_equal(list("a", 0), "");
	file("a/20", 0755);
	file("a/10.sh", 0100);
	file("a/9", 0011);
	file("a/no", 0644);
	file("a/.hidden", 0755);
	file("a/old~", 0755);
	file("a/old.bak", 0755);
	file("a/new.dpkg-new", 0755);
	file("a/new.rpm", 0755);
	file("a/~fine", 0755);
	mkdir("a/sub", 0755);
	assert_int_equal(symlink("../a/20", "a/link"), 0);
	assert_int_equal(symlink("nowhere", "a/lost"), 0);
	assert_string_equal(list("a", 0), "a/10.sh\na/20\na/9\na/link\na/~fine\n");
	assert_string_equal(said, "a/lost: a link to nothing 2\na/new.dpkg-new: a leftover by its name 0\n"
	                          "a/new.rpm: a leftover by its name 0\na/no: no x bit 0\n"
	                          "a/old.bak: a leftover by its name 0\na/old~: a leftover by its name 0\n");
	assert_string_equal(list("a", PARTS_ANY), "a/10.sh\na/20\na/9\na/link\na/no\na/~fine\n");
	assert_string_equal(list("a/", 0), "a/10.sh\na/20\na/9\na/link\na/~fine\n");
}

static void deep(void **state)
{
	(void)state;
	mkdir("b", 0755);
	mkdir("b/sub", 0755);
	mkdir("b/sub/sub", 0755);
	mkdir("b/.git", 0755);
	file("b/sub/x", 0755);
	file("b/sub/sub/y", 0755);
	file("b/sub-z", 0755);
	file("b/.git/hook", 0755);
	file("b/a", 0755);
	assert_int_equal(symlink("..", "b/sub/up"), 0);
	assert_string_equal(list("b", PARTS_DEEP), "b/a\nb/sub-z\nb/sub/sub/y\nb/sub/x\n");
	assert_string_equal(list("b", 0), "b/a\nb/sub-z\n");
	assert_string_equal(said, "");
}

static void too_deep(void **state)
{
	char path[200];
	size_t len = 1;

	(void)state;
	mkdir("c", 0755);
	path[0] = 'c';
	for (int i = 1; i < PARTS_DEPTH_MAX; i++) {
		len += (size_t)snprintf(path + len, sizeof path - len, "/d");
		assert_int_equal(mkdir(path, 0755), 0);
	}
	snprintf(path + len, sizeof path - len, "/run");
	file(path, 0755);
	assert_string_equal(strtok((char *)(uintptr_t)list("c", PARTS_DEEP), "\n"), path);
	snprintf(path + len, sizeof path - len, "/d");
	assert_int_equal(mkdir(path, 0755), 0);
	list("c", PARTS_DEEP);
	assert_non_null(strstr(said, ": too deep 40\n"));
}

static void no_directory(void **state)
{
	size_t count;

	(void)state;
	assert_null(parts_list("nope", 0, NULL, &count));
	assert_int_equal(errno, ENOENT);
	file("file", 0755);
	assert_null(parts_list("file", 0, NULL, &count));
	assert_int_equal(errno, ENOTDIR);
}

static void every_file(void **state)
{
	(void)state;
	mkdir("e", 0755);
	mkdir("e/..2024", 0755);
	mkdir("e/..2024/conf.d", 0755);
	file("e/..2024/conf.d/x", 0644);
	file("e/..2024/y", 0644);
	assert_int_equal(symlink("..2024", "e/..data"), 0);
	assert_int_equal(symlink("..data/conf.d", "e/conf.d"), 0);
	assert_int_equal(symlink("..data/y", "e/y"), 0);
	file("e/.profile", 0600);
	file("e/z.bak", 0644);
	mkfifo("e/fifo", 0600);
	assert_string_equal(list("e", PARTS_DEEP | PARTS_ALL), "e/.profile\ne/conf.d/x\ne/y\ne/z.bak\n");
	assert_string_equal(said, "e/fifo: not a regular file 0\n");
	assert_int_equal(symlink("../..", "e/..2024/conf.d/up"), 0);
	assert_int_equal(symlink("none", "e/.none"), 0);
	assert_string_equal(list("e", PARTS_DEEP | PARTS_ALL), "e/.profile\ne/conf.d/x\ne/y\ne/z.bak\n");
	assert_non_null(strstr(said, "e/.none: a link to nothing 2\n"));
	assert_non_null(strstr(said, "e/conf.d/up: too deep 40\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(which),      cmocka_unit_test(deep),         cmocka_unit_test(too_deep),
	        cmocka_unit_test(every_file), cmocka_unit_test(no_directory),
	};

	return cmocka_run_group_tests_name(__FILE__, tests, folder_enter, folder_leave);
}
