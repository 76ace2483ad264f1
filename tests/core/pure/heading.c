/* Unit tests of pure/heading. */
#include "pure/heading.h"

#include <string.h>

#include "../../lib/unit.h"
#include "base/fmt.h"

static struct heading h;

/* Its length; the text may end with the memory that it lies in. */
static size_t read_it(const char *text)
{
	memset(&h, 0, sizeof h);
	return heading_read(text, strlen(text), &h);
}

static void expect(const char *text, size_t len, const char *want)
{
	assert_int_equal(len, strlen(want));
	assert_memory_equal(text, want, len);
}

static void plain(void **state)
{
	(void)state;
	assert_int_equal(read_it("\1<3>cron/backup\2the text"), 16);
	expect(h.name, h.name_len, "cron/backup");
	assert_int_equal(h.severity, 3);
	assert_int_equal(h.members_len, 0);
	assert_int_equal(h.part, 0);
	assert_true(h.last);
	assert_int_equal(read_it("\1<0>a b \xc3\xa4\2"), 11);
}

static void members(void **state)
{
	(void)state;
	assert_int_equal(read_it("\1<6>a\37\"event\":\"job_start\",\"pid\":7\2x"), 34);
	expect(h.members, h.members_len, "\"event\":\"job_start\",\"pid\":7");
	assert_int_equal(read_it("\1<6>a\37\2x"), 7);
	assert_int_equal(h.members_len, 0);
	assert_true(read_it("\1<6>a\37\"d\":-0.125,\"s\":\"\",\"t\":\"*/5 ~\"\2"));
}

static void one_by_one(void **state)
{
	static const char text[] = "\"event\":\"a,b\",\"pid\":7";
	const char *p = text, *end = text + strlen(text);
	struct heading_member m;

	(void)state;
	assert_true(heading_member(&p, end, &m));
	expect(m.key, m.key_len, "event");
	expect(m.value, m.value_len, "\"a,b\"");
	assert_true(heading_member(&p, end, &m));
	expect(m.key, m.key_len, "pid");
	expect(m.value, m.value_len, "7");
	assert_false(heading_member(&p, end, &m));
}

static void parts(void **state)
{
	(void)state;
	assert_int_equal(read_it("\1<6>a\37\03712.3\2"), 12);
	assert_int_equal(h.part_id, 12);
	assert_int_equal(h.part, 3);
	assert_false(h.last);
	assert_true(read_it("\1<6>a\37\"k\":1\37"
	                    "12.4.\2"));
	assert_true(h.last);
}

static void none(void **state)
{
	static const char *const texts[] = {
	        "", "\1", "text", "\1<6>", "\1<6>\2", "\1<8>a\2", "\1<>a\2", "\1<66>a\2", "\1 6>a\2", "<6>a\2",
	        "\1<6>a", "\1<6>a\nb\2", "\1<6>a\tb\2", "\1<6>a\177\2", "\1<6>a\1\2",
	        /* members */
	        "\1<6>a\37x\2", "\1<6>a\37\"k\"\2", "\1<6>a\37\"k\":\2", "\1<6>a\37\"k\":1,\2", "\1<6>a\37,\"k\":1\2",
	        "\1<6>a\37\"k\":1\"l\":1\2", "\1<6>a\37\"K\":1\2", "\1<6>a\37\"\":1\2", "\1<6>a\37\"k\":01\2",
	        "\1<6>a\37\"k\":-\2", "\1<6>a\37\"k\":1.\2", "\1<6>a\37\"k\":1e3\2", "\1<6>a\37\"k\":true\2",
	        "\1<6>a\37\"k\":{}\2", "\1<6>a\37\"k\":\"x\2", "\1<6>a\37\"k\":\"x\ny\"\2", "\1<6>a\37\"k\":\"\\x\"\2",
	        "\1<6>a\37\"k\":\"\\u12g4\"\2", "\1<6>a\37\"k\":\"\\u12\"\2", "\1<6>a\37\"k\":\"\xff\"\2",
	        "\1<6>a\37\"k\":\"\xc3\"\2", "\1<6>a\37\"k\":\"\\\2",
	        /* members that are logd's */
	        "\1<6>a\37\"service\":\"b\"\2", "\1<6>a\37\"message\":\"b\"\2", "\1<6>a\37\"k\":1,\"time\":1\2",
	        /* parts */
	        "\1<6>a\37\37\2", "\1<6>a\37\0371\2", "\1<6>a\37\0371.\2", "\1<6>a\37\0371.0\2", "\1<6>a\37\0371.2.3\2",
	        "\1<6>a\37\0371.2 \2", "\1<6>a\37\0371234567890.1\2"};

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (read_it(texts[i]))
			fail_msg("taken for a heading: %s", texts[i]);
}

