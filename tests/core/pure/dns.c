/* Unit tests of pure/dns: the bytes of a question; answers with aliases, cut short, broken, and of others. */
#include "pure/dns.h"

#include <string.h>

#include "../../lib/unit.h"

static struct {
	unsigned count;
	unsigned char last[16], first[16];
	size_t size;
} got;

static void found(void *with, const unsigned char *address, unsigned size)
{
	assert_ptr_equal(with, &got);
	assert_int_equal(size, got.size);
	if (got.count++ == 0)
		memcpy(got.first, address, got.size);
	memcpy(got.last, address, got.size);
}

/* A question for logs.example, and the answer whose flags, number of records and records these are. */
static enum dns_result reply(enum dns_type type, unsigned flags, unsigned count, const char *records, size_t len)
{
	unsigned char query[DNS_QUERY_MAX], mem[DNS_REPLY_MAX];
	size_t n = dns_query(query, 0x1234, "logs.example", type);

	assert_int_equal(n, 30);
	memcpy(mem, query, n);
	mem[2] = (unsigned char)(flags >> 8);
	mem[3] = (unsigned char)flags;
	mem[7] = (unsigned char)count;
	memcpy(mem + n, records, len);
	memset(&got, 0, sizeof got);
	got.size = type == DNS_A ? 4 : 16;
	return dns_reply(query, n, mem, n + len, found, &got);
}

#define REPLY(type, flags, count, records) reply(type, flags, count, records, sizeof(records) - 1)
#define A(address)                         "\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4" address
#define ALIAS                              "\xc0\x0c\0\5\0\1\0\0\0\x3c\0\4\1x\xc0\x11"

static void questions(void **state)
{
	unsigned char mem[DNS_QUERY_MAX];
	char name[300];

	(void)state;
	assert_int_equal(dns_query(mem, 0xabcd, "a.bc", DNS_AAAA), 12 + 6 + 4);
	assert_memory_equal(mem, "\xab\xcd\1\0\0\1\0\0\0\0\0\0\1a\2bc\0\0\x1c\0\1", 22);
	assert_int_equal(dns_query(mem, 1, "a.bc.", DNS_A), 22);
	assert_memory_equal(mem + 12, "\1a\2bc\0\0\1\0\1", 10);

	for (size_t i = 0; i < sizeof name; i++)
		name[i] = i % 2 ? '.' : 'a';
	name[253] = '\0'; /* the longest: ends with a letter */
	assert_int_equal(dns_query(mem, 1, name, DNS_A), DNS_QUERY_MAX);
	name[253] = '.';
	name[254] = '\0';
	assert_int_equal(dns_query(mem, 1, name, DNS_A), DNS_QUERY_MAX);
	name[254] = 'a';
	name[255] = '\0';
	assert_int_equal(dns_query(mem, 1, name, DNS_A), 0);
	memset(name, 'a', 254);
	name[254] = '\0';
	assert_int_equal(dns_query(mem, 1, name, DNS_A), 0);
	name[63] = '\0';
	assert_int_equal(dns_query(mem, 1, name, DNS_A), 12 + 65 + 4);
}

