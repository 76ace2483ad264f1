/* Unit tests of pure/template. Each text is rendered whole, byte by byte, and in pieces of many sizes. Beside GNU's:
 * tests/applets/envsubst.bats. */
#include "../../lib/template.h"

#include "../../lib/unit.h"

enum {
	DOLLAR = TEMPLATE_DOLLAR,
	OPS = TEMPLATE_DOLLAR | TEMPLATE_OPS,
	MUSTACHE = TEMPLATE_MUSTACHE,
	HASH = TEMPLATE_HASH,
	BOOT = TEMPLATE_DOLLAR | TEMPLATE_OPS | TEMPLATE_MUSTACHE | TEMPLATE_BRACES,
	PIECES = 12
};

static struct template how;

/* What comes of it, and what is said. */
static void check_mem(const char *text, size_t len, const char *expected, size_t expected_len, const char *said)
{
	for (unsigned pieces = 0; pieces < PIECES; pieces++) {
		struct rendering r = rendering_make(&how, text, len, pieces);
		assert_string_equal(r.said, said);
		assert_int_equal(r.len, expected_len);
		assert_memory_equal(r.mem, expected, expected_len);
		free(r.mem);
		free(r.said);
	}
}

static void check_wrong(unsigned kinds, const char *text, const char *expected, const char *said)
{
	how.kinds = kinds;
	check_mem(text, strlen(text), expected, strlen(expected), said);
}

static void check(unsigned kinds, const char *text, const char *expected)
{
	check_wrong(kinds, text, expected, "");
}

static int reset(void **state)
{
	(void)state;
	how = (struct template){0};
	return 0;
}

static void test_dollars(void **state)
{
	(void)state;
	check(DOLLAR, "", "");
	check(DOLLAR, "$A ${A} ${A}B $A$B", "1 1 1B 1two");
	check(DOLLAR, "$AB|$U|${U}|$E", "|||");
	check(DOLLAR, "\\$A $$A $$ $", "\\1 $1 $$ $");
	check(DOLLAR, "$1 ${1} ${} $-A $A.B", "$1 ${1} ${} $-A 1.B");
	check(DOLLAR, "${A", "${A");
	check(DOLLAR, "${A$B} ${${A}} ${ A } ${A.B} ${A:-x} ${", "${Atwo} ${1} ${ A } ${A.B} ${A:-x} ${");
	check(DOLLAR, "{{A}} ##A## }", "{{A}} ##A## }");
	check(DOLLAR, "$\xc3\xa9 $A\xc3\xa9", "$\xc3\xa9 1\xc3\xa9");
	how.kinds = DOLLAR;
	check_mem("\0$A\0${A\0}$\0", 11, "\0001\0${A\0}$\0", 10, "");
}

static void test_values_are_not_looked_at_again(void **state)
{
	(void)state;
	check(DOLLAR, "$SELF-${AMP}", "${SELF}$SELF{{SELF}}##SELF##-&\\1 }} }");
	check(OPS | MUSTACHE | HASH, "{{SELF}}##SELF##${U:-$SELF$AMP}",
	      "${SELF}$SELF{{SELF}}##SELF##${SELF}$SELF{{SELF}}##SELF##${SELF}$SELF{{SELF}}##SELF##&\\1 }} }");
}

static void test_operators(void **state)
{
	(void)state;
	check(OPS, "${A:-x}${A-x}${E:-x}${E-x}${U:-x}${U-x}", "11xxx");
	check(OPS, "${A:+x}${A+x}|${E:+x}${E+x}|${U:+x}${U+x}", "xx|x|");
	check(OPS, "${A:=x}${A=x}${E=x}|${U=v}${U}|${U:=w}$U|${E:=e}$E", "11|vv|vv|ee");
	check(OPS, "${A:?x}${A?}${E?}", "11");
	check(OPS, "$$A $$$$ $${A} $A$", "$A $$ ${A} 1$");
	check(OPS, "${A:x} ${A:} ${A:", "${A:x} ${A:} ${A:");
	check(OPS, "${A%.*} ${#A} ${A/x/y}", "${A%.*} ${#A} ${A/x/y}");
	check(OPS, "} ${U:-} ${U:-{x}}", "}  {x}");
}

