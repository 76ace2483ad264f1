/* Unit tests of pure/logrules. That patterns match as runit's: tests/applets/svlogd.bats. */
#include "pure/logrules.h"

#include <string.h>

#include "../../lib/unit.h"

static char mem[4096];

/* Reads the rules; the last complaint, or "". */
static const char *rules(struct logrules *r, const char *text)
{
	const char *why, *last = "";

	logrules_default(r);
	r->text = strcpy(mem, text);
	r->len = strlen(text);
	while ((why = logrules_read(r)))
		last = why;
	return last;
}

static void defaults(void **state)
{
	struct logrules r;

	(void)state;
	assert_string_equal(rules(&r, ""), "");
	assert_int_equal(r.size, 1000000);
	assert_int_equal(r.num, 10);
	assert_int_equal(r.min, 10);
	assert_int_equal(r.age_s, 0);
	assert_null(r.processor);
	assert_string_equal(r.prefix, "");
	assert_false(r.udp);
	assert_false(r.selective);
}

static void all_rules(void **state)
{
	union address to;
	struct logrules r;

	(void)state;
	assert_string_equal(rules(&r, "# none\n\ns2m\nn3 \nN1\nt2h\n!gzip -9\npweb: \nU10.20.30.255:99\n-a\n"), "");
	assert_int_equal(r.size, 2 << 20);
	assert_int_equal(r.num, 3);
	assert_int_equal(r.min, 1);
	assert_int_equal(r.age_s, 7200);
	assert_string_equal(r.processor, "gzip -9");
	assert_string_equal(r.prefix, "web: ");
	assert_true(r.udp);
	assert_int_equal(address_read(&to, "10.20.30.255", 99), 0);
	assert_memory_equal(&r.to, &to, address_size(&to));
	assert_true(r.only_udp);
	assert_true(r.selective);
	assert_string_equal(rules(&r, "s3k\nu1.2.3.4\n!\nt4m"), "");
	assert_int_equal(r.size, 3072);
	assert_int_equal(r.to.v4.sin_port, htons(514));
	assert_false(r.only_udp);
	assert_null(r.processor);
	assert_int_equal(r.age_s, 240);
	assert_string_equal(rules(&r, "n5 files\nu::1\n"), "");
	assert_int_equal(r.num, 5);
	assert_int_equal(r.to.v6.sin6_family, AF_INET6);
}

static void wrong(void **state)
{
	static const char *const lines[] = {"s",
	                                    "sabc",
	                                    "s-1",
	                                    "s5x",
	                                    "s99999999999999999999",
	                                    "n1k",
	                                    "t5y",
	                                    "x",
	                                    "u1.2.3",
	                                    "s9999999999999999m",
	                                    "u1.2.3.256",
	                                    "u1.2.3.4:",
	                                    "u1.2.3.4:0",
	                                    "u1.2.3.4:65536",
	                                    "uname"};
	struct logrules r, untouched;
	char text[64];

	(void)state;
	rules(&untouched, "");
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		strcpy(text, "n4\n");
		strcat(strcat(text, lines[i]), "\nN2\n");
		assert_string_not_equal(rules(&r, text), "");
		assert_int_equal(r.size, untouched.size);
		assert_int_equal(r.age_s, 0);
		assert_false(r.udp);
		assert_int_equal(r.num, 4);
		assert_int_equal(r.min, 2);
		logrules_default(&r);
		r.text = strcpy(mem, text);
		r.len = strlen(text);
		assert_non_null(logrules_read(&r));
		assert_int_equal(r.line, 2);
	}
}

static bool match(const char *pattern, const char *line)
{
	return logrules_match(pattern, line, strlen(line));
}

static void patterns(void **state)
{
	(void)state;
	assert_true(match("", ""));
	assert_false(match("", "a"));
	assert_true(match("*", ""));
	assert_true(match("ab", "ab"));
	assert_false(match("ab", "abc"));
	assert_false(match("ab", "a"));
	assert_true(match("a*", "a"));
	assert_true(match("*: *: pid *", "tcpsvd: info: pid 1977 from 10.4.1.14"));
	assert_false(match("*pid*", "tcpsvd: info: pid 1977"));
	assert_true(match("+ab", "aaab"));
	assert_false(match("+abc", "aaab"));
	assert_false(match("+a", ""));
	assert_true(match("+ab", "aaa")); /* the line ends within the run */
	assert_false(match("a+", "aa"));
	assert_true(match("**a", "x*a"));
	assert_true(match("+*a", "**"));
	assert_false(match("*x", "no"));
}

static void the_last_decides(void **state)
{
	struct logrules r;
	bool alert;

	(void)state;
	rules(&r, "-a*\ne*!\n# +a*\n+ab*\nEa*\n");
	assert_true(logrules_take(&r, "xyz", 3, &alert));
	assert_false(alert);
	assert_false(logrules_take(&r, "axe", 3, &alert));
	assert_true(logrules_take(&r, "abe", 3, &alert));
	assert_true(logrules_take(&r, "hey!", 4, &alert));
	assert_true(alert);
	assert_false(logrules_take(&r, "aha!", 4, &alert));
	assert_false(alert);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(defaults), cmocka_unit_test(all_rules),        cmocka_unit_test(wrong),
	        cmocka_unit_test(patterns), cmocka_unit_test(the_last_decides),
	};

	return RUN(tests);
}
