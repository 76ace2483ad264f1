/* Unit tests of pure/address, beside the libc's inet_pton and inet_ntop. */
#include "pure/address.h"

#include <arpa/inet.h>
#include <string.h>

#include "../../lib/unit.h"
#include "base/fmt.h"

static const char *text_of(const union address *a)
{
	static char mem[64];
	struct fmt to;

	fmt_open(&to, mem, sizeof mem);
	address_put(&to, a);
	return mem;
}

static const void *ip_of(const union address *a)
{
	return a->any.sa_family == AF_INET6 ? (const void *)&a->v6.sin6_addr : &a->v4.sin_addr;
}

static void ips(void **state)
{
	static const char *const texts[] = {
	        "0.0.0.0",
	        "127.0.0.1",
	        "255.255.255.255",
	        "10.20.30.40",
	        "::",
	        "::1",
	        "1::",
	        "fe80::1:2",
	        "1:2:3:4:5:6:7:8",
	        "2001:db8::8:800:200C:417A",
	        "::fffe:0:1",
	        "1:0:0:2:0:0:0:3",
	        "1:0:2:3:4:5:6:7",
	        "0:0:1::",
	        "abcd:ef01:2345:6789:ABCD:EF01:2345:6789",
	        "64:ff9b::192.0.2.33",
	        "1:2:3:4:5:6:1.2.3.4",
	        "::1.2.3.4:5",
	        "1::2::3",
	        ":1",
	        "1:",
	        "1:2",
	        ":::",
	        "1:::2",
	        "12345::",
	        "1:2:3:4:5:6:7:8:9",
	        "g::",
	        ":",
	        "1:2:3:4:5:6:7:1.2.3.4",
	        "::1%lo",
	        "1.2.3",
	        "1.2.3.4.5",
	        "256.1.1.1",
	        "1..2.3",
	        "1.2.3.",
	        ".1.2.3",
	        "1.2.3.4 ",
	        " 1.2.3.4",
	        "localhost",
	        "",
	        "1",
	        "[::1]",
	        "0x7f.0.0.1",
	        "1:2:3:4:5:6:7:",
	        "1:2:3:4:5:6:7",
	};
	union address a;
	unsigned char bytes[16];
	char text[64];

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		int family = strchr(texts[i], ':') ? AF_INET6 : AF_INET, ok = inet_pton(family, texts[i], bytes) == 1;

		assert_int_equal(address_read(&a, texts[i], 53), ok ? 0 : -1);
		if (!ok)
			continue;
		assert_int_equal(a.any.sa_family, family);
		assert_memory_equal(ip_of(&a), bytes, family == AF_INET6 ? 16 : 4);
		assert_int_equal(ntohs(a.v4.sin_port), 53);
		if (!strchr(texts[i], '.') || family == AF_INET)
			assert_string_equal(text_of(&a), inet_ntop(family, bytes, text, sizeof text));
	}
	assert_int_equal(address_read(&a, "::ffff:10.0.0.1", 1), 0);
	assert_string_equal(text_of(&a), "10.0.0.1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(ips),
	};

	return RUN(tests);
}
