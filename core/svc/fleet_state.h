/* fleet_state - what svc/fleet.c and svc/fleet_units.c share. */
#ifndef SVC_FLEET_STATE_H
#define SVC_FLEET_STATE_H

#include <stdbool.h>

#include "pure/machine.h"
#include "sys/loop.h"

struct service;

/* Down or failed; a condition of it did not hold; it goes down, or is about to. */
bool fleet_resting(const struct service *);
bool fleet_skipped(const struct service *);
bool fleet_stopping(const struct service *);

/* Weak: a binary without the applet `unit` has no edges that ask for these. */
#pragma weak fleet_pull
#pragma weak fleet_follow
#pragma weak fleet_carry
#pragma weak fleet_uphold

/* Starts what is at its edges of these kinds; EDGE_PULLS: and stops what it conflicts with. */
void fleet_pull(struct service *, unsigned edges);

/* Marks those that go down with it, and come again if it does. Are there any? */
bool fleet_follow(const struct service *, unsigned edges, bool again);

/* Its state is another one: what that means for others. kinds: of edges that there are. */
void fleet_carry(struct service *, enum machine_state before, unsigned kinds);

/* Starts what has to be held up, or, without a timer, sets that for it: a failure that comes at once comes once a
 * second so. */
void fleet_uphold(struct loop_timer *);

#endif
