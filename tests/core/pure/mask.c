/* Unit tests of pure/mask. */
#include "pure/mask.h"

#include <string.h>

#include "../../lib/unit.h"

static void expect(const struct mask *m, const char *text, const char *masked)
{
	char mem[200];

	strcpy(mem, text);
	mask_over(m, mem, mem + strlen(mem));
	assert_string_equal(mem, masked);
}

static void secrets(void **state)
{
	struct mask m = {0};

	(void)state;
	expect(&m, "nothing is one", "nothing is one");
	assert_int_equal(mask_add(&m, "hunter2", 7), 0);
	assert_int_equal(mask_add(&m, "", 0), 0);
	expect(&m, "user=x password=hunter2\n", "user=x password=*******\n");
	expect(&m, "hunter2hunter2 hunter hunhunter2", "************** hunter hun*******");
	expect(&m, "hunter", "hunter");
	expect(&m, "", "");
}

static void overlapping(void **state)
{
	struct mask m = {0};

	(void)state;
	assert_int_equal(mask_add(&m, "abcd", 4), 0);
	assert_int_equal(mask_add(&m, "cdefg", 5), 0);
	assert_int_equal(mask_add(&m, "abcdx", 5), 0);
	expect(&m, "-abcdefgh-", "-*******h-");
	expect(&m, "abcdxcdef", "*****cdef");
}

static void lines(void **state)
{
	static const char text[] = "first line  \r\n\nabc\nlast line";
	struct mask m = {0};

	(void)state;
	assert_int_equal(mask_add(&m, text, strlen(text)), -1); /* abc is too short */
	expect(&m, "a first line, abc, a last line", "a **********, abc, a *********");
}

static void too_many(void **state)
{
	struct mask m = {0};

	(void)state;
	for (int i = 0; i < MASK_MOST; i++)
		assert_int_equal(mask_add(&m, "same", 4), 0);
	assert_int_equal(mask_add(&m, "more", 4), -1);
	expect(&m, "same more", "**** more");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(secrets),
	        cmocka_unit_test(overlapping),
	        cmocka_unit_test(lines),
	        cmocka_unit_test(too_many),
	};

	return RUN(tests);
}
