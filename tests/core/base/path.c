/* Unit tests of base/path. */
#include "base/path.h"

#include "../../lib/unit.h"

/* All places, a blank behind each. */
static const char *places(const char *name, const char *list)
{
	static char all[256];
	char place[PATH_ROOM];

	all[0] = '\0';
	while (path_next(name, &list, place))
		strcat(strcat(all, place), " ");
	return all;
}

static void in_each_directory(void **state)
{
	(void)state;
	assert_string_equal(places("ls", "/bin:/usr/bin"), "/bin/ls /usr/bin/ls ");
	assert_string_equal(places("ls", ":/bin:"), "ls /bin/ls ls ");
	assert_string_equal(places("ls", ""), "ls ");
	assert_string_equal(places("", "/bin"), "");
}

static void a_slash_is_a_place(void **state)
{
	(void)state;
	assert_string_equal(places("./ls", "/bin:/usr/bin"), "./ls ");
}

static void too_long_is_left_out(void **state)
{
	static char list[PATH_ROOM + 8];

	(void)state;
	memset(list, 'x', PATH_ROOM);
	strcpy(list + PATH_ROOM, ":/bin");
	assert_string_equal(places("ls", list), "/bin/ls ");
}

static void the_last_piece(void **state)
{
	(void)state;
	assert_string_equal(path_name("/a/b"), "b");
	assert_string_equal(path_name("b"), "b");
	assert_string_equal(path_name("/a/"), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(in_each_directory),
	        cmocka_unit_test(a_slash_is_a_place),
	        cmocka_unit_test(too_long_is_left_out),
	        cmocka_unit_test(the_last_piece),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
