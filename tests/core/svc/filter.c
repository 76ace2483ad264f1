/* Unit tests of svc/filter. */
#include "svc/filter.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "../../lib/unit.h"
#include "base/fmt.h"
#include "pure/format.h"
#include "pure/line.h"
#include "pure/logconf.h"
#include "sys/loop.h"

static struct logconf conf;
static char said[1024];

static void say(const char *text, ...)
{
	struct fmt f;
	va_list ap;

	fmt_open(&f, said, sizeof said);
	va_start(ap, text);
	fmt_va(&f, text, ap);
	va_end(ap);
}

/* The texts stay, as the services that were asked for once do: each test has its own. */
static void with(const char *text)
{
	char none[64];
	struct fmt wrong;

	fmt_open(&wrong, none, sizeof none);
	logconf_init(&conf);
	logconf_file(&conf, "f", text, strlen(text), &wrong);
	assert_string_equal(none, "");
	said[0] = '\0';
	filter_open(&conf, say);
}

static struct line line_of(const char *text)
{
	return (struct line){
	        .service = "x", .stream = LINE_STDOUT, .severity = 6, .text = text, .len = strlen(text), .last = true};
}

/* How messages of syslog, whose severity is their own, and others fare. */
static void ways(void **state)
{
	struct line l = line_of("x"), s = l;
	struct filter *f;

	(void)state;
	s.syslog = true;
	with("");
	f = filter_of("any");
	assert_ptr_equal(f, filter_of("other"));
	assert_true(filter_plain(f, 7));
	assert_int_equal(filter_line(f, &s), FILTER_ALL);
	with("stdout services\n[a1]\nstdout off\n[a2]\nlevel notice\n");
	f = filter_of("a");
	assert_true(filter_plain(f, 7));
	assert_int_equal(filter_line(f, &l), FILTER_ALL);
	assert_int_equal(filter_line(f, &s), FILTER_SINKS);
	f = filter_of("a1");
	assert_false(filter_plain(f, 3));
	assert_int_equal(filter_line(f, &l), FILTER_SINKS);
	f = filter_of("a2");
	assert_ptr_equal(f, filter_of("a2"));
	assert_ptr_not_equal(f, filter_of("a1"));
	assert_true(filter_plain(f, 5));
	assert_false(filter_plain(f, 6));
	assert_int_equal(filter_line(f, &l), FILTER_DROP);
	s.severity = 5;
	assert_int_equal(filter_line(f, &s), FILTER_SINKS);
}

/* A line with its parts counts once, on each stream for itself, and each service for itself. */
static void rates(void **state)
{
	struct line l = line_of("x"), part = l, err = l;
	struct filter *f;

	(void)state;
	with("rate 2/300ms\n");
	f = filter_of("b");
	assert_false(filter_plain(f, 6));
	err.stream = LINE_STDERR;
	part.part = 1;
	part.last = false;
	assert_int_equal(filter_line(f, &l), FILTER_ALL);
	assert_int_equal(filter_line(f, &part), FILTER_ALL);
	assert_int_equal(filter_line(f, &err), FILTER_DROP);
	part.part = 2;
	assert_int_equal(filter_line(f, &part), FILTER_ALL);
	assert_int_equal(filter_line(f, &l), FILTER_DROP);
	part.part = 1;
	assert_int_equal(filter_line(f, &part), FILTER_DROP);
	part.part = 2;
	assert_int_equal(filter_line(f, &part), FILTER_DROP);
	assert_int_equal(filter_line(filter_of("b1"), &l), FILTER_ALL);
	while (!said[0])
		loop_turn(true);
	assert_string_equal(said, "b: 3 lines dropped: more than 2 in 300 ms");
	assert_int_equal(filter_line(f, &l), FILTER_ALL);
	said[0] = '\0';
	filter_line(f, &l);
	filter_line(f, &l);
	filter_close();
	assert_string_equal(said, "b: 1 lines dropped: more than 2 in 300 ms");
}

static void masks(void **state)
{
	char text[] = "say s3cret";
	struct line l = line_of(text);
	struct format o = {.kind = FORMAT_TEXT};

	(void)state;
	setenv("FILTER_TOKEN", "s3cret", 1);
	with("format json\ntimestamps unix\n[c1]\nmask on\nformat raw\n");
	filter_mask(filter_of("c"), text, text + l.len);
	assert_string_equal(text, "say s3cret");
	filter_masked(filter_of("c1"), &l);
	assert_string_equal(text, "say s3cret");
	assert_memory_equal(l.text, "say ******", l.len);
	filter_mask(filter_of("c1"), text, text + l.len);
	assert_string_equal(text, "say ******");
	filter_format(filter_of("c"), &o);
	assert_int_equal(o.kind, FORMAT_JSON);
	assert_int_equal(o.stamp, FORMAT_UNIX);
	filter_format(filter_of("c1"), &o);
	assert_int_equal(o.kind, FORMAT_RAW);
}

/* More services than have their own share one. */
static void many(void **state)
{
	char name[16];
	struct filter *f = NULL, *g;

	(void)state;
	with("rate 1/1h\n");
	for (int i = 0; i < 1100; i++) {
		fmt_into(name, sizeof name, "many%d", i);
		g = f;
		f = filter_of(name);
	}
	assert_ptr_equal(f, g);
}

static int setup(void **state)
{
	sigset_t none;

	(void)state;
	sigemptyset(&none);
	return loop_open(&none, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(ways),
	        cmocka_unit_test(rates),
	        cmocka_unit_test(masks),
	        cmocka_unit_test(many),
	};

	return cmocka_run_group_tests_name(__FILE__, tests, setup, NULL);
}
