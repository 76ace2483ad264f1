/* Unit tests of base/date. */
#include "base/date.h"

#include <time.h>

#include "../../lib/unit.h"

static void same_as_libc(time_t t)
{
	struct date d = date_of(t);
	struct tm tm;

	assert_non_null(gmtime_r(&t, &tm));
	assert_int_equal(d.year, tm.tm_year + 1900);
	assert_int_equal(d.month, tm.tm_mon + 1);
	assert_int_equal(d.day, tm.tm_mday);
	assert_int_equal(d.hour, tm.tm_hour);
	assert_int_equal(d.minute, tm.tm_min);
	assert_int_equal(d.second, tm.tm_sec);
}

/* Every day of 500 years, and a time of day that differs each time. */
static void days(void **state)
{
	(void)state;
	for (time_t day = 0; day < 500 * 366; day++)
		same_as_libc(day * 86400 + day * 7919 % 86400);
	same_as_libc(253402300799); /* the last second of 9999 */
}

static void edges(void **state)
{
	static const time_t at[] = {0,         59, 60, 3599, 3600, 86399, 86400, 951782400 /* 2000-02-29 */,
	                            4107542400 /* 2100-03-01 */};

	(void)state;
	for (size_t i = 0; i < sizeof at / sizeof *at; i++) {
		same_as_libc(at[i]);
		if (at[i])
			same_as_libc(at[i] - 1);
	}
}

static void before_1970(void **state)
{
	struct date d = date_of(-1);

	(void)state;
	assert_int_equal(d.year, 1970);
	assert_int_equal(d.month + d.day, 2);
	assert_int_equal(d.hour + d.minute + d.second, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(days),
	        cmocka_unit_test(edges),
	        cmocka_unit_test(before_1970),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
