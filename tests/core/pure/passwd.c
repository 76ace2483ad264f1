/* Unit tests of pure/passwd: what a table's text is after each kind of edit. */
#include "pure/passwd.h"

#include <stdlib.h>
#include <string.h>

#include "../../lib/unit.h"

static struct passwd table;

static void load(const char *text)
{
	free(table.text);
	table = (struct passwd){.text = strdup(text), .len = strlen(text)};
	assert_non_null(table.text);
}

static void is(const char *text)
{
	assert_int_equal(table.len, strlen(text));
	assert_memory_equal(table.text, text, table.len);
}

static struct passwd_row named(const char *name)
{
	struct passwd_row row;

	assert_true(passwd_find(&table, name, &row));
	return row;
}

static void rows(void **state)
{
	struct passwd_row r;
	size_t at = 0;
	uint32_t id;

	(void)state;
	load("a:x:1:2:G:/h:/s:more\n\nshort\nb:x:07:4294967295:\nlast:x:9");
	assert_true(passwd_next(&table, &at, &r));
	assert_string_equal(r.field[PASSWD_HOME], "/h");
	assert_string_equal(r.field[PASSWD_SHELL], "/s");
	assert_true(passwd_number(&r, PASSWD_GID, &id) && id == 2);
	assert_true(passwd_next(&table, &at, &r));
	assert_true(r.end == r.at + 1 && !*r.field[0] && !*r.field[PASSWD_SHELL]);
	assert_true(passwd_next(&table, &at, &r));
	assert_string_equal(r.field[PASSWD_NAME], "short");
	assert_false(passwd_number(&r, PASSWD_ID, &id));
	assert_true(passwd_next(&table, &at, &r));
	assert_true(passwd_number(&r, PASSWD_ID, &id) && id == 7);
	assert_false(passwd_number(&r, PASSWD_GID, &id)); /* (gid_t)-1 */
	assert_true(passwd_next(&table, &at, &r));
	assert_true(passwd_number(&r, PASSWD_ID, &id) && id == 9 && r.end == table.len);
	assert_false(passwd_next(&table, &at, &r));

	assert_true(passwd_find_id(&table, PASSWD_ID, 7, &r));
	assert_string_equal(r.field[PASSWD_NAME], "b");
	assert_false(passwd_find_id(&table, PASSWD_GID, 7, &r));
	assert_false(passwd_find(&table, "sho", &r));
	assert_false(passwd_find(&table, "shorter", &r));
	assert_false(table.changed);
}

static void long_line(void **state)
{
	char text[3 * PASSWD_LINE_MAX];

	(void)state;
	memset(text, 'g', sizeof text);
	memcpy(text, "a:x:1:2:", 8);
	strcpy(text + sizeof text - 32, ":/home/a:/bin/sh\nb:x:3:4:::\n");
	load(text);
	assert_string_equal(named("a").field[PASSWD_HOME], "");
	assert_string_equal(named("a").field[PASSWD_SHELL], "");
	assert_string_equal(named("b").field[PASSWD_GID], "4");
}

static void lines(void **state)
{
	struct passwd_row r;

	(void)state;
	load("");
	assert_int_equal(passwd_put(&table, NULL, "a:x:1:"), 0);
	is("a:x:1:\n");
	assert_true(table.changed);
	load("# a\n\nb::\r\nlast");
	assert_int_equal(passwd_put(&table, NULL, "a:x:1:"), 0);
	is("# a\n\nb::\r\nlast\na:x:1:\n");
	r = named("last");
	assert_int_equal(passwd_put(&table, &r, "l"), 0);
	is("# a\n\nb::\r\nl\na:x:1:\n");
	r = named("b");
	assert_int_equal(passwd_put(&table, &r, NULL), 0);
	is("# a\n\nl\na:x:1:\n");
	r = named("# a");
	assert_int_equal(passwd_put(&table, &r, "much longer than it was"), 0);
	is("much longer than it was\n\nl\na:x:1:\n");
	r = named("a");
	assert_int_equal(passwd_put(&table, &r, NULL), 0);
	is("much longer than it was\n\nl\n");
	free(table.text);
	table = (struct passwd){0};
	assert_int_equal(passwd_put(&table, NULL, "a"), 0);
	is("a\n");
}

