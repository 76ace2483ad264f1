/* control - waiting until services are as they were told to be.
 *
 * The status file is renamed into place at each change: inotify tells of it, and a look at the file whether this was
 * what is waited for. Where inotify fails, and where no change of the file can tell (a ./check that says "not yet", a
 * runsv that is leaving), it is looked again soon.
 */
#ifndef SVC_CONTROL_H
#define SVC_CONTROL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "pure/status.h"
#include "svc/svdir.h"

enum control_goal {
	CONTROL_NONE,      /* supervised at all */
	CONTROL_RUNS,      /* there is a process */
	CONTROL_UP,        /* and ./check, if there is one, agrees */
	CONTROL_READY,     /* it said that it is ready, or is a unit that has done its work; CONTROL_UP where only
	                      runit knows */
	CONTROL_CHECKED,   /* ./check agrees, or it is down */
	CONTROL_ENDED,     /* the process is gone; finish may be running */
	CONTROL_DOWN,      /* nothing of it runs */
	CONTROL_RESTARTED, /* as CONTROL_UP, but started since `began` */
	CONTROL_RENEWED,   /* as CONTROL_READY, but started since `began` */
	CONTROL_RELOADED,  /* a unit: a reload has ended since `began`, and well */
	CONTROL_TRIED,     /* as CONTROL_RESTARTED, or down and wanted so */
	CONTROL_ONCE,      /* runs and will not be restarted, or has run since `began` */
	CONTROL_PAUSED,
	CONTROL_CONTINUED,
	CONTROL_GONE, /* runsv has left */
};

enum control_answer {
	CONTROL_YES,
	CONTROL_LATER,  /* not yet; to `report`: too late */
	CONTROL_RETRY,  /* not yet, and no change of the status will tell */
	CONTROL_FAILED, /* it was given up since `began` (see its state), or the reload went wrong */
	CONTROL_ERROR,  /* errno and dir.why: its status cannot be read; ENXIO: runsv is not running */
};

/* One service that is waited for. */
struct control {
	struct svdir dir;
	struct status status; /* as last seen */
	bool done;            /* nothing to wait for any more */
};

struct control_wait {
	enum control_goal goal;
	struct timespec began; /* wall clock: what was before does not count */
	int64_t until_ms;      /* clock_ms(); INT64_MAX: for ever */
	bool any;              /* one is enough */
	bool patient;          /* one that nobody supervises may still come */
	/* Called once for each service that is not done at the start, as soon as it is decided (with `any` only for
	 * those decided). Not NULL. */
	void (*report)(struct control *, enum control_answer);
};

/* Returns when all are decided or, with `any`, one is reached. Were all (any: one) of them reached? */
bool control_await(struct control *, size_t count, const struct control_wait *);

#endif
