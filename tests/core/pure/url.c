/* Tests of pure/url. */
#include "pure/url.h"

#include <string.h>

#include "../../lib/unit.h"

static void whole(void **state)
{
	const char *text = "syslog+tcp://logs.example:6514/a/b?queue=4M&full=block&empty=&bare", *why;
	struct url u;
	char v[8];

	(void)state;
	assert_int_equal(url_read(&u, text, &why), 0);
	assert_int_equal(u.scheme_len, 10);
	assert_ptr_equal(u.scheme, text);
	assert_string_equal(u.host, "logs.example");
	assert_int_equal(u.port, 6514);
	assert_int_equal(u.path_len, 4);
	assert_memory_equal(u.path, "/a/b", 4);
	assert_int_equal(url_option(&u, "queue", v, sizeof v), 1);
	assert_string_equal(v, "4M");
	assert_int_equal(url_option(&u, "full", v, 6), 1);
	assert_string_equal(v, "block");
	assert_int_equal(url_option(&u, "full", v, 5), -1);
	assert_int_equal(url_option(&u, "que", v, sizeof v), 0);
	assert_int_equal(url_option(&u, "queue4", v, sizeof v), 0);
	assert_string_equal(v, "block");
	assert_int_equal(url_option(&u, "empty", v, sizeof v), 1);
	assert_string_equal(v, "");
	assert_int_equal(url_option(&u, "bare", v, sizeof v), 1);
	assert_string_equal(v, "");
	assert_true(url_options_known(&u, "bare empty full queue", v, sizeof v));
	assert_false(url_options_known(&u, "bare full queuex queue", v, sizeof v));
	assert_string_equal(v, "empty");
	assert_false(url_options_known(&u, "queue full", v, 4));
	assert_string_equal(v, "emp");
}

static void forms(void **state)
{
	const char *why;
	struct url u;

	(void)state;
	assert_int_equal(url_read(&u, "relp://10.0.0.1", &why), 0);
	assert_string_equal(u.host, "10.0.0.1");
	assert_int_equal(u.port, 0);
	assert_int_equal(u.path_len, 0);
	assert_string_equal(u.query, "");
	assert_int_equal(url_read(&u, "relp://[fd00::1]:25", &why), 0);
	assert_string_equal(u.host, "fd00::1");
	assert_int_equal(u.port, 25);
	assert_int_equal(url_read(&u, "relp://h?x=/y", &why), 0);
	assert_int_equal(u.path_len, 0);
	assert_string_equal(u.query, "x=/y");
	assert_int_equal(url_read(&u, "dir:/var/log/all?files=3", &why), 0);
	assert_string_equal(u.host, "");
	assert_int_equal(u.path_len, 12);
	assert_string_equal(u.query, "files=3");
	assert_int_equal(url_read(&u, "dir:", &why), 0);
	assert_int_equal(u.path_len, 0);
}

static void wrong(void **state)
{
	static const char *const host[] = {"relp://",      "relp://:1",    "relp://a b",   "relp://[::1",
	                                   "relp://[]",    "relp://[x]:1", "relp://u@h:1", "relp://h:1:2:3",
	                                   "relp://::1/x", "relp://h#x"};
	static const char *const port[] = {"relp://h:",  "relp://h:0",     "relp://h:65536",
	                                   "relp://h:x", "relp://[::]:-1", "relp://h:99999999999999999999"};
	static const char *const scheme[] = {"", "relp", "//h", "Relp://h", "://h", "1 2:x"};
	char long_host[300] = "relp://";
	const char *why;
	struct url u;

	(void)state;
	for (size_t i = 0; i < sizeof host / sizeof *host; i++) {
		assert_int_equal(url_read(&u, host[i], &why), -1);
		assert_non_null(strstr(why, "host"));
	}
	for (size_t i = 0; i < sizeof port / sizeof *port; i++) {
		assert_int_equal(url_read(&u, port[i], &why), -1);
		assert_non_null(strstr(why, "port"));
	}
	for (size_t i = 0; i < sizeof scheme / sizeof *scheme; i++) {
		assert_int_equal(url_read(&u, scheme[i], &why), -1);
		assert_non_null(strstr(why, "SCHEME"));
	}
	memset(long_host + 7, 'a', 256);
	assert_int_equal(url_read(&u, long_host, &why), -1);
	long_host[7 + 255] = '\0';
	assert_int_equal(url_read(&u, long_host, &why), 0);
	assert_int_equal(strlen(u.host), 255);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(whole),
	        cmocka_unit_test(forms),
	        cmocka_unit_test(wrong),
	};

	return RUN(tests);
}
