/* Unit tests of pure/notify. */
#include "pure/notify.h"

#include <string.h>

#include "../../lib/unit.h"

static struct notify n;
static char text[NOTIFY_MAX];

static void say(const char *what)
{
	strcpy(text, what);
	notify_read(&n, text, strlen(text));
}

static void flags(void **state)
{
	(void)state;
	say("READY=1");
	assert_int_equal(n.what, NOTIFY_READY);
	assert_null(n.status);
	say("READY=1\n");
	assert_int_equal(n.what, NOTIFY_READY);
	say("RELOADING=1\nMONOTONIC_USEC=12\nX_OWN=3");
	assert_int_equal(n.what, NOTIFY_RELOADING);
	say("STOPPING=1\nWATCHDOG=1\nREADY=1");
	assert_int_equal(n.what, NOTIFY_STOPPING | NOTIFY_WATCHDOG | NOTIFY_READY);
	say("WATCHDOG=trigger");
	assert_int_equal(n.what, NOTIFY_WATCHDOG_TRIGGER);
	/* these are none */
	say("READY=0\nREADY=11\nready=1\n READY=1\nREADY\n=\n\n\nSTOPPING=yes\nBARRIER=1\nFDSTORE=1");
	assert_int_equal(n.what, 0);
	say("");
	assert_int_equal(n.what, 0);
}

static void values(void **state)
{
	(void)state;
	say("STATUS=Serving 3 of 4 = most\nMAINPID=4711\nERRNO=2\nEXTEND_TIMEOUT_USEC=5000000\nWATCHDOG_USEC=0");
	assert_string_equal(n.status, "Serving 3 of 4 = most");
	assert_int_equal(n.main_pid, 4711);
	assert_int_equal(n.error, 2);
	assert_int_equal(n.extend_us, 5000000);
	assert_int_equal(n.what, NOTIFY_WATCHDOG_USEC);
	assert_int_equal(n.watchdog_us, 0);
	say("WATCHDOG_USEC=18446744073709551615");
	assert_true(n.watchdog_us == UINT64_MAX);
	say("STATUS=a\nSTATUS=\nMAINPID=1\nMAINPID=2");
	assert_string_equal(n.status, "");
	assert_int_equal(n.main_pid, 2);
	say("MAINPID=\nMAINPID=-1\nMAINPID=2147483648\nMAINPID=12x\nERRNO=-2\nWATCHDOG_USEC=\n"
	    "EXTEND_TIMEOUT_USEC=18446744073709551616");
	assert_int_equal(n.main_pid, 0);
	assert_int_equal(n.error, 0);
	assert_int_equal(n.extend_us, 0);
	assert_int_equal(n.what, 0);
}

/* Neither a terminal nor the file of the state is at its mercy. */
static void a_status_is_harmless(void **state)
{
	(void)state;
	say("STATUS=\033[2Jgone\rpid=1\x7f\303\244");
	assert_string_equal(n.status, "?[2Jgone?pid=1?\303\244");
}

static void bytes_of_any_kind(void **state)
{
	(void)state;
	memcpy(text, "READY=1\0STATUS=x\0\0", 19);
	notify_read(&n, text, 18);
	assert_int_equal(n.what, NOTIFY_READY);
	assert_string_equal(n.status, "x");
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(flags), cmocka_unit_test(values),
	                                   cmocka_unit_test(a_status_is_harmless), cmocka_unit_test(bytes_of_any_kind)};

	return RUN(tests);
}
