/* Unit tests of base/opts: each case is a command line and what comes of it, as words. */
#include "base/opts.h"

#include <string.h>

#include "../../lib/unit.h"
#include "base/fmt.h"

static const struct opts_long longs[] = {{"all", 'a', 0}, {"bound", 'b', ':'}, {"all-of-it", 300, 0}, {0}};

/* Reads the words with letters "ab:c0": "a b=X ? | rest". */
static const char *reading(const char *line)
{
	static char mem[256];
	char copy[128], *argv[16] = {"test"}, *save = NULL;
	struct opts o = {.argc = 1, .argv = argv};
	struct fmt f;

	fmt_into(copy, sizeof copy, "%s", line);
	for (char *w = strtok_r(copy, " ", &save); w; w = strtok_r(NULL, " ", &save))
		argv[o.argc++] = strcmp(w, "EMPTY") == 0 ? "" : w;
	fmt_open(&f, mem, sizeof mem);
	for (int c; (c = opts_next(&o, "ab:c0", longs)) != -1;) {
		if (c == '?') {
			fmt_add(&f, "%s", o.why);
			return mem;
		}
		if (c > 255)
			fmt_add(&f, "%d", c);
		else
			fmt_char(&f, (char)c);
		if (o.arg)
			fmt_add(&f, "=%s", o.arg);
		fmt_char(&f, ' ');
	}
	fmt_char(&f, '|');
	for (int i = o.index; i < o.argc; i++)
		fmt_add(&f, " %s", argv[i]);
	return mem;
}

static void letters(void **state)
{
	(void)state;
	assert_string_equal(reading(""), "|");
	assert_string_equal(reading("-a -c word -a"), "a c | word -a");
	assert_string_equal(reading("-ac0"), "a c 0 |");
	assert_string_equal(reading("-bX -b X -acbX"), "b=X b=X a c b=X |");
	assert_string_equal(reading("-b -a"), "b=-a |");
	assert_string_equal(reading("-b EMPTY -a"), "b= a |");
}

static void ends(void **state)
{
	(void)state;
	assert_string_equal(reading("-a -- -c"), "a | -c");
	assert_string_equal(reading("-a - -c"), "a | - -c");
	assert_string_equal(reading("-b -- -c"), "b=-- c |");
	assert_string_equal(reading("EMPTY -a"), "|  -a");
}

static void long_ones(void **state)
{
	(void)state;
	assert_string_equal(reading("--all --bound=X --bound X --all-of-it y"), "a b=X b=X 300 | y");
	assert_string_equal(reading("--bound="), "b= |");
	assert_string_equal(reading("--bound=a=b"), "b=a=b |");
}

static void wrong(void **state)
{
	(void)state;
	assert_string_equal(reading("-x"), "unknown option '-x'");
	assert_string_equal(reading("-ax"), "a unknown option '-x'");
	assert_string_equal(reading("-:"), "unknown option '-:'");
	assert_string_equal(reading("-a -b"), "a an argument is missing behind '-b'");
	assert_string_equal(reading("--bound"), "an argument is missing behind '--bound'");
	assert_string_equal(reading("--al"), "unknown option '--al'");
	assert_string_equal(reading("--alls=3"), "unknown option '--alls'");
	assert_string_equal(reading("--all=3"), "no argument is taken by '--all'");
}

static void without_longs(void **state)
{
	char *argv[] = {"test", "--all", NULL};
	struct opts o = {.argc = 2, .argv = argv};

	(void)state;
	assert_int_equal(opts_next(&o, "a", NULL), '?');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(letters), cmocka_unit_test(ends),          cmocka_unit_test(long_ones),
	        cmocka_unit_test(wrong),   cmocka_unit_test(without_longs),
	};

	return RUN(tests);
}
