/* Unit tests of base/fmt. */
#include "base/fmt.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "../../lib/unit.h"

static char mem[64];

static const char *made(const char *text, ...)
{
	struct fmt f;
	va_list ap;

	fmt_open(&f, mem, sizeof mem);
	va_start(ap, text);
	fmt_va(&f, text, ap);
	va_end(ap);
	assert_int_equal(strlen(mem), f.len);
	return mem;
}

static void conversions(void **state)
{
	(void)state;
	assert_string_equal(made("plain"), "plain");
	assert_string_equal(made(""), "");
	assert_string_equal(made("%s|%c|%%", "word", 'x'), "word|x|%");
	assert_string_equal(made("%.*s|%.*s", 2, "word", 9, "word"), "wo|word");
	assert_string_equal(made("%d %d %d", 0, INT_MIN, INT_MAX), "0 -2147483648 2147483647");
	assert_string_equal(made("%ld %lu", LONG_MIN, ULONG_MAX), "-9223372036854775808 18446744073709551615");
	assert_string_equal(made("%lld %llu %zu", LLONG_MIN, 7ULL, (size_t)8), "-9223372036854775808 7 8");
	assert_string_equal(made("%x %o %02u:%03u", 0xbeefU, 0755U, 5U, 1234U), "beef 755 05:1234");
	assert_string_equal(made("a%sb", ""), "ab");
}

static void error_text(void **state)
{
	(void)state;
	errno = ENOENT;
	assert_string_equal(made("%m"), strerror(ENOENT));
	assert_int_equal(errno, ENOENT);
}

static void unknown_is_copied(void **state)
{
	const char *text = "%q 5%"; /* not a literal: the compiler would refuse it */

	(void)state;
	assert_string_equal(made(text), "%q 5%");
}

static void cut(void **state)
{
	struct fmt f;
	char five[5];

	(void)state;
	fmt_open(&f, five, sizeof five);
	fmt_str(&f, "1234");
	assert_false(f.cut);
	fmt_char(&f, '5');
	assert_true(f.cut);
	assert_string_equal(five, "1234");
	assert_int_equal(fmt_into(five, sizeof five, "%s", "abcd"), 0);
	assert_int_equal(fmt_into(five, sizeof five, "%s", "abcde"), -1);
	assert_int_equal(errno, ENAMETOOLONG);
	assert_string_equal(five, "abcd");
}

static void no_memory_at_all(void **state)
{
	struct fmt f;

	(void)state;
	fmt_open(&f, NULL, 0);
	fmt_add(&f, "%u", 1U);
	assert_true(f.cut);
	assert_int_equal(f.len, 0);
}

static void numbers(void **state)
{
	struct fmt f;

	(void)state;
	fmt_open(&f, mem, sizeof mem);
	fmt_uint(&f, 7, 3);
	fmt_uint(&f, ULLONG_MAX, 0);
	assert_string_equal(mem, "00718446744073709551615");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(conversions), cmocka_unit_test(error_text),       cmocka_unit_test(unknown_is_copied),
	        cmocka_unit_test(cut),         cmocka_unit_test(no_memory_at_all), cmocka_unit_test(numbers),
	};

	return RUN(tests);
}
