/* Unit tests of base/escape. */
#include "base/escape.h"

#include <string.h>

#include "../../lib/unit.h"

/* What is written, and how much of the text was read. */
static const char *escaped(const char *text, size_t *read)
{
	static char out[16];
	const char *at = text;
	char *end = escape_read(&at, out);

	*read = (size_t)(at - text);
	if (!end)
		return NULL;
	*end = '\0';
	return out;
}

static void known(void **state)
{
	static const struct {
		const char *text, *is;
		size_t read;
	} cases[] = {
	        {"nx", "\n", 1},    {"s", " ", 1},      {"\\\\", "\\", 1},     {"\"", "\"", 1},
	        {"x41B", "A", 3},   {"xfF", "\xff", 3}, {"101", "A", 3},       {"3777", "\xff", 3},
	        {"u20acx", "€", 5}, {"u0041", "A", 5},  {"U0001f600", "😀", 9}, {"u00e9", "é", 5},
	};
	size_t read;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_string_equal(escaped(cases[i].text, &read), cases[i].is);
		assert_int_equal(read, cases[i].read);
	}
}

static void unknown(void **state)
{
	static const char *const cases[] = {"",          "q",  "x4",        "x",        "xg0",  "x00",
	                                    "8",         "18", "400",       "000",      "u123", "ud800",
	                                    "U00110000", "u",  "u00000000", "Uffffffff"};
	size_t read;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_null(escaped(cases[i], &read));
		assert_int_equal(read, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(known), cmocka_unit_test(unknown)};

	return RUN(tests);
}
