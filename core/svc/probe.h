/* probe - is a target (pure/target.h) there? Asked in the loop, never waited for: a socket, a look-up, a child, whose
 * input is empty and whose output is dropped. */
#ifndef SVC_PROBE_H
#define SVC_PROBE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "pure/target.h"
#include "svc/resolve.h"
#include "sys/loop.h"

enum { PROBE_WHY = 160, PROBE_HEAD = sizeof "HTTP/1.1 200" };

/* One target; the caller's, zero but for its first two at first. */
struct probe {
	struct target target;
	void (*done)(struct probe *); /* from the loop, or from within probe_start(); may begin again */
	bool there;                   /* what came of it */
	char why[PROBE_WHY];          /* not there: one line, "Connection refused", "status 503" */
	pid_t pid;                    /* exec: its child; 0: none */

	/* private */
	int64_t until_ms;
	struct resolve resolve;
	struct loop_fd watch;
	struct loop_timer timer;
	unsigned next; /* address */
	unsigned got;  /* of the answer's head */
	bool asked;    /* http: the request is sent */
	char head[PROBE_HEAD];
};

/* Begins a try that is over at the latest at until_ms (clock_ms()), which counts as "no answer". An address that is
 * silent gives way to the next one before. */
void probe_start(struct probe *, int64_t until_ms);

/* Ends one that is under way, its child with its process group too; harmless otherwise. `done` is not called. */
void probe_cancel(struct probe *);

/* Only kills that child and does not wait for its end: for who ends himself at once. */
void probe_kill(const struct probe *);

/* Its child has ended and is reaped; `done` is called. */
void probe_ended(struct probe *, int wstat);

#endif
