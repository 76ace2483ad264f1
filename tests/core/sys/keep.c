/* Tests of sys/keep: pieces are found again, as they were left, by whoever opens the file next. */
#include "sys/keep.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../../lib/unit.h"

static void pieces_are_found_again(void **state)
{
	int fd = memfd_create("keep", 0);
	char *a, *b, *again;
	bool old;

	(void)state;
	keep_open(fd);
	assert_true(keep_lasts());
	a = keep_piece("a", 10000, &old);
	assert_false(old);
	assert_int_equal(a[0] | a[9999], 0);
	b = keep_piece("b", 1, &old);
	assert_false(old);
	strcpy(a + 4000, "over the edge of a page");
	memset(a + 9990, 'x', 10);
	*b = 'b';

	keep_open(fd); /* the next one */
	again = keep_piece("b", 1, &old);
	assert_true(old);
	assert_int_equal(*again, 'b');
	again = keep_piece("a", 10000, &old);
	assert_true(old);
	assert_string_equal(again + 4000, "over the edge of a page");
	assert_memory_equal(again + 9990, "xxxxxxxxxx", 10);
	again = keep_piece("a", 9999, &old); /* of another size: another one */
	assert_false(old);
	assert_int_equal(again[4000], 0);

	keep_forget(a, 10000);
	assert_int_equal(a[4000], 0);
	assert_int_equal(a[9990], 'x'); /* its page is not only the piece's */
	close(fd);
}

static void without_a_file(void **state)
{
	int p[2];
	bool old;

	(void)state;
	keep_open(-1);
	assert_false(keep_lasts());
	assert_non_null(keep_piece("a", 10, &old));
	assert_false(old);
	assert_int_equal(pipe(p), 0);
	keep_open(p[0]); /* no memory file */
	assert_false(keep_lasts());
	assert_non_null(keep_piece("a", 10, &old));
	close(p[0]);
	close(p[1]);
}

/* A record half written is not seen. */
static void records(void **state)
{
	struct {
		int a, b;
	} one = {1, 2}, two = {3, 4};
	_Alignas(8) char piece[KEEP_RECORD(sizeof one)] = {0};

	(void)state;
	keep_record(piece, &one, sizeof one);
	assert_memory_equal(keep_recorded(piece, sizeof one), &one, sizeof one);
	keep_record(piece, &two, sizeof two);
	assert_memory_equal(keep_recorded(piece, sizeof two), &two, sizeof two);
	keep_record(piece, &one, sizeof one);
	assert_memory_equal(keep_recorded(piece, sizeof one), &one, sizeof one);
}

static void too_many_pieces(void **state)
{
	int fd = memfd_create("keep", 0);
	char name[3] = "aa";
	unsigned made = 0;
	bool old;

	(void)state;
	keep_open(fd);
	for (unsigned i = 0; i < 100; i++) {
		name[0] = (char)('a' + i / 26);
		name[1] = (char)('a' + i % 26);
		made += keep_piece(name, 8, &old) != NULL;
	}
	assert_in_range(made, 32, 99);
	assert_non_null(keep_piece("aa", 8, &old));
	assert_true(old);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(pieces_are_found_again),
	        cmocka_unit_test(without_a_file),
	        cmocka_unit_test(records),
	        cmocka_unit_test(too_many_pieces),
	};

	return RUN(tests);
}
