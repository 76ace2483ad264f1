/* Unit tests of pure/lumberjack: the bytes that are sent, and acknowledgements in one piece and in several. */
#include "pure/lumberjack.h"

#include <stdlib.h>
#include <string.h>

#include "../../lib/unit.h"
#include "pure/format.h"
#include "pure/line.h"

static void heads(void **state)
{
	char mem[LUMBERJACK_HEAD];

	(void)state;
	assert_int_equal(lumberjack_head(mem, 1, 256, 70000), 16);
	assert_memory_equal(mem,
	                    "2W\0\0\1\0"
	                    "2J\0\0\0\1\0\1\x11\x70",
	                    16);
	assert_int_equal(lumberjack_head(mem, 256, 256, 2), 10);
	assert_memory_equal(mem, "2J\0\0\1\0\0\0\0\2", 10);
}

static void documents(void **state)
{
	static struct format f = {.kind = FORMAT_JSON, .host = "box"};
	static const char expected[] =
	        "{\"type\":\"nginx-access\",\"@timestamp\":\"2026-11-22T07:40:56.000000007Z\",\"host\":\"box\","
	        "\"service\":\"nginx-access\",\"stream\":\"stdout\",\"severity\":\"info\",\"message\":\"GET /\"}";
	struct line l = {.time = {1795333256, 7},
	                 .service = "nginx-access",
	                 .stream = LINE_STDOUT,
	                 .severity = 6,
	                 .text = "GET /",
	                 .len = 5};
	static char name[300];
	char *mem = malloc(LUMBERJACK_DOCUMENT + format_room(l.len)), *at;
	size_t len;

	(void)state;
	assert_non_null(mem);
	at = lumberjack_document(mem, &f, &l, &len);
	assert_int_equal(len, sizeof expected - 1);
	assert_memory_equal(at, expected, len);
	/* the longest names in their longest form */
	memset(name, 1, sizeof name - 1);
	l.service = l.host = name;
	at = lumberjack_document(mem, &f, &l, &len);
	assert_true(at >= mem && at + len <= mem + LUMBERJACK_DOCUMENT + format_room(l.len));
	assert_memory_equal(at, "{\"type\":\"\\u0001", 15);
	assert_memory_equal(at + 9 + 255 * 6, "\",\"@timestamp\":\"2026", 20);
	free(mem);
}

static void acks(void **state)
{
	static const char two[] = "2A\0\1\2\3"
	                          "2A\0\0\0\0";
	uint32_t n = 1;

	(void)state;
	for (size_t len = 0; len < 6; len++)
		assert_int_equal(lumberjack_ack(two, len, &n), 0);
	assert_int_equal(lumberjack_ack(two, 12, &n), 6);
	assert_int_equal(n, 0x010203);
	assert_int_equal(lumberjack_ack(two + 6, 6, &n), 6);
	assert_int_equal(n, 0);
	assert_int_equal(lumberjack_ack("2A\xff\xff\xff\xff", 6, &n), 6);
	assert_int_equal(n, 0xffffffff);
	assert_int_equal(lumberjack_ack("1A\0\0\0\1", 6, &n), -1);
	assert_int_equal(lumberjack_ack("HTTP/1.1 400 Bad Request", 24, &n), -1);
	assert_int_equal(lumberjack_ack("2W\0\0\0\1", 6, &n), -1);
	assert_int_equal(lumberjack_ack("3", 1, &n), -1);
	assert_int_equal(lumberjack_ack("2B", 2, &n), -1);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {cmocka_unit_test(heads), cmocka_unit_test(documents),
	                                          cmocka_unit_test(acks)};

	return RUN(tests);
}
