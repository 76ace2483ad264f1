/* Unit tests of pure/syslog. */
#include "pure/syslog.h"

#include <string.h>

#include "../../lib/unit.h"
#include "base/fmt.h"
#include "pure/line.h"

/* What a message from there ("": from afar) is taken for: "FACILITY.SEVERITY HOST SERVICE PID TEXT". */
static const char *seen(const char *message, size_t len, const char *here)
{
	static char mem[512], out[1024];
	struct line l;
	struct fmt f;

	memset(mem, '?', sizeof mem);
	memcpy(mem, message, len);
	syslog_parse(&l, mem, len, *here ? here : NULL);
	assert_true(l.syslog && l.newline && l.last && !l.part);
	assert_int_equal(l.stream, LINE_STDOUT);
	fmt_open(&f, out, sizeof out);
	fmt_add(&f, "%s.%s %s %s %d ", syslog_facility_name(l.facility), syslog_severity_name(l.severity),
	        l.host ? l.host : "-", l.service, (int)l.pid);
	fmt_mem(&f, l.text, l.len);
	return out;
}

#define SEEN(message, here) seen(message, sizeof(message) - 1, here)

static void what_the_c_libraries_send(void **state)
{
	(void)state;
	assert_string_equal(SEEN("<30>Nov 22 07:40:56 prog[13005]: short 1", "box"),
	                    "daemon.info - prog 13005 short 1");
	assert_string_equal(SEEN("<30>Nov 21 22:40:57 prog[13095]: short 1\n", "box"),
	                    "daemon.info - prog 13095 short 1");
	assert_string_equal(SEEN("<13>Nov  1 22:39:54 root: hi: there\0", "box"), "user.notice - root 0 hi: there");
	assert_string_equal(SEEN("<13>Nov 21 22:39:54 box root[9]: hi", "box"), "user.notice - root 9 hi");
	assert_string_equal(SEEN("<11>Nov 21 22:39:54 other words: hi", "box"), "user.err - syslog 0 other words: hi");
	assert_string_equal(SEEN("<15>Nov 21 22:39:54 root:", "box"), "user.debug - root 0 ");
	assert_string_equal(SEEN("<15>Nov 21 22:39:54 root:  two", "box"), "user.debug - root 0  two");
}

static void tags(void **state)
{
	(void)state;
	assert_string_equal(SEEN("<22>postfix/smtpd[7]: hi", "box"), "mail.info - postfix/smtpd 7 hi");
	assert_string_equal(SEEN("<22>job[7] hi", "box"), "mail.info - job 7 hi");
	assert_string_equal(SEEN("<22>a::b[main]: hi", "box"), "mail.info - a::b[main] 0 hi");
	assert_string_equal(SEEN("<22>http://x failed", "box"), "mail.info - syslog 0 http://x failed");
	assert_string_equal(SEEN("<22>[7]: hi", "box"), "mail.info - [7] 0 hi");
	assert_string_equal(SEEN("<22>: hi", "box"), "mail.info - syslog 0 : hi");
	assert_string_equal(SEEN("<22>x[99999999999]: hi", "box"), "mail.info - x[99999999999] 0 hi");
	assert_string_equal(SEEN("<22>t\x01g: hi", "box"), "mail.info - syslog 0 t\x01g: hi");
}

static void from_afar(void **state)
{
	(void)state;
	assert_string_equal(SEEN("<34>Oct 11 22:14:15 mymachine su: 'su root' failed", ""),
	                    "auth.crit mymachine su 0 'su root' failed");
	assert_string_equal(SEEN("<34>2026-11-21T22:39:40.877143+00:00 vm app[5234]: hello one", ""),
	                    "auth.crit vm app 5234 hello one");
	assert_string_equal(SEEN("<34>Oct 11 22:14:15 su: no host", ""), "auth.crit - su 0 no host");
	assert_string_equal(SEEN("<34>Oct 11 22:14:15 vm no tag", ""), "auth.crit vm syslog 0 no tag");
	assert_string_equal(SEEN("<34>plain words", ""), "auth.crit - syslog 0 plain words");
}

static void rfc5424(void **state)
{
	(void)state;
	assert_string_equal(
	        SEEN("<34>1 2003-10-11T22:14:15.003Z a.example.com su - ID47 - \xef\xbb\xbf'su root' failed", "box"),
	        "auth.crit a.example.com su 0 'su root' failed");
	assert_string_equal(
	        SEEN("<13>1 2026-11-21T22:39:54.250076+00:00 box root 12 - [timeQuality tzKnown=\"1\" a=\"]\"] hi",
	             "box"),
	        "user.notice - root 12 hi");
	assert_string_equal(SEEN("<13>1 - - - - - [origin x=\"y\"][a@1 b=\"\\\"]@\"] hi", "box"),
	                    "user.notice - syslog 0 [a@1 b=\"\\\"]@\"] hi");
	assert_string_equal(SEEN("<165>1 2003-10-11T22:14:15Z vm app x - -  rsyslog's", "box"),
	                    "local4.notice vm app 0 rsyslog's");
	assert_string_equal(SEEN("<165>1 2003-10-11T22:14:15Z vm app x - -", "box"), "local4.notice vm app 0 ");
}

