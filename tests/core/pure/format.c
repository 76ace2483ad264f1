/* Unit tests of pure/format. */
#include "pure/format.h"

#include <stdlib.h>
#include <string.h>

#include "../../lib/unit.h"
#include "pure/line.h"
#include "pure/lines.h"

static struct line line_of(const char *text)
{
	return (struct line){.time = {1795333256, 7},
	                     .service = "nginx",
	                     .stream = LINE_STDOUT,
	                     .severity = 6,
	                     .text = text,
	                     .len = strlen(text),
	                     .newline = true,
	                     .last = true};
}

static void expect(struct format f, struct line l, const char *text)
{
	char *mem = malloc(format_room(l.len)), *end;

	format_head(&f, &l);
	end = format_line(&f, &l, mem);
	assert_true((size_t)(end - mem) <= format_room(l.len));
	*end = '\0';
	assert_string_equal(mem, text);
	free(mem);
}

static void as_text(void **state)
{
	struct format f = {.kind = FORMAT_TEXT};
	struct line l = line_of("hello");

	(void)state;
	expect(f, l, "nginx | hello\n");
	expect(f, line_of(""), "nginx | \n");
	l.newline = false;
	expect(f, l, "nginx | hello\n");
	l.part = 1;
	expect(f, l, "nginx | hello\n");
	l.part = 2;
	expect(f, l, "nginx + hello\n");
	f.width = 8;
	expect(f, l, "nginx    + hello\n");
	f.colour = true;
	expect(f, l, "\033[33mnginx    + \033[0mhello\n");
	l.service = "a-service-of-more-than-sixteen-bytes";
	f.colour = false;
	l.part = 0;
	expect(f, l, "a-service-of-more-than-sixteen-bytes | hello\n");
}

static void stamps(void **state)
{
	struct format f = {.kind = FORMAT_TEXT, .stamp = FORMAT_RFC3339};

	(void)state;
	expect(f, line_of("x"), "2026-11-22T07:40:56.000000007Z nginx | x\n");
	f.stamp = FORMAT_UNIX;
	expect(f, line_of("x"), "1795333256.000000007 nginx | x\n");
	f.stamp = FORMAT_TAI64N; /* what runit's svlogd -t makes of that moment */
	expect(f, line_of("x"), "@400000006b029c9200000007 nginx | x\n");
}

/* Every day of 800 years, as libc has it. */
static void dates(void **state)
{
	struct format f = {.stamp = FORMAT_RFC3339};
	struct line l = line_of("");
	char day[40];
	struct tm tm;

	(void)state;
	for (l.time.tv_sec = 0; l.time.tv_sec < 800L * 366 * 86400; l.time.tv_sec += 86399) {
		format_head(&f, &l);
		strftime(day, sizeof day, "%Y-%m-%dT%H:%M:%S.", gmtime_r(&l.time.tv_sec, &tm));
		assert_memory_equal(f.head, day, strlen(day));
	}
}

static void as_raw(void **state)
{
	struct format f = {.kind = FORMAT_RAW, .stamp = FORMAT_UNIX};
	struct line l = line_of("{\"a\": 1}");

	(void)state;
	expect(f, l, "{\"a\": 1}\n");
	l.newline = false;
	expect(f, l, "{\"a\": 1}");
}

#define HEAD                                                                                                           \
	"{\"time\":\"2026-11-22T07:40:56.000000007Z\",\"service\":\"nginx\",\"stream\":\"stdout\",\"severity\":"       \
	"\"info\","

static void as_json(void **state)
{
	struct format f = {.kind = FORMAT_JSON};
	struct line l = line_of("say \"hi\"\\\t\b\033\177 end");

	(void)state;
	expect(f, l, HEAD "\"message\":\"say \\\"hi\\\"\\\\\\t\\b\\u001b\\u007f end\"}\n");
	l = line_of("ok");
	l.part = 2;
	l.part_id = 9;
	l.last = false;
	expect(f, l, HEAD "\"partial_id\":9,\"partial_ordinal\":2,\"partial_last\":false,\"message\":\"ok\"}\n");
	l = line_of("e");
	l.stream = LINE_STDERR;
	l.severity = 3;
	l.service = "a\"b";
	expect(f, l,
	       "{\"time\":\"2026-11-22T07:40:56.000000007Z\",\"service\":\"a\\\"b\",\"stream\":\"stderr\","
	       "\"severity\":\"err\",\"message\":\"e\"}\n");
	f.host = "box";
	expect(f, l,
	       "{\"time\":\"2026-11-22T07:40:56.000000007Z\",\"host\":\"box\",\"service\":\"a\\\"b\",\"stream\":"
	       "\"stderr\","
	       "\"severity\":\"err\",\"message\":\"e\"}\n");
	l.host = "\"";
	f.host = NULL;
	expect(f, l,
	       "{\"time\":\"2026-11-22T07:40:56.000000007Z\",\"host\":\"\\\"\",\"service\":\"a\\\"b\",\"stream\":"
	       "\"stderr\","
	       "\"severity\":\"err\",\"message\":\"e\"}\n");
	l = line_of("abc");
	l.len = 4; /* with its NUL */
	expect(f, l, HEAD "\"message\":\"abc\\u0000\"}\n");
}

