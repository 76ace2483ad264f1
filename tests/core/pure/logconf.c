/* Unit tests of pure/logconf. */
#include "pure/logconf.h"

#include <string.h>

#include "../../lib/unit.h"
#include "base/fmt.h"
#include "pure/format.h"

static struct logconf conf;
static char said[4096];

static void load(const char *text, const char *mistakes)
{
	struct fmt wrong;

	fmt_open(&wrong, said, sizeof said);
	logconf_init(&conf);
	logconf_file(&conf, "f", text, strlen(text), &wrong);
	assert_string_equal(said, mistakes);
}

static void variables(char *const *env, const char *mistakes)
{
	struct fmt wrong;

	fmt_open(&wrong, said, sizeof said);
	logconf_variables(&conf, env, &wrong);
	assert_string_equal(said, mistakes);
}

static void defaults(void **state)
{
	(void)state;
	load("", "");
	assert_int_equal(conf.style.format, FORMAT_TEXT);
	assert_int_equal(conf.style.timestamps, FORMAT_NONE);
	assert_int_equal(conf.style.level, 7);
	assert_int_equal(conf.style.rate, 0);
	assert_int_equal(conf.style.to_stdout, LOGCONF_ON);
	assert_int_equal(conf.line_max, 16384);
	assert_int_equal(conf.full, LOGCONF_BLOCK);
	assert_null(conf.forward);
	assert_string_equal(conf.syslog, "on");
}

/* Every setting, in each way to write it. */
static void settings(void **state)
{
	(void)state;
	load("format json\n timestamps = tai64n \r\nlevel=warn\nRATE\t10/1.5s\nmask on\njoin=on\nstdout services\n"
	     "max_line 1M\nfull drop\nmask_names A_* B\nforward relp://a,udp://b#c # here\nlisten udp://127.0.0.1:514\n"
	     "queue 2m\nspool /s p\nspool_size 1G\nflush 500ms\nfiles a=/b,c=/d\nstate /v\n#syslog off\n\n\t# "
	     "no\nsyslog /x",
	     "");
	assert_int_equal(conf.style.format, FORMAT_JSON);
	assert_int_equal(conf.style.timestamps, FORMAT_TAI64N);
	assert_int_equal(conf.style.level, 4);
	assert_int_equal(conf.style.rate, 10);
	assert_int_equal(conf.style.rate_ms, 1500);
	assert_int_equal(conf.style.mask, 1);
	assert_int_equal(conf.style.join, 1);
	assert_int_equal(conf.style.to_stdout, LOGCONF_SERVICES);
	assert_int_equal(conf.line_max, 1 << 20);
	assert_int_equal(conf.full, LOGCONF_DROP);
	assert_string_equal(conf.mask_names, "A_* B");
	assert_string_equal(conf.forward, "relp://a,udp://b#c");
	assert_string_equal(conf.listen, "udp://127.0.0.1:514");
	assert_int_equal(conf.queue, 2 << 20);
	assert_string_equal(conf.spool, "/s p");
	assert_int_equal(conf.spool_size, 1 << 30);
	assert_int_equal(conf.flush_ms, 500);
	assert_string_equal(conf.files, "a=/b,c=/d");
	assert_string_equal(conf.state, "/v");
	assert_string_equal(conf.syslog, "/x");
	load("format logfmt\nlevel 0\nrate off", "");
	assert_int_equal(conf.style.format, FORMAT_LOGFMT);
	assert_int_equal(conf.style.level, 0);
}

#define ALL                                                                                                            \
	"format timestamps level rate mask join stdout max_line full mask_names forward listen queue spool "           \
	"spool_size "                                                                                                  \
	"flush files state syslog"
#define LEFT "; it is left out\n"

#define WRONG_FILES(line, text)                                                                                        \
	"f:" #line ":7: files " text ": must be words NAME=/PATH or /PATH, with * and ? where wanted" LEFT

