/* Unit tests of base/glob. */
#include "base/glob.h"

#include <string.h>

#include "../../lib/unit.h"

static bool fits(const char *pattern, const char *text)
{
	return glob_fits(pattern, strlen(pattern), text, strlen(text));
}

static void all(void **state)
{
	(void)state;
	assert_true(fits("", ""));
	assert_true(fits("nginx", "nginx"));
	assert_false(fits("nginx", "nginx2"));
	assert_false(fits("nginx2", "nginx"));
	assert_true(fits("*", ""));
	assert_true(fits("*", "anything"));
	assert_true(fits("*_TOKEN", "A_TOKEN"));
	assert_false(fits("*_TOKEN", "A_TOKENS"));
	assert_true(fits("web-*", "web-"));
	assert_true(fits("a*b*c", "a-b-b-c"));
	assert_false(fits("a*b*c", "a-b-c-"));
	assert_true(fits("**a**", "a"));
	assert_false(fits("*a", ""));
	assert_true(fits("a?c", "abc"));
	assert_false(fits("a?c", "ac"));
	assert_false(fits("?", ""));
	assert_true(fits("*?", "x"));
	assert_true(fits("x?.*", "x1.txt"));
	assert_true(fits(".X[0-9]*-lock", ".X11-lock"));
	assert_false(fits(".X[0-9]*-lock", ".Xa-lock"));
	assert_true(fits("[!a-cx]", "d"));
	assert_false(fits("[^a-cx]", "b"));
	assert_false(fits("[!a-cx]", "x"));
	assert_true(fits("*[]]", "a]"));
	assert_true(fits("[a-]", "-"));
	assert_true(fits("[-a]b", "ab"));
	assert_false(fits("[a]", ""));
	assert_true(fits("a[b", "a[b"));
	assert_true(fits("[", "["));
	assert_false(fits("[b", "b"));
	assert_true(fits("[\xc0-\xff]", "\xe4"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(all)};

	return RUN(tests);
}
