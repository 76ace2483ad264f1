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
/* What a heading says beside the text; if it is too much for the room there is, nothing. */
static void members(void **state)
{
	static const char pairs[] = "\"event\":\"job end\",\"pid\":7";
	char many[1500], *all = malloc(format_room(1) + BYTES_MORE);
	struct format f = {.kind = FORMAT_JSON};
	struct line l = line_of("x");

	(void)state;
	l.service = "cron/a";
	l.members = pairs;
	l.members_len = strlen(pairs);
	expect(f, l,
	       "{\"time\":\"2026-11-22T07:40:56.000000007Z\",\"service\":\"cron/a\",\"stream\":\"stdout\","
	       "\"severity\":\"info\",\"event\":\"job end\",\"pid\":7,\"message\":\"x\"}\n");
	f.kind = FORMAT_LOGFMT;
	expect(f, l,
	       "time=2026-11-22T07:40:56.000000007Z service=cron/a stream=stdout level=info event=\"job end\" pid=7 "
	       "msg=\"x\"\n");
	f.kind = FORMAT_TEXT;
	expect(f, l, "cron/a | x\n");
	f.kind = FORMAT_RAW;
	expect(f, l, "x\n");
	memset(many, '1', sizeof many);
	memcpy(many, "\"k\":\"", 5);
	many[sizeof many - 1] = '"';
	l.members = many;
	l.members_len = sizeof many;
	f.kind = FORMAT_JSON;
	format_head(&f, &l);
	*format_line(&f, &l, all) = '\0';
	assert_non_null(strstr(all, "\"info\",\"message\":\"x\"}"));
	free(all);
}

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

static void as_logfmt(void **state)
{
	struct format f = {.kind = FORMAT_LOGFMT};
	struct line l = line_of("say \"hi\" \033 \xff");

	(void)state;
	expect(f, l,
	       "time=2026-11-22T07:40:56.000000007Z service=nginx stream=stdout level=info msg=\"say \\\"hi\\\" "
	       "\\u001b "
	       "\\\\xff\"\n");
	l = line_of("ok");
	l.service = "my = app";
	l.stream = LINE_STDERR;
	l.severity = 3;
	l.part = 2;
	l.part_id = 9;
	expect(f, l,
	       "time=2026-11-22T07:40:56.000000007Z service=\"my = app\" stream=stderr level=err partial_id=9 "
	       "partial_ordinal=2 partial_last=true msg=\"ok\"\n");
}

static void syslog_messages(void **state)
{
	struct format f = {.kind = FORMAT_TEXT};
	struct line l = line_of("one\ntwo\t\xc3\xa4\177\"\\");

	(void)state;
	l.syslog = true;
	l.facility = 3;
	l.severity = 4;
	expect(f, l, "nginx | one#012two#011\xc3\xa4#177\"\\\n");
	l.pid = 77;
	expect(f, l, "nginx | one#012two#011\xc3\xa4#177\"\\\n");
	l.tag = "worker";
	l.text = "x";
	l.len = 1;
	expect(f, l, "nginx | worker[77]: x\n");
	l.pid = 0;
	l.host = "web1";
	expect(f, l, "web1/nginx | worker: x\n");
	f.colour = true;
	f.width = 12;
	l.part = 2;
	expect(f, l, "\033[33mweb1/nginx   + \033[0mworker: x\n");
	l.part = 0;
	l.pid = 5;
	f = (struct format){.kind = FORMAT_JSON};
	expect(f, l,
	       "{\"time\":\"2026-11-22T07:40:56.000000007Z\",\"host\":\"web1\",\"service\":\"nginx\",\"stream\":"
	       "\"syslog\",\"severity\":"
	       "\"warning\",\"facility\":\"daemon\",\"pid\":5,\"tag\":\"worker\",\"message\":\"x\"}"
	       "\n");
	f.kind = FORMAT_LOGFMT;
	expect(f, l,
	       "time=2026-11-22T07:40:56.000000007Z host=web1 service=nginx stream=syslog level=warning "
	       "facility=daemon pid=5 "
	       "tag=worker msg=\"x\"\n");
	f.kind = FORMAT_RAW;
	expect(f, l, "x\n");
}

