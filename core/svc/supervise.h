/* supervise - keeps services running: carries out what pure/machine.c decides, with real processes.
 *
 * One supervisor a process (runsvdir: all services, runsv: one). Everything happens in callbacks of sys/loop; nothing
 * waits. Control scripts (control/X) and `check` run beside, with a time limit, as jobs.
 */
#ifndef SVC_SUPERVISE_H
#define SVC_SUPERVISE_H

#include <stdbool.h>
#include <sys/types.h>

#include "pure/machine.h"
#include "sys/loop.h"

struct service;

/* What the owner of the services is told. All but the last must be set. */
struct supervise_hooks {
	bool (*allowed)(struct service *); /* may it start now? If not, the owner sends EV_ALLOWED later */
	void (*up)(struct service *);      /* it is ready */
	void (*changed)(struct service *, enum machine_state before);
	void (*told)(struct service *, enum machine_event); /* a command came: the owner sends the event, at once or
	                                                        later */
	void (*ended)(struct service *);                    /* down or failed, for the time being */
	void (*forget)(struct service *);                   /* it exited as told; it is freed when this returns */
	bool (*reap)(pid_t, int wstat); /* a child that is no service's ended: was it the owner's? Or NULL */
};

struct supervise_options {
	struct supervise_hooks hooks;
	bool s6_finish; /* finish's $1 is 256 after a signal (s6) and not -1 (runit) */
	bool stopping;  /* everything is being stopped: set by the owner */
	bool last_stop; /* the container ends with that: status files are not worth writing then */
};

extern struct supervise_options supervise_options;
extern unsigned supervise_removed; /* how many have been freed: a walk over the list sees whether it may go on */

/* Sends an event to its machine and does what follows. */
void supervise_event(struct service *, enum machine_event, int value);

/* For service_event(svc/service.h). */
void supervise_watched(struct service *, enum machine_event, int value);

/* For service.timer: its deadline has passed, or its check is due. */
void supervise_timer(struct loop_timer *);

/* On SIGCHLD: reaps all there is. */
void supervise_reap(void);

#endif