static void test_nested_words(void **state)
{
	(void)state;
	check(OPS, "${A:-x${B}y}${U:-x${B}y}${U:-${V:-${A}}}", "1xtwoy1");
	check(OPS, "${U:=${V:=a$$}-$V}|$U|$V|${W:=}$W.", "a$-a$|a$-a$|a$|.");
	check(OPS, "${A:-${U:=no}${V:?no}}$U", "1");
	check(OPS, "${U:+${V:?no}${W:-}}.${A:+${B:+${U:-c}}}", ".c");
	check(OPS | MUSTACHE, "{{U:-${V:-{{B}}}}}|${U:-{{V:-x}y}}}", "two|x}y");
	check(OPS | HASH, "${U:-##A##}", "1");
}

static void test_messages(void **state)
{
	(void)state;
	check_wrong(OPS, "a\n b ${U:?must be ${A}\n!}c", "a\n b c", "2:4 U: must be 1\n!\n");
	check_wrong(OPS, "${U?}${E:?}", "", "1:1 U is not set\n1:6 E is empty\n");
	check_wrong(OPS, "${U:=${V:?x}y}$U", "yy", "1:6 V: x\n");
}

static void test_words_without_end(void **state)
{
	(void)state;
	check_wrong(OPS, "a\n${U:-x${V:-y}", "a\nxy", "2:1  a word never ends\n");
	check_wrong(OPS, "${A:+${U:=x", "", "1:1  a word never ends\n1:6  a word never ends\n");
	check_wrong(MUSTACHE, "\n\n  {{U:-x}", "\n\n  x}", "3:3  a word never ends\n");
}

static void test_depth(void **state)
{
	char text[6 * TEMPLATE_DEPTH + 32] = "", expected[64] = "";
	struct fmt f;

	(void)state;
	fmt_open(&f, text, sizeof text);
	for (int i = 0; i < TEMPLATE_DEPTH; i++)
		fmt_str(&f, "${U:-");
	fmt_str(&f, "x");
	for (int i = 0; i < TEMPLATE_DEPTH; i++)
		fmt_char(&f, '}');
	check(OPS, text, "x");
	fmt_open(&f, text, sizeof text);
	for (int i = 0; i <= TEMPLATE_DEPTH; i++)
		fmt_str(&f, "${U:-");
	for (int i = 0; i <= TEMPLATE_DEPTH; i++)
		fmt_char(&f, '}');
	fmt_into(expected, sizeof expected, "1:%d U is too deep\n", 5 * TEMPLATE_DEPTH + 1);
	check_wrong(OPS, text, "${U:-}", expected);
}

static void test_mustache(void **state)
{
	(void)state;
	check(MUSTACHE, "{{A}} {{ B }} {{\tB}}{{U}}.", "1 two two.");
	check(MUSTACHE, "{{U:-d}} {{ U:-  d  e  }} {{U:- }}|{{U:-{{B}} }}", "d d  e |two");
	check(MUSTACHE, "\\{{A}} \\{ {{{A}}} {{A} } {{}} {{A.B}} {{A-x}} {{1}}",
	      "{{A}} \\{ {1} {{A} } {{}} {{A.B}} {{A-x}} {{1}}");
	check(MUSTACHE, "{{A {{B}} $A {{", "{{A two $A {{");
	check(MUSTACHE, "{{U:-a}b}}}{{U:-a }b }}", "a}b}a }b");
	check(MUSTACHE, "{{U:-x\\{{y}}", "x{{y");
}

static void test_hash(void **state)
{
	(void)state;
	check(HASH, "##A## ###B### ##U##A## #", "1 #two# A## #");
	check(HASH, "##A# ##A.B## ## ##A", "##A# ##A.B## ## ##A");
	how.unset = TEMPLATE_KEEP;
	check(HASH, "##U##A##U##", "##U1U##");
}

