/* Unit tests of base/pairs, through what init reads with it (base/initopts). */
#include "base/pairs.h"

#include <stdlib.h>

#include "../../lib/unit.h"
#include "base/initopts.h"
#include "base/signals.h"

static void pairs(void **state)
{
	unsigned char table[65] = {0};

	(void)state;
	assert_null(pairs_read("", signals_number, table));
	assert_null(pairs_read(" USR1=HUP,QUIT=15  RTMIN+3=0 ", signals_number, table));
	assert_int_equal(table[10], 1);
	assert_int_equal(table[3], 15);
	assert_int_equal(table[37], 0);
}

static void wrong_pairs(void **state)
{
	static const char *const words[] = {"HUP",       "HUP=",     "=HUP",
	                                    "HUP=NONE",  "NONE=HUP", "HUP=1=2",
	                                    "HUP =TERM", "65=1",     "HUP=999999999999999999999"};
	unsigned char table[65];

	(void)state;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		assert_ptr_equal(pairs_read(words[i], signals_number, table), words[i]);
	const char *text = "HUP=TERM x INT=TERM";
	table[2] = 7;
	assert_ptr_equal(pairs_read(text, signals_number, table), text + 9);
	assert_int_equal(table[1], 15);
	assert_int_equal(table[2], 7);
}

static void options(void **state)
{
	char *argv[] = {"init", "--no-boot", "--exit-map", "7=0", "--signals=INT=0", "--mode", "5",
	                "--",   "-x",        "y",          NULL};
	char *none[] = {"init", NULL}, *bad[] = {"init", "--foo", NULL}, *mode[] = {"init", "--mode", "x", NULL};
	struct initopts i;

	(void)state;
	assert_null(initopts_read(&i, 10, argv));
	assert_true(i.no_boot && !i.no_services);
	assert_int_equal(i.exits[7], 0);
	assert_int_equal(i.exits[8], 8);
	assert_int_equal(i.signals[2], 0);
	assert_int_equal(i.signals[64], 64);
	assert_int_equal(i.mode, 5);
	assert_string_equal(i.cmd[0], "-x");
	assert_null(initopts_read(&i, 1, none));
	assert_null(i.cmd);
	assert_int_equal(i.stop_ms, 8000);
	assert_int_equal(i.stop_code, -1);
	assert_non_null(initopts_read(&i, 2, bad));
	assert_non_null(initopts_read(&i, 3, mode));
}

static void environment(void **state)
{
	char *none[] = {"init", NULL};
	struct initopts i;

	(void)state;
	setenv("INIT_STOP_TIMEOUT", "1500ms", 1);
	setenv("INIT_STOP_CODE", "256", 1);
	setenv("INIT_EXIT_MAP", "143=0", 1);
	setenv("INIT_CMD_SIGNALS", "1", 1);
	assert_null(initopts_read(&i, 1, none));
	initopts_environment(&i);
	assert_int_equal(i.stop_ms, 1500);
	assert_int_equal(i.stop_code, -1);
	assert_int_equal(i.exits[143], 0);
	assert_true(i.cmd_signals);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(pairs), cmocka_unit_test(wrong_pairs),
	                                   cmocka_unit_test(options), cmocka_unit_test(environment)};

	return RUN(tests);
}
