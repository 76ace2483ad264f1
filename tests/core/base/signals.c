/* Unit tests of base/signals. */
#include "base/signals.h"

#include <signal.h>

#include "../../lib/unit.h"

static void numbers(void **state)
{
	(void)state;
	assert_int_equal(signals_number("TERM"), SIGTERM);
	assert_int_equal(signals_number("SIGTERM"), SIGTERM);
	assert_int_equal(signals_number("sigterm"), SIGTERM);
	assert_int_equal(signals_number("Hup"), SIGHUP);
	assert_int_equal(signals_number("POLL"), SIGIO);
	assert_int_equal(signals_number("CLD"), SIGCHLD);
	assert_int_equal(signals_number("0"), 0);
	assert_int_equal(signals_number("15"), 15);
	assert_int_equal(signals_number("64"), 64);
}

static void realtime(void **state)
{
	(void)state;
	assert_int_equal(signals_number("RTMIN"), 34);
	assert_int_equal(signals_number("SIGRTMIN+3"), 37);
	assert_int_equal(signals_number("rtmin+30"), 64);
	assert_int_equal(signals_number("RTMAX"), 64);
	assert_int_equal(signals_number("RTMAX-1"), 63);
	assert_string_equal(signals_name(37), "RTMIN+3");
	assert_string_equal(signals_name(34), "RTMIN+0");
}

static void none(void **state)
{
	static const char *const words[] = {"",       "SIG",     "SIGSIGTERM", "TER",     "TERM ",   "65",
	                                    "-1",     "RTMIN+",  "RTMIN+31",   "RTMIN-1", "RTMAX+1", "RTMAX-31",
	                                    "RTMINX", "RTMIN+x", "SIGSIG1",    "1x",      "SIG9"};

	(void)state;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		assert_int_equal(signals_number(words[i]), -1);
}

static void every_name_leads_back(void **state)
{
	(void)state;
	for (int n = 0; n <= 64; n++)
		assert_int_equal(signals_number(signals_name(n)), n);
	assert_string_equal(signals_name(SIGKILL), "KILL");
	assert_string_equal(signals_name(0), "0");
	assert_string_equal(signals_name(32), "32");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(numbers),
	        cmocka_unit_test(realtime),
	        cmocka_unit_test(none),
	        cmocka_unit_test(every_name_leads_back),
	};

	return RUN(tests);
}