static void not_quite_rfc5424(void **state)
{
	(void)state;
	assert_string_equal(SEEN("<13>1 of 3 things is done now - ok", "box"),
	                    "user.notice - syslog 0 1 of 3 things is done now - ok");
	assert_string_equal(SEEN("<13>1 - - - - - nothing", "box"), "user.notice - syslog 0 1 - - - - - nothing");
	assert_string_equal(SEEN("<13>1 - - - - - [a b=\"c\" hi", "box"),
	                    "user.notice - syslog 0 1 - - - - - [a b=\"c\" hi");
	assert_string_equal(SEEN("<13>1 - -", "box"), "user.notice - syslog 0 1 - -");
}

static void without_priority(void **state)
{
	(void)state;
	assert_string_equal(SEEN("hello: world", "box"), "user.notice - syslog 0 hello: world");
	assert_string_equal(SEEN("<192>a: b", "box"), "user.notice - syslog 0 <192>a: b");
	assert_string_equal(SEEN("<>a: b", "box"), "user.notice - syslog 0 <>a: b");
	assert_string_equal(SEEN("<1", "box"), "user.notice - syslog 0 <1");
	assert_string_equal(SEEN("<191>", "box"), "local7.debug - syslog 0 ");
	assert_string_equal(SEEN("", "box"), "user.notice - syslog 0 ");
	assert_string_equal(SEEN("\n\0\n", "box"), "user.notice - syslog 0 ");
}

static void sent_by_a_service(void **state)
{
	char mem[] = "<13>cron: x", same[] = "<13>cron: x", none[] = "x";
	struct line l;

	(void)state;
	syslog_parse(&l, mem, sizeof mem, "box");
	syslog_sent_by(&l, "nginx");
	assert_string_equal(l.service, "nginx");
	assert_string_equal(l.tag, "cron");
	syslog_parse(&l, same, sizeof same, "box");
	syslog_sent_by(&l, "cron");
	assert_null(l.tag);
	syslog_parse(&l, none, sizeof none, "box");
	syslog_sent_by(&l, "cron");
	assert_string_equal(l.service, "cron");
	assert_null(l.tag);
}

static void made(void **state)
{
	struct line l = {.time = {1795304394, 250076000},
	                 .service = "ngi nx",
	                 .severity = 3,
	                 .pid = 12,
	                 .facility = 1,
	                 .syslog = true};
	char mem[SYSLOG_HEAD_MAX], long_host[400];
	struct fmt f;

	(void)state;
	fmt_open(&f, mem, sizeof mem);
	syslog_5424(&f, &l, "box", NULL, NULL);
	assert_string_equal(mem, "<11>1 2026-11-21T23:39:54.250076+00:00 box ngi?nx 12 - - ");
	l = (struct line){.service = "nginx", .tag = "", .severity = 6, .host = "vm"};
	fmt_open(&f, mem, sizeof mem);
	syslog_5424(&f, &l, "box", "ID", "[a b=\"c\"]");
	assert_string_equal(mem, "<30>1 - vm - - ID [a b=\"c\"] ");
	memset(long_host, 'h', sizeof long_host);
	long_host[sizeof long_host - 1] = '\0';
	l.host = l.tag = long_host;
	l.time.tv_sec = INT32_MAX;
	l.pid = INT32_MAX;
	fmt_open(&f, mem, sizeof mem);
	syslog_5424(&f, &l, "box", long_host, NULL);
	assert_false(f.cut);
	assert_int_equal(f.len, strlen("<30>1 2038-01-19T03:14:07.000000+00:00     - ") + 255 + 48 + 10 + 32);
}

static void made_in_the_old_way(void **state)
{
	struct line l = {.time = {1793580294, 0}, .service = "nginx", .severity = 6, .pid = 12};
	char mem[SYSLOG_HEAD_MAX];
	struct fmt f;

	(void)state;
	fmt_open(&f, mem, sizeof mem);
	syslog_3164(&f, &l, NULL);
	assert_string_equal(mem, "<30>Nov  2 00:44:54 nginx[12]: ");
	fmt_open(&f, mem, sizeof mem);
	l.pid = 0;
	syslog_forward(&f, &l, "box");
	assert_string_equal(mem, "<30>2026-11-02T00:44:54.000000+00:00 box nginx: ");
}

static void names(void **state)
{
	(void)state;
	assert_int_equal(syslog_priority("user.notice"), 13);
	assert_int_equal(syslog_priority("local7.debug"), 191);
	assert_int_equal(syslog_priority("security.panic"), 32);
	assert_int_equal(syslog_priority("err"), 11);
	assert_int_equal(syslog_priority("23.7"), 191);
	assert_int_equal(syslog_priority("24.7"), -1);
	assert_int_equal(syslog_priority("user."), -1);
	assert_int_equal(syslog_priority(".err"), -1);
	assert_int_equal(syslog_priority("averyverylongfacility.err"), -1);
	assert_int_equal(syslog_severity("warn"), 4);
	assert_int_equal(syslog_severity("8"), -1);
	assert_null(syslog_severity_name(8));
	assert_null(syslog_facility_name(24));
	assert_null(syslog_facility_name(-1));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	        cmocka_unit_test(what_the_c_libraries_send),
	        cmocka_unit_test(tags),
	        cmocka_unit_test(from_afar),
	        cmocka_unit_test(rfc5424),
	        cmocka_unit_test(not_quite_rfc5424),
	        cmocka_unit_test(without_priority),
	        cmocka_unit_test(sent_by_a_service),
	        cmocka_unit_test(made),
	        cmocka_unit_test(made_in_the_old_way),
	        cmocka_unit_test(names),
	};

	return RUN(tests);
}
