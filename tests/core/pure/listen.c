/* Unit tests of pure/listen. */
#include "pure/listen.h"

#include <string.h>

#include "../../lib/unit.h"
#include "base/fmt.h"

static void good(void **state)
{
	static const struct {
		const char *url, *ip;
		enum listen_kind kind;
		unsigned port;
	} cases[] = {
	        {"udp://127.0.0.1", "127.0.0.1", LISTEN_UDP, 514},
	        {"udp://0.0.0.0:65535", "0.0.0.0", LISTEN_UDP, 65535},
	        {"syslog+udp://[::1]:1514", "::1", LISTEN_UDP, 1514},
	        {"syslog://10.0.0.1", "10.0.0.1", LISTEN_UDP, 514},
	        {"tcp://[::]", "::", LISTEN_TCP, 514},
	        {"syslog+tcp://[fd00::12]:99", "fd00::12", LISTEN_TCP, 99},
	        {"relp://127.0.0.1", "127.0.0.1", LISTEN_RELP, 2514},
	        {"relp://127.0.0.1:20514", "127.0.0.1", LISTEN_RELP, 20514},
	};
	const char *why;
	struct listen l;
	char text[64];
	struct fmt to;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_int_equal(listen_read(&l, cases[i].url, strlen(cases[i].url), &why), 0);
		assert_int_equal(l.kind, cases[i].kind);
		fmt_open(&to, text, sizeof text);
		address_put(&to, &l.at);
		assert_string_equal(text, cases[i].ip);
		assert_int_equal(ntohs(l.at.v4.sin_port), cases[i].port);
	}
	assert_int_equal(listen_read(&l, "udp://127.0.0.1,tcp://", 15, &why), 0);
}

static void bad(void **state)
{
	static const char *const urls[] = {
	        "",
	        "514",
	        "127.0.0.1:514",
	        "udp",
	        "udp:",
	        "udp://",
	        "udp://:514",
	        "http://127.0.0.1",
	        "udps://127.0.0.1",
	        "udp://localhost:514",
	        "udp://127.0.0.1:0",
	        "udp://127.0.0.1:65536",
	        "udp://127.0.0.1:x",
	        "udp://127.0.0.1/",
	        "udp://127.0.0.1?x=y",
	        "udp://::1:514",
	        "udp://[::1",
	        "udp://1.2.3.4.5.6.7.8.9.10.11.12.13.14.15.16.17.18.19.20",
	};
	const char *why;
	struct listen l;

	(void)state;
	for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
		why = NULL;
		assert_int_equal(listen_read(&l, urls[i], strlen(urls[i]), &why), -1);
		assert_non_null(why);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(good),
	        cmocka_unit_test(bad),
	};

	return RUN(tests);
}
