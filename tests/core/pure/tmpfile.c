/* Unit tests of pure/tmpfile. */
#include "pure/tmpfile.h"

#include <stdlib.h>
#include <string.h>

#include "../../lib/unit.h"

static struct tmpfile f;
static const char *why;
static unsigned column;

static const char *specifier(char c)
{
	static char longer[TMPFILE_VALUE + 10];

	memset(longer, 'x', sizeof longer - 1);
	return c == 't' ? "/run" : c == 'H' ? longer : c == 'e' ? "" : NULL;
}

static enum tmpfile_answer read_line(const char *line)
{
	if (f.mem)
		free(f.mem);
	return tmpfile_read(&f, line, specifier, &why, &column);
}

static void fields(void **state)
{
	(void)state;
	assert_int_equal(read_line("d /a"), TMPFILE_LINE);
	assert_int_equal(f.type, 'd');
	assert_string_equal(f.path, "/a");
	assert_int_equal(f.flags, 0);
	assert_int_equal(f.mode, (mode_t)-1);
	assert_null(f.user);
	assert_null(f.group);
	assert_null(f.argument);
	assert_null(why);
	assert_int_equal(read_line(" \tf+!-=\t\"/a b\"\t~:2750 :dev  ':a dm' 10d  some - text "), TMPFILE_LINE);
	assert_int_equal(f.flags, TMPFILE_PLUS | TMPFILE_BOOT | TMPFILE_LENIENT | TMPFILE_REPLACE);
	assert_string_equal(f.path, "/a b");
	assert_int_equal(f.mode, 02750);
	assert_true(f.masked && f.mode_once && f.user_once && f.group_once);
	assert_string_equal(f.user, "dev");
	assert_string_equal(f.group, "a dm");
	assert_string_equal(f.argument, "some - text ");
	assert_int_equal(read_line("L? /a - - - - \"x\""), TMPFILE_LINE);
	assert_int_equal(f.flags, TMPFILE_IF_THERE);
	assert_string_equal(f.argument, "\"x\"");
	assert_int_equal(read_line("f /a - - - - -"), TMPFILE_LINE);
	assert_null(f.argument);
	assert_false(f.masked || f.mode_once || f.user_once || f.group_once);
}

static void types(void **state)
{
	(void)state;
	for (const char *p = "vqQ"; *p; p++) {
		assert_int_equal(read_line((char[]){*p, ' ', '/', 'x', 0}), TMPFILE_LINE);
		assert_int_equal(f.type, 'd');
	}
	assert_int_equal(read_line("F /a"), TMPFILE_LINE);
	assert_true(f.type == 'f' && f.flags == TMPFILE_PLUS);
	for (const char *const *p = (const char *const[]){"", "#d /a", "  # x", "x /tmp/%b", "X", "f^ /a", NULL}; *p;
	     p++)
		assert_int_equal(read_line(*p), TMPFILE_NONE);
	for (const char *p = "bcthTHaAm"; *p; p++) {
		assert_int_equal(read_line((char[]){*p, ' ', '/', 'x', 0}), TMPFILE_UNKNOWN);
		assert_int_equal(column, 1);
	}
	assert_int_equal(read_line("f~ /a"), TMPFILE_UNKNOWN);
	assert_int_equal(column, 2);
	assert_int_equal(read_line("d+$ /a"), TMPFILE_LINE);
	assert_true(tmpfile_alters('Z') && tmpfile_alters('e') && !tmpfile_alters('d') && !tmpfile_alters('C'));
}

static void paths(void **state)
{
	static const char *const same[][2] = {
	        {"/", "/"},
	        {"///", "/"},
	        {"/.", "/"},
	        {"//a//b/./c/.", "/a/b/c"},
	        {"/a/", "/a"},
	        {"/..a/b..", "/..a/b.."},
	        {"%t/x", "/run/x"},
	        {"/%%%e/%t", "/%/run"},
	        {"/a\\x20b", "/a b"},
	        {"/\\141\\\\", "/a\\"},
	        {"\"/a 'b\"c", "/a 'bc"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
		char line[50] = "d ";
		assert_int_equal(read_line(strcat(line, same[i][0])), TMPFILE_LINE);
		assert_string_equal(f.path, same[i][1]);
	}
	assert_int_equal(read_line("d /%H%H%H - - - - %H"), TMPFILE_LINE);
	assert_int_equal(strlen(f.path), 1 + 3 * TMPFILE_VALUE);
	assert_int_equal(strlen(f.argument), TMPFILE_VALUE);
}

static void wrong(void **state)
{
	static const struct {
		const char *line, *says;
		unsigned column;
	} bad[] = {
	        {"y /a", "type", 1},
	        {"d* /a", "modifier", 2},
	        {"d", "absolute", 2},
	        {"d -", "absolute", 3},
	        {"d a", "absolute", 3},
	        {"d /a/..", "..", 3},
	        {"d /../a", "..", 3},
	        {"d /%q", "specifier", 3},
	        {"d /a%", "specifier", 3},
	        {"d \"/a", "quote", 3},
	        {"d /a '0", "quote", 6},
	        {"d /a 08", "octal", 6},
	        {"d /a 10000", "octal", 6},
	        {"d /a ~", "octal", 6},
	        {"d /\\q", "escape", 3},
	        {"d /\\", "escape", 3},
	        {"d /\\x0", "escape", 3},
	        {"d /\\x00", "escape", 3},
	        {"d /\\400", "escape", 3},
	        {"w /a", "argument", 5},
	        {"w /a - - - - -", "argument", 14},
	        {"C /a - - - - x", "absolute", 14},
	        {"f /a - - - - \\", "escape", 14},
	        {"  d  x", "absolute", 6},
	};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_int_equal(read_line(bad[i].line), TMPFILE_WRONG);
		assert_non_null(strstr(why, bad[i].says));
		assert_int_equal(column, bad[i].column);
		assert_null(f.mem);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(fields), cmocka_unit_test(types), cmocka_unit_test(paths),
	                                   cmocka_unit_test(wrong)};

	return RUN(tests);
}
