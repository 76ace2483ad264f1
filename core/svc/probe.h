/* probe - is a target (pure/target.h) there? Asked in the loop, never waited for: a socket, a look-up, a child. */
#ifndef SVC_PROBE_H
#define SVC_PROBE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "pure/target.h"
#include "svc/resolve.h"
#include "sys/loop.h"

enum { PROBE_WHY = 160 };

/* One target; the caller's, zero but for its first two at first. */
struct probe {
	struct target target;
	void (*done)(struct probe *); /* from the loop, or from within probe_start() */
	bool there;                   /* what came of it */
	char why[PROBE_WHY];          /* not there: one line, "connection refused", "status 503" */

	/* private */
	struct resolve resolve;
	struct loop_fd fd;
	pid_t pid;
	unsigned next; /* address */
};

/* Begins a try that is over at the latest at until_ms (clock_ms()), which counts as "no answer". */
void probe_start(struct probe *, int64_t until_ms);

/* Ends one that is under way, its child too; harmless otherwise. `done` is not called. */
void probe_cancel(struct probe *);

/* SIGCHLD came for that child of whoever's. True: it was a probe's, and `done` has been called. */
bool probe_reap(pid_t, int wstat);

#endif
