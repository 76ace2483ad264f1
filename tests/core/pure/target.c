/* Tests of pure/target. */
#include "pure/target.h"

#include <stdlib.h>
#include <string.h>

#include "../../lib/unit.h"

static struct target t;

static enum target_kind kind_of(const char *word)
{
	const char *why;

	free(t.mem);
	if (target_read(&t, word, &why))
		fail_msg("%s: %s", word, why);
	assert_ptr_equal(t.word, word);
	return t.kind;
}

static void wrong(const char *word, const char *part)
{
	const char *why = NULL;

	free(t.mem);
	if (target_read(&t, word, &why) == 0)
		fail_msg("'%s' was taken", word);
	assert_non_null(why);
	if (!strstr(why, part) || strchr(why, '\n'))
		fail_msg("'%s': %s", word, why);
}

static void tcp(void **state)
{
	static const struct {
		const char *word, *host;
		unsigned port;
	} good[] = {{"tcp://db.example:5432", "db.example", 5432},
	            {"db:1", "db", 1},
	            {"my_db:65535", "my_db", 65535},
	            {"tcp:db:80", "db", 80},
	            {"10.0.0.1:25", "10.0.0.1", 25},
	            {"[::1]:25", "::1", 25},
	            {"tcp://[fd00::a:1]:25", "fd00::a:1", 25}};

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		assert_int_equal(kind_of(good[i].word), TARGET_TCP);
		assert_string_equal(t.host, good[i].host);
		assert_int_equal(t.port, good[i].port);
		assert_false(target_is_path(&t));
	}
	wrong("tcp://db", "HOST:PORT");
	wrong("tcp:", "host");
	wrong("tcp://", "host");
	wrong("tcp://:80", "host");
	wrong("[::1]", "HOST:PORT");
	wrong("[::1:80", "host");
	wrong("::1:80", "host");
	wrong("db:", "port");
	wrong("db:0", "port");
	wrong("db:65536", "port");
	wrong("db:http", "port");
	wrong("db:80/", "nothing else");
	wrong("db:80?x=1", "nothing else");
	wrong("db 1:80", "host");
	wrong("", "HOST:PORT");
	wrong("db", "HOST:PORT");
	wrong("[", "HOST:PORT");
	wrong("https://db:443/", "HOST:PORT");
	wrong("TCP://db:443", "HOST:PORT");
}

static void paths(void **state)
{
	static const struct {
		const char *word, *path;
		enum target_kind kind;
	} good[] = {{"unix:/run/s", "/run/s", TARGET_UNIX},
	            {"unix:///run/s", "/run/s", TARGET_UNIX},
	            {"unix:s", "s", TARGET_UNIX},
	            {"file:/a:b#c d", "/a:b#c d", TARGET_FILE},
	            {"file:///a//b", "/a//b", TARGET_FILE},
	            {"file:a/b", "a/b", TARGET_FILE},
	            {"dir:.", ".", TARGET_DIR},
	            {"dir:///", "/", TARGET_DIR}};
	char word[120] = "unix:/";

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		assert_int_equal(kind_of(good[i].word), good[i].kind);
		assert_string_equal(t.path, good[i].path);
		assert_true(target_is_path(&t));
	}
	wrong("unix:", "nothing is named");
	wrong("file:", "nothing is named");
	wrong("dir://", "absolute");
	wrong("unix://run/s", "absolute");
	memset(word + 6, 'a', 107);
	wrong(word, "too long");
	word[5 + 107] = '\0';
	assert_int_equal(kind_of(word), TARGET_UNIX);
	memcpy(word, "file:/aaaa", 10);
	word[5 + 107] = 'a';
	assert_int_equal(kind_of(word), TARGET_FILE);
}

