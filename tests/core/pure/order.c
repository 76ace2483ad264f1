/* Unit tests of pure/order. */
#include "pure/order.h"

#include <stdbool.h>
#include <stdlib.h>

#include "../../lib/unit.h"

enum { NODES = 40, EDGES = 60 };

struct pair {
	uint32_t from, to;
};

/* The graph as order_circle() wants it, in static memory. */
static struct order graph(size_t nodes, const struct pair *e, size_t edges)
{
	static uint32_t first[NODES + 1], to[EDGES];
	size_t k = 0;

	for (uint32_t i = 0; i < nodes; i++) {
		first[i] = (uint32_t)k;
		for (size_t n = 0; n < edges; n++)
			if (e[n].from == i)
				to[k++] = e[n].to;
	}
	first[nodes] = (uint32_t)k;
	return (struct order){nodes, first, to};
}

static bool has(const struct pair *e, size_t edges, uint32_t from, uint32_t to)
{
	for (size_t i = 0; i < edges; i++)
		if (e[i].from == from && e[i].to == to)
			return true;
	return false;
}

static void no_circle(void **state)
{
	const struct pair e[] = {{0, 1}, {1, 2}, {0, 2}, {3, 2}};
	uint32_t scratch[4] = {0}, none[4] = {0}, circle[4];
	struct order o = graph(4, e, 4);

	(void)state;
	assert_int_equal(order_circle(&o, scratch, circle), 0);
	o = graph(4, e, 0);
	assert_int_equal(order_circle(&o, none, circle), 0);
}

static void one_that_needs_itself(void **state)
{
	const struct pair e[] = {{1, 1}};
	uint32_t scratch[2] = {0}, circle[2];
	struct order o = graph(2, e, 1);

	(void)state;
	assert_int_equal(order_circle(&o, scratch, circle), 1);
	assert_int_equal(circle[0], 1);
	assert_int_equal(order_circle(&o, scratch, circle), 0);
}

/* 0 → 1 → 2 → 3 → 1: only the circle is named, not what leads to it or hangs on it. */
static void only_the_circle(void **state)
{
	const struct pair e[] = {{0, 1}, {1, 2}, {2, 3}, {3, 1}, {3, 4}};
	uint32_t scratch[5] = {0}, circle[5];
	struct order o = graph(5, e, 5);

	(void)state;
	assert_int_equal(order_circle(&o, scratch, circle), 3);
	for (uint32_t i = 0; i < 3; i++)
		assert_int_equal(circle[i], i + 1);
	assert_int_equal(order_circle(&o, scratch, circle), 0);
}

static void two_circles(void **state)
{
	const struct pair e[] = {{0, 1}, {1, 0}, {1, 2}, {2, 3}, {3, 2}};
	uint32_t scratch[4] = {0}, circle[4];
	struct order o = graph(4, e, 5);
	unsigned seen = 0;

	(void)state;
	for (int round = 0; round < 2; round++) {
		assert_int_equal(order_circle(&o, scratch, circle), 2);
		seen |= 1U << circle[0] | 1U << circle[1];
	}
	assert_int_equal(seen, 15);
	assert_int_equal(order_circle(&o, scratch, circle), 0);
}

/* Random graphs: what is returned is a walk along edges that comes back, no node stands in two; when there is no more,
 * what is left has none: taking away who needs nothing that is left takes away all. None for edges that lead upwards.
 */
static void random_graphs(void **state)
{
	(void)state;
	srandom(3);
	for (int round = 0; round < 2000; round++) {
		bool upwards = round % 2, gone[NODES] = {false}, more = true;
		uint32_t scratch[NODES] = {0}, circle[NODES];
		struct pair e[EDGES];
		struct order o;
		for (size_t i = 0; i < EDGES; i++) {
			uint32_t a = (uint32_t)(random() % NODES), b = (uint32_t)(random() % NODES);
			e[i] = upwards && a >= b ? (struct pair){b, a + 1} : (struct pair){a, b};
			if (e[i].to >= NODES)
				e[i] = (struct pair){0, 1};
		}
		o = graph(NODES, e, EDGES);
		for (size_t n; (n = order_circle(&o, scratch, circle));) {
			assert_false(upwards);
			for (size_t i = 0; i < n; i++) {
				assert_true(has(e, EDGES, circle[i], circle[(i + 1) % n]));
				assert_false(gone[circle[i]]);
				gone[circle[i]] = true;
			}
		}
		while (more) {
			more = false;
			for (uint32_t i = 0; i < NODES; i++) {
				bool needs = false;
				for (size_t k = 0; k < EDGES; k++)
					needs |= e[k].from == i && !gone[e[k].to];
				if (gone[i] || needs)
					continue;
				gone[i] = more = true;
			}
		}
		for (size_t i = 0; i < NODES; i++)
			assert_true(gone[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(no_circle),       cmocka_unit_test(one_that_needs_itself),
	        cmocka_unit_test(only_the_circle), cmocka_unit_test(two_circles),
	        cmocka_unit_test(random_graphs),
	};

	return RUN(tests);
}
