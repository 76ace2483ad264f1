/* order - see order.h */
#include "pure/order.h"

enum { OPEN, FREE }; /* FREE: can start, all it needs is FREE */

/* Nodes are freed, round by round, when all they need is free; those left over lie in circles or behind them. */
static size_t free_all(const struct order_edge *e, size_t edges, size_t nodes, uint32_t *state)
{
	size_t left = nodes, before;

	for (size_t i = 0; i < nodes; i++)
		state[i] = OPEN;
	do {
		before = left;
		for (size_t i = 0; i < nodes; i++) {
			size_t k = 0;
			if (state[i] == FREE)
				continue;
			while (k < edges && (e[k].node != i || state[e[k].needs] == FREE))
				k++;
			if (k == edges) {
				state[i] = FREE;
				left--;
			}
		}
	} while (left && left < before);
	return left;
}

static uint32_t open_need(const struct order_edge *e, uint32_t node, const uint32_t *state)
{
	while (e->node != node || state[e->needs] == FREE)
		e++;
	return e->needs;
}

size_t order_circle(const struct order_edge *e, size_t edges, size_t nodes, uint32_t *state, uint32_t *circle)
{
	uint32_t at = 0, first;
	size_t n = 0;

	if (!free_all(e, edges, nodes, state))
		return 0;
	while (state[at] == FREE)
		at++;
	/* each open node needs an open one: after as many steps as there are nodes the walk is inside a circle */
	for (size_t i = 0; i < nodes; i++)
		at = open_need(e, at, state);
	first = at;
	do {
		circle[n++] = at;
		at = open_need(e, at, state);
	} while (at != first);
	return n;
}
