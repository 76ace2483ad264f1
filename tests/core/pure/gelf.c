/* Unit tests of pure/gelf: the bytes of messages and of chunks' heads. */
#include "pure/gelf.h"

#include <stdlib.h>
#include <string.h>

#include "../../lib/unit.h"
#include "pure/line.h"

static void expect(const struct line *l, const char *text)
{
	char *mem = malloc(GELF_HEAD + 6 * l->len), *end;

	assert_non_null(mem);
	end = gelf_make(mem, l, "box");
	assert_int_equal(end - mem, strlen(text));
	assert_memory_equal(mem, text, strlen(text));
	free(mem);
}

static void messages(void **state)
{
	struct line l = {.time = {1795333256, 123456789},
	                 .service = "nginx",
	                 .stream = LINE_STDOUT,
	                 .severity = 6,
	                 .text = "say \"hi\"\0\xff",
	                 .len = 10};

	(void)state;
	expect(&l, "{\"version\":\"1.1\",\"host\":\"box\",\"timestamp\":1795333256.123456,\"level\":6,\"_service\":"
	           "\"nginx\","
	           "\"_stream\":\"stdout\",\"short_message\":\"say \\\"hi\\\"\\u0000\\\\xff\"}");
	l.text = "x";
	l.len = 1;
	l.time.tv_nsec = 999;
	l.stream = LINE_STDERR;
	l.severity = 3;
	l.syslog = true;
	l.facility = 3;
	l.tag = "nginx/1";
	l.pid = 77;
	l.host = "far";
	l.part = 2;
	l.part_id = 5;
	l.last = true;
	expect(&l, "{\"version\":\"1.1\",\"host\":\"far\",\"timestamp\":1795333256.000000,\"level\":3,\"_service\":"
	           "\"nginx\","
	           "\"_stream\":\"syslog\",\"_tag\":\"nginx/1\",\"_facility\":\"daemon\",\"_pid\":77,\"_partial_id\":5,"
	           "\"_partial_ordinal\":2,\"_partial_last\":1,\"short_message\":\"x\"}");
}

static void members(void **state)
{
	static const char pairs[] = "\"event\":\"job_end\",\"pid\":7";
	struct line l = {.service = "cron/a", .members = pairs, .members_len = sizeof pairs - 1, .text = "x", .len = 1};

	(void)state;
	expect(&l, "{\"version\":\"1.1\",\"host\":\"box\",\"timestamp\":0.000000,\"level\":0,\"_service\":\"cron/a\","
	           "\"_stream\":\"stdout\",\"_event\":\"job_end\",\"_pid\":7,\"short_message\":\"x\"}");
}

static void blank(void **state)
{
	static const char *const texts[][2] = {{"", "-"}, {" \t ", "-"}, {" a ", " a "}, {"\r\n", "-"}, {"\b", "\\b"}};
	char expected[200];

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct line l = {
		        .service = "s", .stream = LINE_STDOUT, .text = texts[i][0], .len = strlen(texts[i][0])};
		strcpy(expected,
		       "{\"version\":\"1.1\",\"host\":\"box\",\"timestamp\":0.000000,\"level\":0,\"_service\":\"s\","
		       "\"_stream\":\"stdout\",\"short_message\":\"");
		strcat(expected, texts[i][1]);
		strcat(expected, "\"}");
		expect(&l, expected);
	}
}

/* Each field as long as it can get, in its longest form. */
static void largest(void **state)
{
	static char name[300], text[1000];
	struct line l = {.time = {253402300799, 999999999},
	                 .service = name,
	                 .stream = LINE_STDOUT,
	                 .severity = 7,
	                 .syslog = true,
	                 .facility = 10,
	                 .pid = 2147483647,
	                 .tag = name,
	                 .host = name,
	                 .text = text,
	                 .len = sizeof text,
	                 .part = 4294967295,
	                 .part_id = 4294967295};
	char *mem = malloc(GELF_HEAD + 6 * sizeof text), *end;

	(void)state;
	assert_non_null(mem);
	memset(name, 1, sizeof name - 1);
	end = gelf_make(mem, &l, name);
	assert_true((size_t)(end - mem) < GELF_HEAD + 6 * sizeof text);
	assert_memory_equal(end - 8, "\\u0000\"}", 8);
	free(mem);
}

static void chunks(void **state)
{
	char mem[GELF_CHUNK_HEAD];

	(void)state;
	gelf_chunk(mem, 0x0102030405060708, 127, 128);
	assert_memory_equal(mem, "\x1e\x0f\1\2\3\4\5\6\7\10\177\200", GELF_CHUNK_HEAD);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {cmocka_unit_test(messages), cmocka_unit_test(blank),
	                                          cmocka_unit_test(members), cmocka_unit_test(largest),
	                                          cmocka_unit_test(chunks)};

	return RUN(tests);
}