static void no_names(void **state)
{
	static const char *const words[] = {
	        "", ".", ".a", "a..b", "a..", "0123456789012345678901234567890123456789012345678901234567890123"};
	unsigned char mem[DNS_QUERY_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		assert_int_equal(dns_query(mem, 1, words[i], DNS_A), 0);
}

static void answers(void **state)
{
	(void)state;
	assert_int_equal(REPLY(DNS_A, 0x8180, 2, A("\1\2\3\4") A("\5\6\7\10")), DNS_READ);
	assert_int_equal(got.count, 2);
	assert_memory_equal(got.first, "\1\2\3\4", 4);
	assert_memory_equal(got.last, "\5\6\7\10", 4);
	/* an alias, and the address of what it stands for; other kinds in between */
	assert_int_equal(REPLY(DNS_A, 0x8180, 3,
	                       ALIAS "\1x\xc0\x11\0\x10\0\1\0\0\0\0\0\2\1t"
	                             "\1x\7example\0\0\1\0\1\0\0\0\0\0\4\1\2\3\4"),
	                 DNS_READ);
	assert_int_equal(got.count, 1);
	assert_memory_equal(got.last, "\1\2\3\4", 4);
	assert_int_equal(REPLY(DNS_AAAA, 0x8180, 2,
	                       A("\1\2\3\4") "\xc0\x0c\0\x1c\0\1\0\0\0\0\0\x10"
	                                     "0123456789abcdef"),
	                 DNS_READ);
	assert_int_equal(got.count, 1);
	assert_memory_equal(got.last, "0123456789abcdef", 16);
	/* of another class; of another length */
	assert_int_equal(REPLY(DNS_A, 0x8180, 2,
	                       "\0\0\1\0\3\0\0\0\0\0\4\1\2\3\4"
	                       "\0\0\1\0\1\0\0\0\0\0\3\1\2\3"),
	                 DNS_READ);
	assert_int_equal(got.count, 0);
}

static void none(void **state)
{
	(void)state;
	assert_int_equal(REPLY(DNS_A, 0x8180, 0, ""), DNS_READ);
	assert_int_equal(REPLY(DNS_A, 0x8183, 0, ""), DNS_READ);
	assert_int_equal(REPLY(DNS_A, 0x8182, 0, ""), DNS_FAILED);
	assert_int_equal(REPLY(DNS_A, 0x8185, 1, A("\1\2\3\4")), DNS_FAILED);
	assert_int_equal(got.count, 0);
}

static void cut_short(void **state)
{
	(void)state;
	/* as far as it goes, if it goes anywhere */
	assert_int_equal(REPLY(DNS_A, 0x8380, 3, A("\1\2\3\4") A("\5\6\7")), DNS_READ);
	assert_int_equal(got.count, 1);
	assert_int_equal(REPLY(DNS_A, 0x8380, 0, ""), DNS_FAILED);
	assert_int_equal(REPLY(DNS_A, 0x8180, 1, A("\1\2\3")), DNS_FAILED);
	assert_int_equal(REPLY(DNS_A, 0x8180, 1, ""), DNS_FAILED);
	assert_int_equal(REPLY(DNS_A, 0x8180, 1, "\xc0"), DNS_FAILED);
	assert_int_equal(REPLY(DNS_A, 0x8180, 1,
	                       "\x3f"
	                       "a"),
	                 DNS_FAILED);
	assert_int_equal(REPLY(DNS_A, 0x8180, 1,
	                       "\x80"
	                       "aaaaaaaaaaaaaaaaaaaaaaa"),
	                 DNS_FAILED);
	assert_int_equal(got.count, 0);
}

static void foreign(void **state)
{
	unsigned char query[DNS_QUERY_MAX], mem[DNS_QUERY_MAX];
	size_t n = dns_query(query, 0x1234, "logs.example", DNS_A);
	static const struct {
		unsigned at, value;
	} changes[] = {{0, 0x13}, {1, 0x35}, {2, 0x01}, {5, 0}, {5, 2}, {13, 'x'}, {27, 28}, {29, 3}};

	(void)state;
	memcpy(mem, query, n);
	mem[2] = 0x81;
	mem[13] = 'L'; /* the other case is the same */
	assert_int_equal(dns_reply(query, n, mem, n, found, &got), DNS_READ);
	for (size_t len = 0; len < n; len++)
		assert_int_equal(dns_reply(query, n, mem, len, found, &got), DNS_FOREIGN);
	for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
		unsigned char was = mem[changes[i].at];
		mem[changes[i].at] = (unsigned char)changes[i].value;
		assert_int_equal(dns_reply(query, n, mem, n, found, &got), DNS_FOREIGN);
		mem[changes[i].at] = was;
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	        cmocka_unit_test(questions), cmocka_unit_test(no_names),  cmocka_unit_test(answers),
	        cmocka_unit_test(none),      cmocka_unit_test(cut_short), cmocka_unit_test(foreign),
	};

	return RUN(tests);
}
