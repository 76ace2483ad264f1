/* Unit tests of pure/envtext: phusion's quoting. */
#include "pure/envtext.h"

#include "../../lib/unit.h"
#include "base/fmt.h"

static char mem[512];

static const char *sh(const char *pair)
{
	struct fmt f;

	fmt_open(&f, mem, sizeof mem);
	envtext_sh(&f, pair);
	return mem;
}

static void shell(void **state)
{
	(void)state;
	assert_string_equal(sh("A=b"), "export A=b\n");
	assert_string_equal(sh("A="), "export A=''\n");
	assert_string_equal(sh("A=b=c"), "export A=b=c\n");
	assert_string_equal(sh("PATH=/bin:/a_b-c,d.e%+@"), "export PATH=/bin:/a_b-c,d.e%+@\n");
	assert_string_equal(sh("a.b-c=1"), "export a_b_c=1\n");
	assert_string_equal(sh("A=it's $HOME"), "export A='it'\"'\"'s $HOME'\n");
	assert_string_equal(sh("A=x\ny"), "export A='x\ny'\n");
	assert_string_equal(sh("A=\xc3\xa9"), "export A='\xc3\xa9'\n");
}

static void json(void **state)
{
	char *pairs[] = {"A=b",
	                 "a.b=\"q\\\n\t\x01",
	                 "E=",
	                 "none",
	                 "U=\xc3\xa9=\x7f\xe2\x82\xac\xf0\x9f\x98\x80\xff\xed\xa0\x80",
	                 NULL},
	     *none[] = {NULL};
	struct fmt f;

	(void)state;
	fmt_open(&f, mem, sizeof mem);
	envtext_json(&f, pairs);
	assert_string_equal(mem, "{\"A\": \"b\", \"a.b\": \"\\\"q\\\\\\n\\t\\u0001\", \"E\": \"\", \"U\": "
	                         "\"\\u00e9=\\u007f\\u20ac\\ud83d\\ude00\\udcff\\udced\\udca0\\udc80\"}");
	assert_true(f.len < envtext_room(pairs));
	fmt_open(&f, mem, sizeof mem);
	envtext_json(&f, none);
	assert_string_equal(mem, "{}");
	assert_true(f.len < envtext_room(none));
}

static void room(void **state)
{
	char *pairs[] = {"A=''''''''''''''''''''", "B=\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01",
	                 NULL};
	struct fmt f;

	(void)state;
	fmt_open(&f, mem, sizeof mem);
	for (char **p = pairs; *p; p++)
		envtext_sh(&f, *p);
	assert_true(f.len < envtext_room(pairs));
	fmt_open(&f, mem, sizeof mem);
	envtext_json(&f, pairs);
	assert_true(f.len < envtext_room(pairs));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(shell), cmocka_unit_test(json), cmocka_unit_test(room)};

	return RUN(tests);
}
