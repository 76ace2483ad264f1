/* Unit tests of pure/lines. */
#include "pure/lines.h"

#include <string.h>

#include "../../lib/unit.h"
#include "pure/line.h"

static struct lines over(const char *text, size_t max)
{
	return (struct lines){.at = text, .fresh = text, .end = text + strlen(text), .max = max};
}

static void expect(const struct line *l, const char *text, unsigned part, bool last, bool newline)
{
	assert_int_equal(l->len, strlen(text));
	assert_memory_equal(l->text, text, l->len);
	assert_int_equal(l->part, part);
	assert_int_equal(l->last, last);
	assert_int_equal(l->newline, newline);
}

static void whole_lines(void **state)
{
	struct lines l = over("one\n\nthree\nrest", 100);
	struct line line;

	(void)state;
	assert_true(lines_next(&l, &line));
	expect(&line, "one", 0, true, true);
	assert_true(lines_next(&l, &line));
	expect(&line, "", 0, true, true);
	assert_true(lines_next(&l, &line));
	expect(&line, "three", 0, true, true);
	assert_false(lines_next(&l, &line));
	assert_string_equal(l.at, "rest");
	assert_true(lines_rest(&l, &line));
	expect(&line, "rest", 0, true, false);
	assert_false(lines_rest(&l, &line));
}

/* What was unfinished is not looked through again. */
static void unfinished(void **state)
{
	struct lines l = over("begun and ended\n", 100);
	struct line line;

	(void)state;
	l.fresh = l.at + 6;
	assert_true(lines_next(&l, &line));
	expect(&line, "begun and ended", 0, true, true);
	assert_false(lines_next(&l, &line));
	assert_ptr_equal(l.at, l.end);
}

static void exactly_the_bound(void **state)
{
	struct lines l = over("12345678\n12345678", 8);
	struct line line;

	(void)state;
	assert_true(lines_next(&l, &line));
	expect(&line, "12345678", 0, true, true);
	assert_false(lines_next(&l, &line)); /* its newline may be the next byte */
	assert_int_equal(l.end - l.at, 8);
}

static void parts(void **state)
{
	struct lines l = over("abcdefghijkl\nxyzxyzxyz", 5);
	struct line line;
	unsigned id;

	(void)state;
	assert_true(lines_next(&l, &line));
	expect(&line, "abcde", 1, false, false);
	id = line.part_id;
	assert_true(lines_next(&l, &line));
	expect(&line, "fghij", 2, false, false);
	assert_int_equal(line.part_id, id);
	assert_true(lines_next(&l, &line));
	expect(&line, "kl", 3, true, true);
	assert_int_equal(line.part_id, id);
	assert_true(lines_next(&l, &line));
	expect(&line, "xyzxy", 1, false, false);
	assert_int_not_equal(line.part_id, id);
	assert_false(lines_next(&l, &line));
	assert_true(lines_rest(&l, &line));
	expect(&line, "zxyz", 2, true, false);
	assert_int_equal(l.part, 0);
}

/* Parts end between characters, whatever is cut where; what is no UTF-8 is cut at the bound. */
static void utf8_parts(void **state)
{
	struct lines l = over("ab\xc3\xa4"
	                      "cde\xf0\x9f\x98\x80"
	                      "f",
	                      6);
	struct line line;

	(void)state;
	assert_true(lines_next(&l, &line));
	expect(&line,
	       "ab\xc3\xa4"
	       "cd",
	       1, false, false);
	assert_false(lines_next(&l, &line));
	l = over("abcde\xc3\xa4z", 6);
	assert_true(lines_next(&l, &line));
	expect(&line, "abcde", 1, false, false);
	l = over("abc\xf0\x9f\x98\x80z", 6);
	assert_true(lines_next(&l, &line));
	expect(&line, "abc", 1, false, false);
	l = over("ab\x80\x80\x80\x80\x80\x80", 6);
	assert_true(lines_next(&l, &line));
	expect(&line, "ab\x80\x80\x80\x80", 1, false, false);
}

static void joins(void **state)
{
	struct lines l = over("one\n  two\n\tthree\nnext\n\nlast\n", 100);
	struct line line;

	(void)state;
	l.join = true;
	assert_true(lines_next(&l, &line));
	expect(&line, "one\n  two\n\tthree", 0, true, true);
	assert_true(line.joined);
	assert_true(lines_next(&l, &line));
	expect(&line, "next", 0, true, true);
	assert_true(lines_next(&l, &line));
	expect(&line, "", 0, true, true);
	assert_false(lines_next(&l, &line)); /* what comes next may belong to it */
	assert_string_equal(l.at, "last\n");
	assert_true(lines_waiting(&l));
	assert_true(lines_rest(&l, &line));
	expect(&line, "last", 0, true, true);
	assert_false(lines_waiting(&l));
	l = over("unfinished", 100);
	l.join = true;
	assert_false(lines_waiting(&l));
}