static void http(void **state)
{
	(void)state;
	assert_int_equal(kind_of("http://web"), TARGET_HTTP);
	assert_string_equal(t.host, "web");
	assert_int_equal(t.port, 80);
	assert_string_equal(t.page, "");
	assert_false(target_status(&t, 199));
	assert_true(target_status(&t, 200));
	assert_true(target_status(&t, 399));
	assert_false(target_status(&t, 400));
	kind_of("http://[::1]:8080/a/b?c=d&e#204,300-301,999");
	assert_string_equal(t.host, "::1");
	assert_int_equal(t.port, 8080);
	assert_string_equal(t.page, "/a/b?c=d&e");
	assert_int_equal(t.name_len, 10);
	assert_memory_equal(t.name, "[::1]:8080", 10);
	assert_true(target_status(&t, 204));
	assert_true(target_status(&t, 301));
	assert_true(target_status(&t, 999));
	assert_false(target_status(&t, 200));
	assert_false(target_status(&t, 302));
	kind_of("http://web?x=1#200");
	assert_string_equal(t.page, "?x=1");
	assert_int_equal(kind_of("http+unix:/run/a:b.sock:/ping?x#500-599"), TARGET_HTTP_UNIX);
	assert_string_equal(t.path, "/run/a:b.sock");
	assert_string_equal(t.page, "/ping?x");
	assert_string_equal(t.host, "");
	assert_true(target_status(&t, 503));
	assert_true(target_is_path(&t));
	kind_of("http+unix:///run/s");
	assert_string_equal(t.path, "/run/s");
	assert_string_equal(t.page, "");
	wrong("http://", "host");
	wrong("http://web:x/", "port");
	wrong("http://web/a b", "%20");
	wrong("http://web/\r\nX: y", "%20");
	wrong("http+unix:/s:/a\tb", "%20");
	wrong("http+unix::/a", "nothing is named");
	for (const char *const *s = (const char *const[]){"", "20", "2000", "200-", "200-30", "200,", ",200", "200 ",
	                                                  "2xx", "200-300-400", "-200", NULL};
	     *s; s++) {
		char word[64] = "http://web/#";
		wrong(strcat(word, *s), "statuses");
	}
}

static void others(void **state)
{
	(void)state;
	assert_int_equal(kind_of("dns:db.example"), TARGET_DNS);
	assert_string_equal(t.host, "db.example");
	kind_of("dns://db");
	assert_string_equal(t.host, "db");
	wrong("dns:", "host");
	wrong("dns:db:80", "a name");
	wrong("dns:db/x", "a name");
	assert_int_equal(kind_of("service:web"), TARGET_SERVICE);
	assert_string_equal(t.path, "web");
	assert_false(t.up);
	kind_of("service:web:ready");
	assert_string_equal(t.path, "web");
	assert_false(t.up);
	kind_of("service:///etc/service/web:up");
	assert_string_equal(t.path, "/etc/service/web");
	assert_true(t.up);
	wrong("service:", "nothing is named");
	wrong("service::up", "nothing is named");
	wrong("service:web:", ":up or :ready");
	wrong("service:web:down", ":up or :ready");
}

/* Its words, with | between them. */
static const char *words(const char *word)
{
	static char all[200];

	all[0] = '\0';
	assert_int_equal(kind_of(word), TARGET_EXEC);
	for (char **a = t.argv; *a; a++)
		strcat(strcat(all, *a), a[1] ? "|" : "");
	return all;
}

static void exec(void **state)
{
	char long_word[5000] = "exec:";

	(void)state;
	assert_string_equal(words("exec:true"), "true");
	assert_string_equal(words("exec:  pg_isready\t-q -h db  "), "pg_isready|-q|-h|db");
	assert_string_equal(words("exec://bin/true"), "//bin/true");
	assert_string_equal(words("exec:a 'b  c' \"d e\"f''g"), "a|b  c|d efg");
	assert_string_equal(words("exec:a '' \"\" b"), "a|||b");
	assert_string_equal(words("exec:a\\ b \\'c 'd\\e' \"f\\\"g\\\\h\\n\""), "a b|'c|d\\e|f\"g\\h\\n");
	assert_string_equal(words("exec:a 'it'\\''s' \"'\" '\"'"), "a|it's|'|\"");
	assert_string_equal(words("exec:a\\"), "a\\");
	assert_string_equal(words("exec:a \"\\$x\\`y\" '\\$'"), "a|$x`y|\\$");
	assert_string_equal(words("exec:a b c d e f g"), "a|b|c|d|e|f|g");
	wrong("exec:", "nothing is named");
	wrong("exec:  \t", "nothing is named");
	wrong("exec:a 'b", "quote");
	wrong("exec:a \"b\\\"", "quote");
	memset(long_word + 5, 'a', TARGET_WORD - 5);
	wrong(long_word, "too long");
	long_word[TARGET_WORD - 1] = '\0';
	assert_int_equal(kind_of(long_word), TARGET_EXEC);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(tcp),    cmocka_unit_test(paths), cmocka_unit_test(http),
	        cmocka_unit_test(others), cmocka_unit_test(exec),
	};
	int failed = RUN(tests);

	free(t.mem);
	return failed;
}