static void joined(void **state)
{
	struct format f = {.kind = FORMAT_TEXT};
	struct line l = line_of("Error: x\n  at a\n\tat b");
	char many[40001], *mem, *end;

	(void)state;
	l.joined = true;
	expect(f, l, "nginx | Error: x\nnginx +   at a\nnginx + \tat b\n");
	f.colour = true;
	expect(f, l, "\033[33mnginx | \033[0mError: x\n\033[33mnginx + \033[0m  at a\n\033[33mnginx + \033[0m\tat b\n");
	f = (struct format){.kind = FORMAT_JSON};
	expect(f, l, HEAD "\"message\":\"Error: x\\n  at a\\n\\tat b\"}\n");
	f.kind = FORMAT_RAW;
	expect(f, l, "Error: x\n  at a\n\tat b\n");

	/* more lines than there is room for: #012 then stands for the newline */
	f.kind = FORMAT_TEXT;
	for (size_t i = 0; i < sizeof many - 1; i += 2)
		memcpy(many + i, "\n ", 2);
	many[sizeof many - 1] = '\0';
	l.text = many;
	l.len = sizeof many - 1;
	l.service = "a-service-with-a-long-name-that-takes-room";
	mem = malloc(format_room(l.len) + 1);
	format_head(&f, &l);
	end = format_line(&f, &l, mem);
	assert_true((size_t)(end - mem) <= format_room(l.len));
	*end = '\0';
	assert_non_null(strstr(mem, "\na-service-with-a-long-name-that-takes-room +  \n"));
	assert_string_equal(end - 12, " #012 #012 \n");
	free(mem);
}

/* Names of the worst kind leave room for the rest. */
static void long_names(void **state)
{
	struct format f = {.kind = FORMAT_JSON};
	struct line l = line_of("x");
	char name[256];

	(void)state;
	memset(name, 1, 255);
	name[255] = '\0';
	l.service = l.tag = l.host = name;
	l.syslog = true;
	l.facility = 10;
	l.pid = 1 << 30;
	format_head(&f, &l);
	assert_true(f.head_len + f.open_len < FORMAT_HEAD_MAX);
	assert_non_null(strstr(f.head, "\"tag\":\""));
	assert_string_equal(f.head + f.head_len, "\"message\":\"");
}

/* The short way of JSON makes what the long way does, whatever ends where. */
static void short_json(void **state)
{
	static const char text[] = "plain\n\"q\" \xc3\xa4 \xff\t\n\nlonger than what is allowed here\nend";
	struct format f = {.kind = FORMAT_JSON};
	struct line l = line_of("");
	size_t len = sizeof text - 1;

	(void)state;
	format_head(&f, &l);
	for (size_t room = 0; room < 2000; room += 7) {
		char mem[2000 + BYTES_MORE], slow[4000], *end, *to = slow;
		struct lines lines = {.at = text, .fresh = text, .end = text + len, .max = 24}, same = lines;
		end = format_lines(&f, &lines, mem, mem + room);
		assert_true(end <= mem + room);
		while (same.at < lines.at && lines_next(&same, &l))
			to = format_line(&f, &l, to);
		assert_ptr_equal(same.at, lines.at);
		assert_int_equal(end - mem, to - slow);
		assert_memory_equal(mem, slow, (size_t)(to - slow));
		if (room > 1900)
			assert_memory_equal(lines.at, "longer", 6);
	}
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
	        cmocka_unit_test(as_text),    cmocka_unit_test(stamps),          cmocka_unit_test(dates),
	        cmocka_unit_test(as_raw),     cmocka_unit_test(as_json),         cmocka_unit_test(json_utf8),
	        cmocka_unit_test(members),    cmocka_unit_test(as_logfmt),       cmocka_unit_test(joined),
	        cmocka_unit_test(long_names), cmocka_unit_test(syslog_messages), cmocka_unit_test(short_json),
	        cmocka_unit_test(short_way),
	};

	return RUN(tests);
}