/* The same byte by byte, and longer than the bound: parts. */
static void joins_late(void **state)
{
	static const char text[] = "one\n two\nnext\n";
	struct lines l = over(text, 100);
	struct line line;

	(void)state;
	l.join = true;
	l.end = text;
	while (l.end < text + 9) {
		l.end++;
		assert_false(lines_next(&l, &line));
	}
	l.end++;
	assert_true(lines_next(&l, &line));
	expect(&line, "one\n two", 0, true, true);
	l = over(text, 100); /* as a source has it: fresh is what came with the last read */
	l.join = true;
	l.fresh = text + 9;
	assert_true(lines_next(&l, &line));
	expect(&line, "one\n two", 0, true, true);
	l = over(text, 100);
	l.join = true;
	l.fresh = text + 4;
	assert_true(lines_next(&l, &line));
	expect(&line, "one\n two", 0, true, true);
	l = over(text, 6);
	l.join = true;
	assert_true(lines_next(&l, &line));
	expect(&line, "one\n t", 1, false, false);
	assert_true(lines_next(&l, &line));
	expect(&line, "wo", 2, true, true);
}

static struct lines headed(const char *text, size_t max, bool join)
{
	struct lines l = over(text, max);

	l.headed = true;
	l.join = join;
	return l;
}

/* Headings are no part of the text; each is that of its line with all its parts. */
static void with_headings(void **state)
{
	struct lines l = headed("\1<6>a\2one\nplain\n\1<3>b\2abcdefg\n\1<6>c", 5, false);
	struct line line;

	(void)state;
	assert_true(lines_heading(&l));
	assert_int_equal(l.heading_len, 6);
	assert_memory_equal(l.heading, "\1<6>a\2", 6);
	assert_true(lines_next(&l, &line));
	expect(&line, "one", 0, true, true);
	assert_true(lines_next(&l, &line));
	expect(&line, "plain", 0, true, true);
	assert_true(lines_next(&l, &line));
	expect(&line, "abcde", 1, false, false);
	assert_true(lines_heading(&l));
	assert_int_equal(l.heading_len, 6);
	assert_memory_equal(l.heading, "\1<3>b\2", 6);
	assert_true(lines_next(&l, &line));
	expect(&line, "fg", 2, true, true);
	assert_false(lines_heading(&l)); /* it has not all come */
	assert_false(lines_next(&l, &line));
	assert_string_equal(l.at, "\1<6>c");
	assert_true(lines_rest(&l, &line));
	expect(&line, "\1<6>c", 0, true, false);
}

/* A line with another name is not joined; what was read of the text that was, begins with headings. */
static void joins_headed(void **state)
{
	struct lines l = headed("\1<6>a\2one\n\1<6>a\2 two\n\1<6>b\2 three\n\1<6>b\2four\n\1<6>b", 100, true);
	struct line line;
	char mem[32];

	(void)state;
	assert_true(lines_next(&l, &line));
	expect(&line, "one\n\1<6>a\2 two", 0, true, true);
	*lines_unhead(mem, &line) = '\0';
	assert_string_equal(mem, "one\n two");
	assert_true(lines_next(&l, &line));
	expect(&line, " three", 0, true, true);
	assert_false(lines_next(&l, &line)); /* the next one may belong to it */
	assert_string_equal(l.at, "four\n\1<6>b");
	l = headed("\1<6>a\2one\n\1<6>a\2\ttwo\n", 8, true); /* as many as fit */
	assert_true(lines_next(&l, &line));
	expect(&line, "one", 0, true, true);
	assert_false(lines_next(&l, &line));
	assert_true(lines_waiting(&l));
	assert_true(lines_rest(&l, &line));
	expect(&line, "\ttwo", 0, true, true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(whole_lines), cmocka_unit_test(unfinished),    cmocka_unit_test(exactly_the_bound),
	        cmocka_unit_test(parts),       cmocka_unit_test(utf8_parts),    cmocka_unit_test(joins),
	        cmocka_unit_test(joins_late),  cmocka_unit_test(with_headings), cmocka_unit_test(joins_headed),
	};

	return RUN(tests);
}
