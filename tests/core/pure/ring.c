/* Tests of pure/ring. */
#include "pure/ring.h"

#include <stdlib.h>
#include <string.h>

#include "../../lib/unit.h"

enum { SIZE = 4096 };

static _Alignas(8) char mem[RING_HEAD + SIZE];

static void add(struct ring *r, const char *text)
{
	assert_true(ring_add(r, text, strlen(text)));
}

static void expect(const struct ring *r, uint64_t *at, const char *text)
{
	size_t len = 0;
	const char *p = ring_next(r, at, &len);

	if (!text) {
		assert_null(p);
		return;
	}
	assert_non_null(p);
	assert_int_equal(len, strlen(text));
	assert_memory_equal(p, text, len);
}

static struct ring fresh(void)
{
	struct ring r;

	memset(mem, 0, sizeof mem);
	ring_open(&r, mem, SIZE);
	return r;
}

static void in_order(void **state)
{
	struct ring r = fresh();
	uint64_t at = r.head->first;

	(void)state;
	expect(&r, &at, NULL);
	add(&r, "one");
	add(&r, "");
	add(&r, "three, longer");
	assert_int_equal(r.count, 3);
	expect(&r, &at, "one");
	expect(&r, &at, "");
	expect(&r, &at, "three, longer");
	expect(&r, &at, NULL);
	ring_drop(&r);
	at = r.head->first;
	expect(&r, &at, "");
	ring_drop(&r);
	ring_drop(&r);
	ring_drop(&r);
	assert_int_equal(r.count, 0);
	assert_int_equal(ring_free(&r), SIZE);
}

/* Records of all lengths, round and round, with as many in it as fit. */
static void round_and_round(void **state)
{
	struct ring r = fresh();
	unsigned in = 0, out = 0;
	char text[SIZE];

	(void)state;
	srand(1);
	while (out < 5000) {
		uint64_t at = r.head->first;
		size_t len;
		const char *p;

		memset(text, 'a' + in % 26, sizeof text);
		len = (in * 37) % (SIZE / RING_SHARE - 8);
		if (rand() % 4 && ring_behind(&r, len)) {
			assert_true(ring_add(&r, text, len));
			in++;
			continue;
		}
		p = ring_next(&r, &at, &len);
		assert_int_equal(!p, in == out);
		if (!p)
			continue;
		assert_int_equal(len, (out * 37) % (SIZE / RING_SHARE - 8));
		memset(text, 'a' + out % 26, sizeof text);
		assert_memory_equal(p, text, len);
		ring_drop(&r);
		out++;
		assert_int_equal(r.count, in - out);
	}
}

static void limits(void **state)
{
	struct ring r = fresh();
	char text[SIZE] = "";

	(void)state;
	assert_false(ring_add(&r, text, SIZE / RING_SHARE - 7));
	for (int i = 0; i < RING_SHARE; i++)
		assert_true(ring_add(&r, text, SIZE / RING_SHARE - 8));
	assert_int_equal(ring_free(&r), 0);
	assert_false(ring_add(&r, text, 0));
	ring_drop(&r);
	assert_true(ring_add(&r, text, 0));
	assert_false(ring_add(&r, text, SIZE));
	assert_int_equal(ring_behind(&r, (size_t)-1), 0);
}

static void found_again(void **state)
{
	struct ring r = fresh(), again;
	uint64_t at;

	(void)state;
	add(&r, "gone");
	add(&r, "stays");
	add(&r, "too");
	ring_drop(&r);
	ring_open(&again, mem, SIZE);
	assert_int_equal(again.count, 2);
	at = again.head->first;
	expect(&again, &at, "stays");
	expect(&again, &at, "too");
	expect(&again, &at, NULL);
	ring_open(&again, mem, SIZE - 8); /* of another size: empty */
	assert_int_equal(again.count, 0);
}

/* The machine crashed: a record was not written back, and the first page is older than the others. */
static void holes(void **state)
{
	struct ring r = fresh(), again;
	uint64_t at, middle, old;

	(void)state;
	add(&r, "first");
	middle = r.head->end;
	add(&r, "this one is lost");
	old = r.head->end;
	add(&r, "third");
	memset(r.mem + middle % SIZE, 0, 24);
	r.head->end = old;
	ring_open(&again, mem, SIZE);
	assert_int_equal(again.count, 2);
	at = again.head->first;
	expect(&again, &at, "first");
	expect(&again, &at, "third");
	expect(&again, &at, NULL);
	add(&again, "new");
	expect(&again, &at, "new");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(in_order),    cmocka_unit_test(round_and_round), cmocka_unit_test(limits),
	        cmocka_unit_test(found_again), cmocka_unit_test(holes),
	};

	return RUN(tests);
}
