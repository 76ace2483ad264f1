/* Unit tests of sys/files, in a directory of their own. */
#include "sys/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../lib/unit.h"

static char dir[256];
static int at;

static int enter(void **state)
{
	const char *tmp = getenv("TMPDIR");

	(void)state;
	snprintf(dir, sizeof dir, "%s/files.XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(dir))
		return -1;
	at = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return at < 0 ? -1 : 0;
}

static int leave(void **state)
{
	size_t n;
	char **names = files_list(at, ".", &n);

	(void)state;
	for (size_t i = 0; names && names[i]; i++)
		if (unlinkat(at, names[i], 0))
			unlinkat(at, names[i], AT_REMOVEDIR);
	free(names);
	close(at);
	return rmdir(dir);
}

static void put(const char *name, const char *text)
{
	assert_int_equal(files_replace(at, name, 0644, text, strlen(text)), 0);
}

static void reading(void **state)
{
	char mem[8];

	(void)state;
	put("a", "1234567");
	assert_int_equal(files_read(at, "a", mem, sizeof mem), 7);
	assert_string_equal(mem, "1234567");
	put("a", "12345678");
	assert_int_equal(files_read(at, "a", mem, sizeof mem), 7);
	assert_string_equal(mem, "1234567");
	put("a", "");
	assert_int_equal(files_read(at, "a", mem, sizeof mem), 0);
	assert_string_equal(mem, "");
	assert_int_equal(files_read(at, "none", mem, sizeof mem), -1);
	assert_int_equal(errno, ENOENT);
}

static void no_file(void **state)
{
	char mem[8];
	size_t len;

	(void)state;
	assert_int_equal(mkfifoat(at, "fifo", 0600), 0);
	assert_int_equal(mkdirat(at, "dir", 0700), 0);
	assert_int_equal(files_read(at, "fifo", mem, sizeof mem), -1); /* and does not wait for a writer */
	assert_int_equal(errno, EINVAL);
	assert_int_equal(files_read(at, "dir", mem, sizeof mem), -1);
	assert_int_equal(errno, EISDIR);
	assert_null(files_load(at, "fifo", &len));
}

static void words(void **state)
{
	char mem[16];

	(void)state;
	put("w", "42 \t\r\n\n");
	assert_int_equal(files_read_word(at, "w", mem, sizeof mem), 2);
	assert_string_equal(mem, "42");
	put("w", " \n");
	assert_int_equal(files_read_word(at, "w", mem, sizeof mem), 0);
	assert_string_equal(mem, "");
	put("w", "a b\n");
	assert_int_equal(files_read_word(at, "w", mem, sizeof mem), 3);
}

static void replacing(void **state)
{
	struct stat st;
	size_t n;
	char **names;

	(void)state;
	umask(022);
	assert_int_equal(files_replace(at, "r", 0600, "one", 3), 0);
	assert_int_equal(files_replace(at, "r", 0600, "two", 3), 0);
	assert_int_equal(fstatat(at, "r", &st, 0), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(st.st_size, 3);
	assert_int_equal(files_replace(at, "none/r", 0600, "x", 1), -1);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(mkdirat(at, "d", 0700), 0);
	assert_int_equal(files_replace(at, "d", 0600, "x", 1), -1);
	names = files_list(at, ".", &n);
	assert_int_equal(n, 2); /* no d.new is left behind */
	free(names);
}

static void loading(void **state)
{
	size_t len = 0, size = 100000;
	char *big = malloc(size), *got;
	int fd = openat(at, "big", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	(void)state;
	assert_true(fd >= 0);
	assert_non_null(big);
	for (size_t i = 0; i < size; i++)
		big[i] = (char)(i * 7);
	assert_int_equal(files_write_all(fd, big, size), 0);
	close(fd);
	got = files_load(at, "big", &len);
	assert_non_null(got);
	assert_int_equal(len, size);
	assert_memory_equal(got, big, size);
	assert_int_equal(got[len], 0);
	free(got);
	free(big);
	got = files_load(AT_FDCWD, "/proc/self/status", &len); /* says it has 0 bytes */
	assert_non_null(got);
	assert_true(len > 100);
	free(got);
}

static void listing(void **state)
{
	size_t n = 9;
	char **names;

	(void)state;
	names = files_list(at, ".", &n);
	assert_non_null(names);
	assert_int_equal(n, 0);
	assert_null(names[0]);
	free(names);
	put("b", "");
	put("B", "");
	put("a-long-name-with-many-letters", "");
	put(".dot", "");
	names = files_list(at, ".", &n);
	assert_int_equal(n, 4);
	assert_string_equal(names[0], ".dot");
	assert_string_equal(names[1], "B");
	assert_string_equal(names[2], "a-long-name-with-many-letters");
	assert_string_equal(names[3], "b");
	assert_null(names[4]);
	free(names);
	assert_null(files_list(at, "b", &n));
	assert_int_equal(errno, ENOTDIR);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test_setup_teardown(reading, enter, leave),
	        cmocka_unit_test_setup_teardown(no_file, enter, leave),
	        cmocka_unit_test_setup_teardown(words, enter, leave),
	        cmocka_unit_test_setup_teardown(replacing, enter, leave),
	        cmocka_unit_test_setup_teardown(loading, enter, leave),
	        cmocka_unit_test_setup_teardown(listing, enter, leave),
	};

	return RUN(tests);
}
