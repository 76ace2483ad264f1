/* edges_state - what svc/edges.c and svc/edges_unit.c share, while the names are looked up. */
#ifndef SVC_EDGES_STATE_H
#define SVC_EDGES_STATE_H

#include <stdbool.h>
#include <stddef.h>

struct service;

/* Who has that name; NULL: nobody. */
struct service *edges_named(const char *name, size_t len);

/* It has that name too; a name that is not its own is of the heap and taken. False: another has it, or there is no
 * room, which there is for a few aliases of each. */
bool edges_name(const char *name, struct service *);

/* There is an edge of these kinds from one to the other. */
void edges_add(struct service *from, struct service *to, unsigned kinds);

/* The aliases of a unit, and its edges. Weak: no service is a unit in a binary without the applet `unit`. */
#pragma weak edges_aliases
#pragma weak edges_of_unit
void edges_aliases(struct service *);
void edges_of_unit(struct service *);

#endif