static void test_braces(void **state)
{
	(void)state;
	check(BOOT, "$A ${A} $${A} $$ $$A {{A}} ${U:-x} $", "$A 1 ${A} $$ $$A 1 x $");
	check(TEMPLATE_DOLLAR | TEMPLATE_BRACES, "$A${A}$${A}${U:-x}", "$A1${A}${U:-x}");
}

static void test_names_that_are_not_meant(void **state)
{
	(void)state;
	how.meant = rendering_meant;
	how.unset = TEMPLATE_WRONG;
	check(DOLLAR, "$host ${host} $A", "$host ${host} 1");
	check(OPS, "${host:-a${A}${U:-b}}c ${host:?${A}", "${host:-a1b}c ${host:?1");
	check(OPS, "${U:-${host:-x}y}", "${host:-x}y");
	check(OPS, "${A:-${host:-x}y}", "1");
	check(OPS, "${U:=${host:-x}y}|$U", "${host:-x}y|${host:-x}y");
	check(MUSTACHE, "{{ host:- x }} {{ host }}", "{{ host:- x }} {{ host }}");
	check(HASH, "##host##A##host##", "##host1host##");
}

static void test_unset(void **state)
{
	(void)state;
	how.unset = TEMPLATE_KEEP;
	check(OPS | MUSTACHE, "$U ${U} {{ U }} ${U:-x} ${U:+x}. $E.", "$U ${U} {{ U }} x . .");
	how.unset = TEMPLATE_WRONG;
	check_wrong(OPS, "$A$U\n\n ${V}${U:-}${W=}$E", "1\n\n ", "1:3 U is not set\n3:2 V is not set\n");
	how.no_empty = true;
	check_wrong(OPS, "$E ${E-x} ${E:-x}${U:-}", "  x", "1:1 E is empty\n1:4 E is empty\n");
}

static void test_long_names(void **state)
{
	enum { LONG = 40000 };
	static char text[LONG + 8];

	(void)state;
	memset(text, 'x', sizeof text);
	memcpy(text, "${", 2);
	how.kinds = DOLLAR;
	check_mem(text, LONG, text, LONG, "");
	text[LONG] = '}';
	check_mem(text, LONG + 2, "x", 1, "");
	text[1] = '_';
	check_mem(text, LONG, "", 0, "");
}

static bool add(void *owner, const char *name, size_t len)
{
	struct fmt *f = owner;

	fmt_mem(f, name, len);
	fmt_char(f, ' ');
	return len == 1 && *name == 'Z';
}

static void test_names(void **state)
{
	char mem[100];
	struct fmt f;

	(void)state;
	fmt_open(&f, mem, sizeof mem);
	assert_false(template_names("$A ${B} $A $$C ${D:-x} ${E $F ${G$H} ${${I}} $1 ${} $", add, &f));
	assert_string_equal(mem, "A B A C F H I ");
	assert_true(template_names("$Y$Z$A", add, &f));
	assert_string_equal(mem, "A B A C F H I Y Z ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test_setup(test_dollars, reset),
	        cmocka_unit_test_setup(test_values_are_not_looked_at_again, reset),
	        cmocka_unit_test_setup(test_operators, reset),
	        cmocka_unit_test_setup(test_nested_words, reset),
	        cmocka_unit_test_setup(test_messages, reset),
	        cmocka_unit_test_setup(test_words_without_end, reset),
	        cmocka_unit_test_setup(test_depth, reset),
	        cmocka_unit_test_setup(test_mustache, reset),
	        cmocka_unit_test_setup(test_hash, reset),
	        cmocka_unit_test_setup(test_braces, reset),
	        cmocka_unit_test_setup(test_names_that_are_not_meant, reset),
	        cmocka_unit_test_setup(test_unset, reset),
	        cmocka_unit_test_setup(test_long_names, reset),
	        cmocka_unit_test_setup(test_names, reset),
	};

	return RUN(tests);
}