/* Well-formed UTF-8 stays; overlong forms, surrogates, what is beyond U+10FFFF, and what is cut off, do not. */
static void json_utf8(void **state)
{
	static const char *const cases[][2] = {
	        {"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80"},
	        {"\xc0\xaf", "\\\\xc0\\\\xaf"},
	        {"\xe0\x80\xaf", "\\\\xe0\\\\x80\\\\xaf"},
	        {"\xed\xa0\x80", "\\\\xed\\\\xa0\\\\x80"},
	        {"\xed\x9f\xbf", "\xed\x9f\xbf"},
	        {"\xf4\x90\x80\x80", "\\\\xf4\\\\x90\\\\x80\\\\x80"},
	        {"\xf4\x8f\xbf\xbf", "\xf4\x8f\xbf\xbf"},
	        {"\xf0\x8f\xbf\xbf", "\\\\xf0\\\\x8f\\\\xbf\\\\xbf"},
	        {"\xff\xfe", "\\\\xff\\\\xfe"},
	        {"\xe2\x82", "\\\\xe2\\\\x82"},
	        {"\xe2\x82x", "\\\\xe2\\\\x82x"},
	        {"\xc3", "\\\\xc3"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char all[300];
		strcpy(all, HEAD "\"message\":\"");
		strcat(all, cases[i][1]);
		strcat(all, "\"}\n");
		expect((struct format){.kind = FORMAT_JSON}, line_of(cases[i][0]), all);
	}
}

static void words(void **state)
{
	enum format_kind kind = FORMAT_TEXT;
	enum format_stamp stamp = FORMAT_NONE;

	(void)state;
	assert_int_equal(format_kind("json", &kind), 0);
	assert_int_equal(kind, FORMAT_JSON);
	assert_int_equal(format_kind("JSON", &kind), -1);
	assert_int_equal(kind, FORMAT_JSON);
	assert_int_equal(format_stamp("tai64n", &stamp), 0);
	assert_int_equal(stamp, FORMAT_TAI64N);
	assert_int_equal(format_stamp("", &stamp), -1);
}

/* The short way takes whole lines that fit, and makes of them what the long way would. */
static void short_way(void **state)
{
	char text[] = "first\nthe second, of more than sixteen bytes\n\nthis one is longer than allowed\nunfinished";
	char mem[200 + BYTES_MORE];
	struct format f = {.kind = FORMAT_TEXT};
	struct line l = line_of("");
	struct lines lines = {.at = text, .fresh = text, .end = text + strlen(text), .max = 24};
	char *end;

	(void)state;
	format_head(&f, &l);
	end = format_lines(&f, &lines, mem, mem + 200);
	assert_int_equal(end - mem, 14);
	assert_memory_equal(mem, "nginx | first\n", 14);
	lines.max = 41;
	end = format_lines(&f, &lines, mem, mem + 40); /* no room */
	assert_ptr_equal(end, mem);
	end = format_lines(&f, &lines, mem, mem + 49);
	assert_memory_equal(mem, "nginx | the second, of more than sixteen bytes\n", 47);
	assert_ptr_equal(end, mem + 47);
	end = format_lines(&f, &lines, mem, mem + 200);
	assert_int_equal(end - mem, 9 + 40);
	assert_string_equal(lines.at, "unfinished");
	assert_ptr_equal(lines.fresh, lines.at);
	lines.fresh = lines.end;
	assert_ptr_equal(format_lines(&f, &lines, mem, mem + 200), mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(as_text), cmocka_unit_test(stamps),    cmocka_unit_test(dates),
	        cmocka_unit_test(as_raw),  cmocka_unit_test(as_json),   cmocka_unit_test(json_utf8),
	        cmocka_unit_test(words),   cmocka_unit_test(short_way),
	};

	return RUN(tests);
}
