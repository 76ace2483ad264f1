/* machine - the life of one service, as a table of states and events.
 *
 *	             UP, ONCE                    setup done             main process ended
 *	   DOWN ───────────────▶ WAIT ─ ALLOWED ─▶ SETUP ────────▶ RUN ────────────────────▶ SWEEP
 *	    ▲                    (dependencies)      ▲                                         │ nothing of it is left
 *	    │ not wanted                             │ restart                                 ▼
 *	    └──────────────────────────── BACKOFF ◀──┴──────────────────────────────────── FINISH
 *	                                     FAILED: too many deaths, or finish said 125 ◀────┘
 *
 * A unit (pure/unitlife.h; machine.unit is set) takes the same way with more steps, pure/machine_unit.c:
 *
 *	SETUP  `unit pre`; it may say that a condition does not hold: then the service is down, which is no failure
 *	RUN    `unit start`, and it is not up before its type says so: at once, EV_READY (exec, notify), EV_MAIN (the
 *	       starter of a forking one has ended well), all has ended well (oneshot); then `unit post`, EV_POST.
 *	       A oneshot that remains, and a target, is up without a process.
 *	STOP   `unit stop`, if it was up and did not fail
 *	RUN    again, `stopping`: signals to the processes, by KillMode=; the deadline brings KILL
 *	SWEEP  always, but for KillMode=process and none;  FINISH  `unit stop-post`, always
 *	then BACKOFF by Restart=, DOWN, or FAILED if the result is bad. FAILED too: more starts than StartLimitBurst=.
 *
 * The machine knows no process, no file and no clock: events and the time come in, a set of DO_ bits goes out, and the
 * caller (svc/supervise.c) carries them out in the order of their numbers. `at_ms` is the one deadline it waits for;
 * the caller arms it anew after each event and sends EV_TIMER when it has passed.
 */
#ifndef PURE_MACHINE_H
#define PURE_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pure/unitlife.h"

enum machine_state {
	MACHINE_DOWN,    /* not running, not wanted */
	MACHINE_WAIT,    /* wanted, waits for the services it depends on */
	MACHINE_SETUP,   /* what `wait` names, control/u and ./setup, before each run */
	MACHINE_RUN,     /* the main process lives */
	MACHINE_SWEEP,   /* it ended; what it left behind is being ended */
	MACHINE_FINISH,  /* ./finish */
	MACHINE_BACKOFF, /* died young: waits before the next start */
	MACHINE_FAILED,  /* will not be started again until somebody says UP */
	MACHINE_STOP,    /* units: ExecStop= */
	MACHINE_STATES
};

enum machine_event {
	EV_UP,      /* control: u; start and keep running. value: 1 for another's sake, which clears no start limit */
	EV_ONCE,    /* o: start, do not restart */
	EV_DOWN,    /* d: stop */
	EV_EXIT,    /* x: stop, then the service is forgotten: no later command changes that */
	EV_CLOSE,   /* a log service whose input was closed: as x, but it ends by itself */
	EV_TERM,    /* t: end this run; restart if wanted */
	EV_ALLOWED, /* all it depends on is ready */
	EV_SETUP,   /* value: 0 it went well */
	EV_READY,   /* it said, or its check said, that it is */
	EV_ENDED,   /* the main process; value: its exit code or 128 + signal */
	EV_EMPTY,   /* nothing is left of the last run */
	EV_FINISH,  /* value: the exit code of ./finish */
	EV_TIMER,   /* at_ms has passed */
	/* Of units alone. For them the values of SETUP, ENDED, FINISH, POST and STOPPED are waitpid(2)'s. */
	EV_MAIN,     /* the starter of a forking one has ended well (DO_FIND), and its main process is known, or none is
	                to be known */
	EV_POST,     /* `unit post` has ended */
	EV_STOPPED,  /* `unit stop` has ended */
	EV_STOPPING, /* it says that it ends by itself */
	EV_FAIL,     /* value: enum unitlife_result. A start that waits or a run is over: watchdog, dependency … */
	EV_EXTEND,   /* value: the deadline is not before that many ms from now */
	MACHINE_EVENTS
};