static void bounds(void **state)
{
	char mem[2 * HEADING_MAX];

	(void)state;
	memset(mem, 'a', sizeof mem);
	memcpy(mem, "\1<6>", 4);
	mem[4 + HEADING_NAME_MAX] = '\2';
	assert_int_equal(heading_read(mem, sizeof mem, &h), 5 + HEADING_NAME_MAX);
	assert_int_equal(heading_read(mem, 4 + HEADING_NAME_MAX, &h), 0);
	mem[4 + HEADING_NAME_MAX] = 'a';
	mem[5 + HEADING_NAME_MAX] = '\2';
	assert_int_equal(heading_read(mem, sizeof mem, &h), 0);
	mem[5 + HEADING_NAME_MAX] = 'a';
	memcpy(mem + 4, "a\37\"k\":\"", 7);
	memcpy(mem + HEADING_MAX - 2, "\"\2", 2);
	assert_int_equal(heading_read(mem, sizeof mem, &h), HEADING_MAX);
	memcpy(mem + HEADING_MAX - 2, "a\"\2", 3);
	assert_int_equal(heading_read(mem, sizeof mem, &h), 0);
}

static void written(void **state)
{
	static const char long_member[] = "\"k\":\"";
	char mem[2 * HEADING_MAX], members[HEADING_MAX];
	struct heading w = {.name = "cron/a\nb", .name_len = 8, .severity = 5, .last = true};
	struct fmt f;

	(void)state;
	fmt_open(&f, mem, sizeof mem);
	heading_write(&f, &w);
	assert_string_equal(mem, "\1<5>cron/a?b\2");
	w.members = "\"k\":1";
	w.members_len = 5;
	w.part_id = 7;
	w.part = 2;
	w.last = false;
	fmt_open(&f, mem, sizeof mem);
	heading_write(&f, &w);
	assert_string_equal(mem, "\1<5>cron/a?b\37\"k\":1\37"
	                         "7.2\2");
	assert_int_equal(heading_read(mem, f.len, &h), f.len);
	memset(members, 'a', sizeof members);
	memcpy(members, long_member, 5);
	members[sizeof members - 1] = '"';
	w.members = members;
	w.members_len = sizeof members;
	fmt_open(&f, mem, sizeof mem);
	heading_write(&f, &w);
	assert_int_equal(heading_read(mem, f.len, &h), f.len);
	assert_int_equal(h.members_len, 0);
	assert_int_equal(h.part, 2);
}

static const char *named(const char *service, const char *name)
{
	static char mem[64];
	struct heading n = {.name = name, .name_len = strlen(name)};
	struct fmt f;

	fmt_open(&f, mem, sizeof mem);
	heading_name(&f, service, &n);
	return mem;
}

static void believed(void **state)
{
	(void)state;
	assert_string_equal(named("crond", "cron/backup"), "cron/backup");
	assert_string_equal(named("crond", "crond"), "crond");
	assert_string_equal(named("crond", "cron"), "crond/cron");
	assert_string_equal(named("crond", "crontab"), "crond/crontab");
	assert_string_equal(named("cron", "cron/backup"), "cron/backup");
	assert_string_equal(named("app", "cron/backup"), "app/cron/backup");
	assert_string_equal(named("app", "app/worker"), "app/worker");
	assert_string_equal(named("app", "apple"), "app/apple");
	assert_string_equal(named("app", "ap"), "app/ap");
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(plain),      cmocka_unit_test(members),
	                                   cmocka_unit_test(one_by_one), cmocka_unit_test(parts),
	                                   cmocka_unit_test(none),       cmocka_unit_test(bounds),
	                                   cmocka_unit_test(written),    cmocka_unit_test(believed)};
	return RUN(tests);
}
