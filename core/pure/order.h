/* order - who comes after whom: finds circles, in which everybody would wait for ever. */
#ifndef PURE_ORDER_H
#define PURE_ORDER_H

#include <stddef.h>
#include <stdint.h>

/* Nodes count from 0; node i comes after those that stand in to[first[i]] … to[first[i + 1] - 1]. */
struct order {
	size_t nodes;
	const uint32_t *first; /* nodes + 1 of them */
	const uint32_t *to;
};

/* The next circle: its length, and in circle[] its nodes, each after the next, the last after the first; 0: there is no
 * other. The nodes of a circle that was found count as gone, so that each node is in one circle at most. All memory is
 * the caller's: state[nodes] is kept from call to call, zeroes at first; circle[nodes] is the result. All circles
 * together take the time of one walk along all edges, and as much again for each circle at worst. */
size_t order_circle(const struct order *, uint32_t *state, uint32_t *circle);

#endif
