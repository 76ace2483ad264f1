/* Unit tests of svc/unitrun, as far as they take no program and no root: files of variables, conditions. */
#include "svc/unitrun.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../lib/unit.h"
#include "base/msg.h"
#include "pure/unit.h"
#include "pure/unitlife.h"

static char dir[] = "/tmp/unitrun.XXXXXX";

static int make_dir(void **state)
{
	(void)state;
	return mkdtemp(dir) && chdir(dir) == 0 ? 0 : -1;
}

static int remove_dir(void **state)
{
	(void)state;
	unlink("env");
	return chdir("/") || rmdir(dir);
}

/* A phase without commands of a unit of these lines. */
static int phase(enum unitrun_phase which, const char *lines)
{
	static struct unit u;
	char *text;
	int code;

	unit_close(&u);
	assert_int_equal(unit_open(&u, "a.service", NULL, NULL), 0);
	assert_true(asprintf(&text, "%s", lines) >= 0);
	assert_int_equal(unit_read(&u, "a.service", text, strlen(text)), 0);
	code = unitrun(&u, which);
	free(text);
	return code;
}

static void put_file(const char *text, size_t len)
{
	int fd = open("env", O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, len), len);
	close(fd);
}

static void files_of_variables(void **state)
{
	/* in the file, then what V is; systemd's own grammar: quotes begin a piece, and nowhere else are they any */
	static const char *const cases[][2] = {
	        {"V=a", "a"},
	        {"V=a\n", "a"},
	        {"V=", ""},
	        {"V", "unset"},
	        {"#V=a", "unset"},
	        {";V=a", "unset"},
	        {"# a \\\nV=a", "a"},
	        {" V =  a b\t\r\n", "a b"},
	        {"V='a\nb'", "a\nb"},
	        {"V='a\\'b", "a\\b"},
	        {"V=\"a\\\"\\\\\\$\\`\\n\"", "a\"\\$`\\n"},
	        {"V=\"a\\\nb\"", "ab"},
	        {"V=\"a \" 'b ' c ", "a b c"},
	        {"V=a\"b\"", "a\"b\""},
	        {"V=a\\\nb\\ ", "ab "},
	        {"V=a\\", "a"},
	        {"V=\"a", "a"},
	        {"V=\"a\\", "a"},
	        {"V='", ""},
	        {"V=1\nV=2\rV=3", "3"},
	        {"V=a=b#c", "a=b#c"},
	        {"=a\nV=1", "1"},
	        {"export V=a", "unset"},
	        {"V=a\nW\nX", "a"},
	};
	char setting[200];

	(void)state;
	snprintf(setting, sizeof setting, "[Service]\nEnvironmentFile=%s/env\n", dir);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *is;
		unsetenv("V");
		put_file(cases[i][0], strlen(cases[i][0]));
		assert_int_equal(phase(UNITRUN_RELOAD, setting), 0);
		is = getenv("V");
		assert_string_equal(is ? is : "unset", cases[i][1]);
	}
}

/* Whatever is in it: nothing is read or written beside it (the sanitizers look). */
static void any_bytes(void **state)
{
	static const char some[] = "AV=\n\r\\\"' #;\t$`";
	char text[40], setting[200];
	unsigned seed = 1;

	(void)state;
	snprintf(setting, sizeof setting, "[Service]\nEnvironmentFile=-%s/env\n", dir);
	for (int round = 0; round < 1000; round++) {
		size_t len = (seed = seed * 1103515245 + 12345) >> 16 & 31;
		for (size_t i = 0; i < len; i++)
			text[i] = some[((seed = seed * 1103515245 + 12345) >> 16) % sizeof some];
		put_file(text, len);
		assert_int_equal(phase(UNITRUN_RELOAD, setting), 0);
	}
}

static void conditions(void **state)
{
	static const struct {
		const char *lines;
		int code;
	} cases[] = {
	        {"ConditionPathExists=/", 0},
	        {"ConditionPathExists=!/", UNITLIFE_SKIP},
	        {"ConditionPathExists=|!/\nConditionPathExists=|/", 0},
	        {"ConditionPathExists=|!/\nConditionPathExists=/", UNITLIFE_SKIP},
	        {"ConditionPathExistsGlob=/{none,pro[b-d]}", 0},
	        {"ConditionPathExistsGlob=/{none,no{n,m}e}", UNITLIFE_SKIP},
	        {"ConditionPathExistsGlob={", UNITLIFE_SKIP},
	        {"ConditionCapability=CAP_", UNITLIFE_SKIP},
	        {"ConditionOSRelease=ID=debian", 0},
	        {"AssertPathExists=/none", 1},
	        {"AssertPathExists=!/none\nConditionACPower=true", 0},
	};
	char text[200];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		snprintf(text, sizeof text, "[Unit]\n%s\n", cases[i].lines);
		assert_int_equal(phase(UNITRUN_PRE, text), cases[i].code);
	}
}

/* It is for a process that ends soon: nothing is freed. */
/* NOLINTNEXTLINE(bugprone-reserved-identifier): its library asks for that name */
const char *__asan_default_options(void);
/* NOLINTNEXTLINE(bugprone-reserved-identifier) */
const char *__asan_default_options(void)
{
	return "detect_leaks=0";
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(files_of_variables),
	        cmocka_unit_test(any_bytes),
	        cmocka_unit_test(conditions),
	};

	msg_fd = open("/dev/null", O_WRONLY);
	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
