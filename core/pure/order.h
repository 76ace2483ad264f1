/* order - who depends on whom: finds circles, in which everybody would wait for ever. */
#ifndef PURE_ORDER_H
#define PURE_ORDER_H

#include <stddef.h>
#include <stdint.h>

/* node needs another node; both count from 0. */
struct order_edge {
	uint32_t node, needs;
};

/* One circle of the graph: its length, and in circle[] its nodes, each needing the next, the last the first; 0: there
 * is none. All memory is the caller's: state[nodes] is scratch, circle[nodes] the result. */
size_t order_circle(const struct order_edge *, size_t edges, size_t nodes, uint32_t *state, uint32_t *circle);

#endif
