/* Unit tests of base/nearest. */
#include "base/nearest.h"

#include "../../lib/unit.h"

static const char *of(const char *word)
{
	static const char *const known[] = {"ExecStart", "ExecStop", "ExecStartPre", "User", "Nice", "Group"};
	const char *nearest = "";
	unsigned least = NEAREST_NONE;

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (nearest_better(word, known[i], &least))
			nearest = known[i];
	return nearest;
}

static void a_letter_or_two(void **state)
{
	(void)state;
	assert_string_equal(of("ExecStart"), "ExecStart");
	assert_string_equal(of("ExecStrat"), "ExecStart"); /* swapped */
	assert_string_equal(of("ExecStat"), "ExecStart");  /* dropped; ExecStop is as near, but later */
	assert_string_equal(of("EexecStoop"), "ExecStop"); /* added */
	assert_string_equal(of("Gruppe"), "");
	assert_string_equal(of("Use"), "User");
}

static void nothing_is_near(void **state)
{
	unsigned least = NEAREST_NONE;

	(void)state;
	assert_string_equal(of(""), "");
	assert_string_equal(of("Restart"), "");
	assert_false(nearest_better("ab", "xy", &least));
	assert_false(nearest_better("abcdefghijklmnopqrstuvwxyz012345", "abcdefghijklmnopqrstuvwxyz01234", &least));
	assert_int_equal(least, NEAREST_NONE);
	assert_true(nearest_better("abcdefghijklmnopqrstuvwxyz01234", "abcdefghijklmnopqrstuvwxyz01235", &least));
	assert_int_equal(least, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_letter_or_two),
	        cmocka_unit_test(nothing_is_near),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