static void members(void **state)
{
	static const struct {
		const char *before, *added, *dropped; /* anna in, anna out of line g */
	} cases[] = {
	        {"g:x:5:\n", "g:x:5:anna\n", "g:x:5:\n"},
	        {"g:x:5:", "g:x:5:anna", "g:x:5:"},
	        {"g:x:5", "g:x:5:anna", "g:x:5:"},
	        {"g\nh:x:1:\n", "g:::anna\nh:x:1:\n", "g:::\nh:x:1:\n"},
	        {"g:x:5:bob\nh:x:6:anna\n", "g:x:5:bob,anna\nh:x:6:anna\n", "g:x:5:bob\nh:x:6:anna\n"},
	        {"g:x:5:bob,", "g:x:5:bob,anna", "g:x:5:bob"},
	        {"g:x:5:anna,bob", "g:x:5:anna,bob", "g:x:5:bob"},
	        {"g:x:5:bob,anna,carl", "g:x:5:bob,anna,carl", "g:x:5:bob,carl"},
	        {"g:x:5:bob,anna", "g:x:5:bob,anna", "g:x:5:bob"},
	        {"g:x:5:anna,anna,anna", "g:x:5:anna,anna,anna", "g:x:5:"},
	        {"g:x:5:annas,ann", "g:x:5:annas,ann,anna", "g:x:5:annas,ann"},
	        {"g:x:5:bob:anna", "g:x:5:bob:anna,anna", "g:x:5:bob:anna"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct passwd_row r;
		load(cases[i].before);
		r = named("g");
		assert_int_equal(passwd_member(&table, &r, "anna", true), 0);
		is(cases[i].added);
		assert_int_equal(table.changed, strcmp(cases[i].before, cases[i].added) != 0);
		r = named("g");
		assert_int_equal(passwd_member(&table, &r, "anna", false), 0);
		is(cases[i].dropped);
	}
}

static void free_ids(void **state)
{
	struct passwd none = {0};

	(void)state;
	load("a:x:1000:\nb:x:1003:\nc:x:1002:\nd:x:1001:\nbad:x:1004x:\n");
	assert_int_equal(passwd_free_id(&table, &table, 1000), 1004);
	assert_int_equal(passwd_free_id(&table, &none, 1002), 1004);
	assert_int_equal(passwd_free_id(&none, &table, 100), 100);
	assert_int_equal(passwd_free_id(&none, &none, 1000), 1000);
}

static void names(void **state)
{
	static const char *const good[] = {"a", "_", "A.b-c_9", "host$", "abcdefghijklmnopqrstuvwxyzabcdef"};
	static const char *const bad[] = {"",
	                                  "9",
	                                  "-a",
	                                  ".a",
	                                  "a:b",
	                                  "a b",
	                                  "a,b",
	                                  "a\n",
	                                  "$",
	                                  "a$b",
	                                  "ä",
	                                  "a/b",
	                                  "abcdefghijklmnopqrstuvwxyzabcdefg"};

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		assert_true(passwd_good_name(good[i]));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(passwd_good_name(bad[i]));
	assert_true(passwd_fits(""));
	assert_true(passwd_fits("Anna, Käthe /x"));
	assert_false(passwd_fits("a:b"));
	assert_false(passwd_fits("a\nb"));
	assert_false(passwd_fits("a\177"));
}

static int end(void **state)
{
	(void)state;
	free(table.text);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(rows),    cmocka_unit_test(long_line), cmocka_unit_test(lines),
	        cmocka_unit_test(members), cmocka_unit_test(free_ids),  cmocka_unit_test(names),
	};

	return cmocka_run_group_tests_name(__FILE__, tests, NULL, end);
}
