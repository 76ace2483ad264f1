/* Unit tests of pure/order. */
#include "pure/order.h"

#include <stdlib.h>

#include "../../lib/unit.h"

enum { NODES = 40 };

static void no_circle(void **state)
{
	const struct order_edge e[] = {{0, 1}, {1, 2}, {0, 2}, {3, 2}};
	uint32_t scratch[4], circle[4];

	(void)state;
	assert_int_equal(order_circle(e, 4, 4, scratch, circle), 0);
	assert_int_equal(order_circle(e, 0, 4, scratch, circle), 0);
}

static void one_that_needs_itself(void **state)
{
	const struct order_edge e[] = {{1, 1}};
	uint32_t scratch[2], circle[2];

	(void)state;
	assert_int_equal(order_circle(e, 1, 2, scratch, circle), 1);
	assert_int_equal(circle[0], 1);
}

/* 0 → 1 → 2 → 3 → 1: only the circle is named, not what leads to it or hangs on it. */
static void only_the_circle(void **state)
{
	const struct order_edge e[] = {{0, 1}, {1, 2}, {2, 3}, {3, 1}, {3, 4}};
	uint32_t scratch[5], circle[5];

	(void)state;
	assert_int_equal(order_circle(e, 5, 5, scratch, circle), 3);
	for (int i = 0; i < 3; i++)
		assert_in_range(circle[i], 1, 3);
}

/* Random graphs: what is returned is a walk along edges that comes back, and none is returned for edges that only
 * lead upwards. */
static void random_graphs(void **state)
{
	struct order_edge e[60];
	uint32_t scratch[NODES], circle[NODES];

	(void)state;
	srandom(3);
	for (int round = 0; round < 2000; round++) {
		int upwards = round % 2;
		size_t n;
		for (size_t i = 0; i < 60; i++) {
			uint32_t a = (uint32_t)(random() % NODES), b = (uint32_t)(random() % NODES);
			e[i] = upwards ? (struct order_edge){a < b ? a : b, (a < b ? b : a) + (a == b ? 1 : 0)}
			               : (struct order_edge){a, b};
			if (e[i].needs >= NODES)
				e[i] = (struct order_edge){0, 1};
		}
		n = order_circle(e, 60, NODES, scratch, circle);
		if (upwards)
			assert_int_equal(n, 0);
		for (size_t i = 0; i < n; i++) {
			size_t k = 0;
			while (k < 60 && (e[k].node != circle[i] || e[k].needs != circle[(i + 1) % n]))
				k++;
			assert_true(k < 60);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(no_circle),
	        cmocka_unit_test(one_that_needs_itself),
	        cmocka_unit_test(only_the_circle),
	        cmocka_unit_test(random_graphs),
	};

	return RUN(tests);
}
