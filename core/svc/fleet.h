/* fleet - all services as a whole: what waits for what, what is started and stopped with what, what is ready
 * (systemd.unit(5); of directories: dependencies.d).
 *
 *	pulled ──▶ UP ──▶ WAIT ──▶ ALLOWED     when nothing it comes after is starting or stopping, and what it requires
 *is up stop_due ────────▶ DOWN, EXIT          when nothing that comes after it is going down; with pulled: a restart
 *
 * Whatever happens to a service only leaves marks; one walk over all services, in the next turn of the loop, does what
 * they say. So a start sees all that is about to start, whatever came first, and chains cost no stack.
 */
#ifndef SVC_FLEET_H
#define SVC_FLEET_H

#include <stdbool.h>
#include <stdint.h>

#include "pure/machine.h"

struct service;

/* Looks up anew what services have to do with each other. After services came or went. */
void fleet_resolve(void);

/* To be started, with all that it pulls in, at the next fleet_turn(). */
void fleet_start(struct service *);

/* Does what is due. */
void fleet_turn(void);

/* It is to start: pulls in what it requires and stops what it conflicts with. False: it is started later. */
bool fleet_may_start(struct service *);

/* Its state has changed, or it has become ready. */
void fleet_changed(struct service *, enum machine_state before);

/* A command: EV_UP, EV_ONCE, EV_DOWN, EV_TERM, EV_EXIT. Stops and restarts are passed on to those that require it. It
 * may be gone afterwards. */
void fleet_told(struct service *, enum machine_event);

/* Services that are to run (loggers apart): how many there are and how many of them are not ready. */
unsigned fleet_wanted(unsigned *unready);

/* Says which wanted services are not ready, and why. */
void fleet_name_unready(void);

/* A service is about to be freed: nobody depends on it any more. */
void fleet_forget(struct service *);

/* Stops all, dependents first, each killed after half of the time that is left then. */
void fleet_stop(int64_t deadline_ms);
/* Kills all that has not ended. */
void fleet_kill(void);

#endif
