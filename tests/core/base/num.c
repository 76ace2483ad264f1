/* Unit tests of base/num. */
#include "base/num.h"

#include <errno.h>
#include <limits.h>

#include "../../lib/unit.h"

static unsigned long number(const char *text, unsigned long max)
{
	unsigned long n = 4711;

	assert_int_equal(num_uint(text, max, &n), 0);
	return n;
}

/* errno after a refusal, which leaves the result alone. */
static int refused(const char *text, unsigned long max)
{
	unsigned long n = 4711;

	errno = 0;
	assert_int_equal(num_uint(text, max, &n), -1);
	assert_int_equal(n, 4711);
	return errno;
}

static void numbers(void **state)
{
	(void)state;
	assert_int_equal(number("0", 0), 0);
	assert_int_equal(number("007", 7), 7);
	assert_int_equal(number("255", 255), 255);
	assert_true(number("18446744073709551615", ULONG_MAX) == ULONG_MAX);
}

static void no_numbers(void **state)
{
	static const char *const words[] = {"", " 1", "1 ", "-1", "+1", "0x10", "1e3", "1.0", "one", "1\n"};

	(void)state;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		assert_int_equal(refused(words[i], ULONG_MAX), EINVAL);
}

static void too_large(void **state)
{
	(void)state;
	assert_int_equal(refused("1", 0), ERANGE);
	assert_int_equal(refused("256", 255), ERANGE);
	assert_int_equal(refused("9", 8), ERANGE);
	assert_int_equal(refused("18446744073709551616", ULONG_MAX), ERANGE);
	assert_int_equal(refused("99999999999999999999999999", ULONG_MAX), ERANGE);
}

static unsigned long duration(const char *text)
{
	unsigned long ms = 4711;

	assert_int_equal(num_duration(text, 1000, &ms), 0);
	return ms;
}

static int no_duration(const char *text)
{
	unsigned long ms = 4711;

	errno = 0;
	assert_int_equal(num_duration(text, 1000, &ms), -1);
	assert_int_equal(ms, 4711);
	return errno;
}

static void durations(void **state)
{
	unsigned long ms;

	(void)state;
	assert_int_equal(duration("90"), 90000);
	assert_int_equal(duration("250ms"), 250);
	assert_int_equal(duration("90s"), 90000);
	assert_int_equal(duration("2m"), 120000);
	assert_int_equal(duration("1h"), 3600000);
	assert_int_equal(duration("1d"), 86400000);
	assert_int_equal(duration("0.5"), 500);
	assert_int_equal(duration("1.25m"), 75000);
	assert_int_equal(duration("0.0005"), 0);
	assert_int_equal(duration("0.123456789012345678901234567890s"), 123);
	assert_int_equal(duration("366d"), 366UL * 86400000);
	assert_int_equal(num_duration("250", 1, &ms), 0);
	assert_int_equal(ms, 250);
}

static void no_durations(void **state)
{
	static const char *const words[] = {"", "s", ".5", "1.", "1.s", "-1", "1 s", "1sec", "1ms ", "1.5.5", "5S"};

	(void)state;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		assert_int_equal(no_duration(words[i]), EINVAL);
	assert_int_equal(no_duration("367d"), ERANGE);
	assert_int_equal(no_duration("99999999999999999999"), ERANGE);
}

static void sizes(void **state)
{
	static const char *const words[] = {"", "k", "1kB", "1.5M", "-1", "1 k", "1t"};
	unsigned long n = 4711;

	(void)state;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		assert_int_equal(num_size(words[i], 1UL << 40, &n), -1);
		assert_int_equal(errno, EINVAL);
	}
	assert_int_equal(num_size("4097k", 4 << 20, &n), -1);
	assert_int_equal(errno, ERANGE);
	assert_int_equal(n, 4711);
	assert_int_equal(num_size("4096k", 4 << 20, &n), 0);
	assert_int_equal(n, 4 << 20);
	assert_int_equal(num_size("3M", 4 << 20, &n), 0);
	assert_int_equal(n, 3 << 20);
	assert_int_equal(num_size("1G", 1 << 30, &n), 0);
	assert_int_equal(n, 1 << 30);
	assert_int_equal(num_size("12", 12, &n), 0);
	assert_int_equal(n, 12);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(numbers),   cmocka_unit_test(no_numbers),   cmocka_unit_test(too_large),
	        cmocka_unit_test(durations), cmocka_unit_test(no_durations), cmocka_unit_test(sizes),
	};

	return RUN(tests);
}
