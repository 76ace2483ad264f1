/* phases - the programs of a unit, the signals to its processes, and why it failed: what svc/supervise.c does for a
 * directory in other ways. Its programs are our own binary as `unit PHASE` (svc/unitrun.h).
 *
 * Weak, for a binary without the applet `unit` has none of this: then there is no service whose `unit` is set.
 */
#ifndef SVC_PHASES_H
#define SVC_PHASES_H

#include <stdbool.h>
#include <stdint.h>

#include "pure/machine.h"

struct service;

#pragma weak phases_open
#pragma weak phases_orphan
#pragma weak phases_load
#pragma weak phases_do
#pragma weak phases_note
#pragma weak phases_up
#pragma weak phases_ended
#pragma weak phases_reload
#pragma weak phases_deep
#pragma weak phases_close

/* Opens the socket for what services say of themselves (svc/notify.h). */
void phases_open(const char *run_dir);

/* A child that was nobody's has ended. */
void phases_orphan(void);

/* Reads what is compiled of it, `unit` in its directory; what is set already stays if that fails. 0, or -1, said. */
int phases_load(struct service *);

/* Does what its machine wants: the DO_ bits up to DO_FINISH. */
void phases_do(struct service *, unsigned todo);

/* How its machine was before an event. */
struct phases_before {
	enum machine_state state;
	uint8_t result;
	bool ready, stopping;
};

/* Says and remembers what came of the event. */
void phases_note(struct service *, const struct phases_before *, enum machine_event, int value);

/* It is up. */
void phases_up(struct service *);

/* Its process has ended (s->pid is 0 already): the event that this is. False: another one is the main process
 * now. */
bool phases_ended(struct service *, int wstat, enum machine_event *);

/* The command to reload. */
void phases_reload(struct service *);

/* Whether a sweep looks beyond its process group. */
bool phases_deep(const struct service *);

/* It is about to be freed. */
void phases_close(struct service *);

#endif