/* What to do, in this order. */
enum {
	DO_ASK = 1,      /* a unit: start `unit stop`, then EV_STOPPED */
	DO_STOP = 2,     /* the down signal, then CONT, to the process; a unit: to all that KillMode= says */
	DO_SWEEP = 4,    /* the same to the rest of its group and to descendants that left it; then EV_EMPTY when all is
	                    gone */
	DO_KILL = 8,     /* KILL to the process, its group and descendants */
	DO_SETUP = 16,   /* begin a start: wait, control/u, ./setup, then EV_SETUP */
	DO_RUN = 32,     /* start ./run */
	DO_FIND = 64,    /* a unit: find the main process, then EV_MAIN */
	DO_POST = 128,   /* a unit: start `unit post`, then EV_POST */
	DO_FINISH = 256, /* start ./finish; EV_FINISH at once if there is none */
	DO_ALLOW = 512,  /* send EV_ALLOWED when nothing it depends on is missing (perhaps at once) */
	DO_SAY_UP = 1024,  /* it is ready, or has done its work (machine_reached) */
	DO_SAY_END = 2048, /* it ended for good: down, failed or gone */
	DO_FORGET = 4096,  /* it was told to exit and has */
};

enum machine_want { WANT_DOWN, WANT_UP, WANT_EXIT };

enum { MACHINE_NO_RESTART = 125, MACHINE_BACKOFF_MS = 1000, MACHINE_BACKOFF_MAX_MS = 30000, MACHINE_TALLY_MS = 60000 };

/* One service. Zeroed is a service that is down. The first group is the caller's to set, the rest is only read. */
struct machine {
	bool waiting;       /* in SETUP: for something outside (the file `wait`) */
	bool has_notify;    /* readiness is told by EV_READY, not by merely running */
	uint32_t kill_ms;   /* DO_KILL so long after DO_STOP; 0: never */
	uint32_t finish_ms; /* ./finish is killed after that; 0: never. A unit: both are TimeoutStopSec= */
	int64_t *deaths;    /* ring of the last `death_max` deaths (a unit: starts); NULL: any number is fine. The
	                       caller's memory */
	const struct unitlife *unit; /* NULL: a directory as runit's */
	uint16_t death_max;

	uint16_t death_at;
	enum machine_state state : 8;
	enum machine_want want : 8;
	bool once; /* this start was asked for by EV_ONCE */
	bool ready;
	bool stopping;       /* the down signal was sent to this run */
	bool killed;         /* DO_KILL was given for this run */
	bool done;           /* a unit: its last start has gone well (or was skipped), and nobody stopped it since */
	bool alive;          /* a unit: its setup or main process */
	bool posting;        /* a unit: `unit post` runs */
	bool forked;         /* a unit: its starter has ended well */
	bool renew;          /* a unit: is started again when it has ended, whatever Restart= says */
	uint8_t result;      /* a unit's: enum unitlife_result; SUCCESS while nothing went wrong */
	uint8_t signal;      /* a unit's: what ended the main process, 0: no signal */
	int code;            /* of the last run: exit code or 128 + signal; a unit's, while there is none: -1 */
	uint32_t backoff_ms; /* the last wait; 0: the last run lived long enough */
	uint32_t restarts;
	int64_t started_ms; /* DO_RUN */
	int64_t at_ms;      /* deadline, 0: none */
};

/* The set of DO_ bits. An event that means nothing in the present state gives 0 and changes nothing. */
unsigned machine_event(struct machine *, enum machine_event, int value, int64_t now_ms);

/* What waits for it may start: it is ready, or is a unit that has done its work, or had nothing to do. */
bool machine_reached(const struct machine *);

/* "down", "waiting", "starting", "up", "ready", "stopping", "finish", "backoff", "failed": for people and
 * supervise/state. */
const char *machine_state_name(const struct machine *);

#endif
