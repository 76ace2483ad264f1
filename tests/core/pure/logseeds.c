/* Unit tests of pure/logseeds. */
#include "pure/logseeds.h"

#include <string.h>

#include "../../lib/unit.h"
#include "base/fmt.h"
#include "pure/logconf.h"

static struct logconf conf;
static char said[1024];

/* The variables have blanks between them. */
static void with(const char *variables, const char *mistakes)
{
	static char mem[4000];
	char *env[32];
	struct fmt wrong;
	int n = 0;

	strcpy(mem, variables);
	for (char *p = strtok(mem, " "); p; p = strtok(NULL, " "))
		env[n++] = p;
	env[n] = NULL;
	fmt_open(&wrong, said, sizeof said);
	logconf_init(&conf);
	logseeds_read(&conf, env, &wrong);
	if (mistakes)
		assert_string_equal(said, mistakes);
}

static void nothing(void **state)
{
	(void)state;
	with("PATH=/bin SYSLOG_HOST= SYSLOG_CLIENT_PORT=514 SYSLOG_SERVER=0", "");
	assert_null(conf.forward);
	assert_null(conf.listen);
	assert_null(conf.files);
	assert_int_equal(conf.style.to_stdout, LOGCONF_ON);
	assert_int_equal(conf.syslog_level, 8);
}

static void forwarding(void **state)
{
	(void)state;
	with("SYSLOG_HOST=h", "");
	assert_string_equal(conf.forward, " syslog://h:514?format=forward");
	assert_int_equal(conf.style.to_stdout, LOGCONF_SERVICES);
	with("SYSLOG_HOST=fd00::1 SYSLOG_CLIENT_PORT=1514 SYSLOG_CLIENT_PROTOCOL=tcp", "");
	assert_string_equal(conf.forward, " syslog+tcp://[fd00::1]:1514?format=forward");
	with("SYSLOG_NAME=/a/syslog RSYSLOG_NAME=/a/rsyslog LOGSTASH_NAME=/a/logstash", "");
	assert_string_equal(conf.forward,
	                    " syslog://syslog:514?format=forward relp://rsyslog:2514 lumberjack://logstash:5043");
	with("RSYSLOG_HOST=r RSYSLOG_CLIENT_PORT=1 LOGSTASH_HOST=l LOGSTASH_TCP_PORT=2", "");
	assert_string_equal(conf.forward, " relp://r:1 lumberjack://l:2");
}

static void off(void **state)
{
	(void)state;
	with("SYSLOG_HOST=h SYSLOG_CLIENT_PORT=0 RSYSLOG_HOST=h RSYSLOG_CLIENT_PORT=0", "");
	assert_null(conf.forward);
	assert_int_equal(conf.style.to_stdout, LOGCONF_ON);
	with("LOGSTASH_HOST=l", ""); /* never stopped stdout */
	assert_int_equal(conf.style.to_stdout, LOGCONF_ON);
}

static void both(void **state)
{
	(void)state;
	with("SYSLOG_HOST=h SYSLOG_STDOUT=1", "");
	assert_int_equal(conf.style.to_stdout, LOGCONF_ON);
	with("SYSLOG_HOST=h SYSLOG_STDOUT=0", "");
	assert_int_equal(conf.style.to_stdout, LOGCONF_SERVICES);
}

static void listening(void **state)
{
	(void)state;
	with("SYSLOG_SERVER=1 RSYSLOG_SERVER=1", "");
	assert_string_equal(conf.listen, " udp://127.0.0.1:514 tcp://127.0.0.1:514 relp://127.0.0.1:2514");
	with("SYSLOG_SERVER=0.0.0.0 SYSLOG_SERVER_UDP=0 SYSLOG_SERVER_TCP=1514 RSYSLOG_SERVER=:: RSYSLOG_SERVER_PORT=5",
	     "");
	assert_string_equal(conf.listen, " tcp://0.0.0.0:1514 relp://[::]:5");
	with("SYSLOG_SERVER_UDP=514", "");
	assert_null(conf.listen);
}

static void others(void **state)
{
	(void)state;
	with("SYSLOG_LEVEL=6 LOG_FILE_PATH=/var/log/*.log LOG_FILE_TYPE=nginx-access", "");
	assert_int_equal(conf.syslog_level, 6);
	assert_string_equal(conf.files, " nginx-access=/var/log/*.log");
	with("LOG_FILE_PATH=/x", "");
	assert_string_equal(conf.files, " file=/x");
}

static void mistakes(void **state)
{
	(void)state;
	with("SYSLOG_HOST=h SYSLOG_CLIENT_PORT=http SYSLOG_CLIENT_PROTOCOL=sctp SYSLOG_LEVEL=9 SYSLOG_STDOUT=yes "
	     "LOG_FILE_PATH=x",
	     "SYSLOG_CLIENT_PROTOCOL=sctp: must be udp or tcp; it is left out\n"
	     "SYSLOG_CLIENT_PORT=http: must be a port from 1 to 65535, or 0: off; it is left out\n"
	     "SYSLOG_STDOUT=yes: must be 0 or 1; it is left out\n"
	     "SYSLOG_LEVEL=9: must be 1 to 8; it is left out\n"
	     "LOG_FILE_PATH=x: must be an absolute path; it is left out\n");
	assert_string_equal(conf.forward, " syslog://h:514?format=forward");
	assert_int_equal(conf.syslog_level, 8);
	with("RSYSLOG_SERVER=1 RSYSLOG_SERVER_PORT=65536 SYSLOG_LEVEL=0",
	     "RSYSLOG_SERVER_PORT=65536: must be a port from 1 to 65535, or 0: off; it is left out\n"
	     "SYSLOG_LEVEL=0: must be 1 to 8; it is left out\n");
	assert_string_equal(conf.listen, " relp://127.0.0.1:2514");
}

static void too_long(void **state)
{
	static char text[4000] = "SYSLOG_HOST=";

	(void)state;
	memset(text + 12, 'h', 3500);
	with(text, NULL);
	assert_memory_equal(said, text, sizeof said - 1);
	assert_null(conf.forward);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(nothing),  cmocka_unit_test(forwarding), cmocka_unit_test(off),
	        cmocka_unit_test(both),     cmocka_unit_test(listening),  cmocka_unit_test(others),
	        cmocka_unit_test(mistakes), cmocka_unit_test(too_long),
	};

	return RUN(tests);
}