/* Each kind of mistake, where it is; the others hold. */
static void mistakes(void **state)
{
	static const char format[] = ": must be text, json, raw or logfmt" LEFT;
	char all[1000];

	(void)state;
	strcpy(all, "f:1:8: format yaml");
	load("format yaml\nlevel 3", strcat(all, format));
	assert_int_equal(conf.style.format, FORMAT_TEXT);
	assert_int_equal(conf.style.level, 3);
	strcpy(all, "f:2:10: format ");
	load("\n  format=", strcat(all, format));
	strcpy(all, "f:1:8: format or");
	load("format or", strcat(all, format));
	strcpy(all, "f:1:8: format text, json");
	load("format text, json", strcat(all, format));
	load("timestamps now", "f:1:12: timestamps now: must be none, rfc3339, tai64n or unix" LEFT);
	load("level 8", "f:1:7: level 8: must be emerg, alert, crit, err, warning, notice, info, debug or 0 to 7" LEFT);
	load("rate 5", "f:1:6: rate 5: must be off or LINES/TIME such as 1000/10s" LEFT);
	load("rate 5/x\nrate 0/1\nrate 1/0\nrate /1",
	     "f:1:6: rate 5/x: must be off or LINES/TIME such as 1000/10s" LEFT
	     "f:2:6: rate 0/1: must be off or LINES/TIME such as 1000/10s" LEFT
	     "f:3:6: rate 1/0: must be off or LINES/TIME such as 1000/10s" LEFT
	     "f:4:6: rate /1: must be off or LINES/TIME such as 1000/10s" LEFT);
	load("mask yes", "f:1:6: mask yes: must be off or on" LEFT);
	load("stdout 1", "f:1:8: stdout 1: must be on, off or services" LEFT);
	load("max_line 63\nmax_line 1025K", "f:1:10: max_line 63: must be a number of bytes from 64 to 1M" LEFT
	                                    "f:2:10: max_line 1025K: must be a number of bytes from 64 to 1M" LEFT);
	load("files /a b\nfiles /b,=/a\nfiles a=b\nfiles /a/\nfiles a= /b",
	     WRONG_FILES(1, "/a b") WRONG_FILES(2, "/b,=/a") WRONG_FILES(3, "a=b") WRONG_FILES(4, "/a/")
	             WRONG_FILES(5, "a= /b"));
	assert_null(conf.files);
	load("full\n", "f:1:5: full : must be block or drop" LEFT);
	load("flush soon", "f:1:7: flush soon: must be a time such as 2 or 500ms" LEFT);
	load("spool x\nstate\nsyslog maybe\n",
	     "f:1:7: spool x: must be an absolute path" LEFT "f:2:6: state : must be an absolute path" LEFT
	     "f:3:8: syslog maybe: must be on, off or an absolute path" LEFT);
	assert_string_equal(conf.syslog, "on");
	load("syslog off", "");
	assert_string_equal(conf.syslog, "off");
	load("form json", "f:1:1: form: must be one of " ALL LEFT);
	load("= x", "f:1:1: : must be one of " ALL LEFT);
	load("[a]\nqueue 1M", "f:2:1: queue: must be one of format timestamps level rate mask join stdout" LEFT);
	load("[a\nformat raw", "f:1:1: [a: a service's name ends with ]; its settings are left out\n");
	assert_int_equal(conf.style.format, FORMAT_TEXT);
	load("[", "f:1:1: [: a service's name ends with ]; its settings are left out\n");
	load("[]", "");
	load("[a]\nformat yaml\n", "f:2:8: format yaml: must be text, json, raw or logfmt" LEFT);
}

static void too_long(void **state)
{
	static char text[5000];

	(void)state;
	memset(text, 'x', 1025);
	strcpy(text + 1025, "\nlevel 2\n");
	load(text, "f:1:1: longer than 1024 bytes; it is left out\n");
	assert_int_equal(conf.style.level, 2);
	text[0] = '\0';
	for (int i = 0; i < 4; i++) {
		size_t len = strlen(text);
		memcpy(text + len, "listen ", 7);
		memset(text + len + 7, 'x', 900);
		strcpy(text + len + 907, "\n");
	}
	{
		struct fmt wrong;
		fmt_open(&wrong, said, sizeof said);
		logconf_init(&conf);
		logconf_file(&conf, "f", text, strlen(text), &wrong);
	}
	assert_memory_equal(said, "f:4:8: listen xxx", 17);
	assert_string_equal(strstr(said, ": must"), ": must be shorter, all texts together" LEFT);
}

static void services(void **state)
{
	struct logconf_style s;

	(void)state;
	load("level 5\n[nginx]\nformat raw\nlevel 7\n[web-*]\nrate 5/1s\n[*]\njoin on\n[nginx*]\nmask on\n", "");
	assert_int_equal(conf.style.level, 5);
	variables((char *[]){"INIT_LOG_FORMAT=json", NULL}, "");
	logconf_service(&conf, "nginx", &s);
	assert_int_equal(s.format, FORMAT_RAW);
	assert_int_equal(s.level, 7);
	assert_int_equal(s.join, 1);
	assert_int_equal(s.mask, 1);
	assert_int_equal(s.rate, 0);
	logconf_service(&conf, "web-1", &s);
	assert_int_equal(s.format, FORMAT_JSON);
	assert_int_equal(s.level, 5);
	assert_int_equal(s.rate, 5);
	assert_int_equal(s.mask, 0);
}

static void of_environment(void **state)
{
	(void)state;
	load("format raw\nlevel 3", "");
	variables((char *[]){"PATH=/bin", "INIT_LOG_FORMAT=json", "INIT_LOG_LEVEL=", "INIT_LOG_CONFIG=/x",
	                     "INIT_LOG_FORWARD=a b", "INIT_LOG", NULL},
	          "");
	assert_int_equal(conf.style.format, FORMAT_JSON);
	assert_int_equal(conf.style.level, 3);
	assert_string_equal(conf.forward, "a b");
	variables((char *[]){"INIT_LOG_FORMAT=yaml", "INIT_LOG_FORMT=json", NULL},
	          "INIT_LOG_FORMAT=yaml: must be text, json, raw or logfmt" LEFT
	          "INIT_LOG_FORMT: must be one of " ALL LEFT);
	assert_int_equal(conf.style.format, FORMAT_JSON);
}

static void lists(void **state)
{
	const char *p = " a,bc\t, d ";

	(void)state;
	assert_int_equal(logconf_word(&p), 1);
	assert_int_equal(*p++, 'a');
	assert_int_equal(logconf_word(&p), 2);
	assert_int_equal(*p, 'b');
	p += 2;
	assert_int_equal(logconf_word(&p), 1);
	assert_int_equal(*p++, 'd');
	assert_int_equal(logconf_word(&p), 0);
	logconf_init(&conf);
	p = NULL;
	assert_int_equal(logconf_add(&conf, &p, "%s", "one"), 0);
	assert_int_equal(logconf_add(&conf, &p, "%c%s", 't', "wo"), 0);
	assert_string_equal(p, " one two");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(defaults), cmocka_unit_test(settings), cmocka_unit_test(mistakes),
	        cmocka_unit_test(too_long), cmocka_unit_test(services), cmocka_unit_test(of_environment),
	        cmocka_unit_test(lists),
	};

	return RUN(tests);
}
