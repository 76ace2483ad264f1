/* order - see order.h */
#include "pure/order.h"

#include <string.h>

/* state[] of a node: NEW, DONE (no circle can be reached from it, or it was in one), or, while it lies on the way that
 * is walked, which edge comes next, plus 1. */
enum { NEW = 0 };
static const uint32_t DONE = UINT32_MAX;

/* Walks on from the last of the way. The length of a circle, which then stands in front of the way, or 0. */
static size_t walk(const struct order *o, uint32_t *state, uint32_t *way)
{
	size_t length = 1;

	while (length) {
		uint32_t node = way[length - 1], next, edge = state[node] - 1;
		if (edge == o->first[node + 1]) {
			state[node] = DONE;
			length--;
			continue;
		}
		state[node]++;
		next = o->to[edge];
		if (state[next] == NEW) {
			state[next] = o->first[next] + 1;
			way[length++] = next;
		} else if (state[next] != DONE) {
			size_t from = 0, n = length;
			for (; way[from] != next; from++)
				state[way[from]] = NEW;
			memmove(way, way + from, (n - from) * sizeof *way);
			return n - from;
		}
	}
	return 0;
}

size_t order_circle(const struct order *o, uint32_t *state, uint32_t *circle)
{
	for (uint32_t i = 0; i < o->nodes; i++) {
		size_t n = 0;
		if (state[i] != NEW)
			continue;
		circle[0] = i;
		state[i] = o->first[i] + 1;
		n = walk(o, state, circle);
		for (size_t k = 0; k < n; k++)
			state[circle[k]] = DONE;
		if (n)
			return n;
	}
	return 0;
}
