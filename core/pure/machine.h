/* machine - the life of one service, as a table of states and events.
 *
 *	             UP, ONCE                    setup done             main process ended
 *	   DOWN ───────────────▶ WAIT ─ ALLOWED ─▶ SETUP ────────▶ RUN ────────────────────▶ SWEEP
 *	    ▲                    (dependencies)      ▲                                         │ nothing of it is left
 *	    │ not wanted                             │ restart                                 ▼
 *	    └──────────────────────────── BACKOFF ◀──┴──────────────────────────────────── FINISH
 *	                                     FAILED: too many deaths, or finish said 125 ◀────┘
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

enum machine_state {
	MACHINE_DOWN,    /* not running, not wanted */
	MACHINE_WAIT,    /* wanted, waits for the services it depends on */
	MACHINE_SETUP,   /* what `wait` names, control/u and ./setup, before each run */
	MACHINE_RUN,     /* the main process lives */
	MACHINE_SWEEP,   /* it ended; what it left behind is being ended */
	MACHINE_FINISH,  /* ./finish */
	MACHINE_BACKOFF, /* died young: waits before the next start */
	MACHINE_FAILED,  /* will not be started again until somebody says UP */
	MACHINE_STATES
};

enum machine_event {
	EV_UP,      /* control: u; start and keep running */
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
	MACHINE_EVENTS
};

/* What to do, in this order. */
enum {
	DO_STOP = 1,     /* the down signal, then CONT, to the process */
	DO_SWEEP = 2,    /* the same to the rest of its group and to descendants that left it; then EV_EMPTY when all is
	                    gone */
	DO_KILL = 4,     /* KILL to the process, its group and descendants */
	DO_SETUP = 8,    /* begin a start: wait, control/u, ./setup, then EV_SETUP */
	DO_RUN = 16,     /* start ./run */
	DO_FINISH = 32,  /* start ./finish; EV_FINISH at once if there is none */
	DO_ALLOW = 64,   /* send EV_ALLOWED when nothing it depends on is missing (perhaps at once) */
	DO_SAY_UP = 128, /* it is ready */
	DO_SAY_END = 256, /* it ended for good: down, failed or gone */
	DO_FORGET = 512,  /* it was told to exit and has */
};

enum machine_want { WANT_DOWN, WANT_UP, WANT_EXIT };

enum { MACHINE_NO_RESTART = 125, MACHINE_BACKOFF_MS = 1000, MACHINE_BACKOFF_MAX_MS = 30000, MACHINE_TALLY_MS = 60000 };

/* One service. Zeroed is a service that is down. The first group is the caller's to set, the rest is only read. */
struct machine {
	bool waiting;       /* in SETUP: for something outside (the file `wait`) */
	bool has_notify;    /* readiness is told by EV_READY, not by merely running */
	uint32_t kill_ms;   /* DO_KILL so long after DO_STOP; 0: never */
	uint32_t finish_ms; /* ./finish is killed after that; 0: never */
	int64_t *deaths;    /* ring of the last `death_max` deaths; NULL: any number is fine. The caller's memory */
	uint16_t death_max;

	uint16_t death_at;
	enum machine_state state;
	enum machine_want want;
	bool once; /* this start was asked for by EV_ONCE */
	bool ready;
	bool stopping;       /* the down signal was sent to this run */
	bool killed;         /* DO_KILL was given for this run */
	int code;            /* of the last run: exit code or 128 + signal */
	uint32_t backoff_ms; /* the last wait; 0: the last run lived long enough */
	uint32_t restarts;
	int64_t started_ms; /* DO_RUN */
	int64_t at_ms;      /* deadline, 0: none */
};

/* The set of DO_ bits. An event that means nothing in the present state gives 0 and changes nothing. */
unsigned machine_event(struct machine *, enum machine_event, int value, int64_t now_ms);

/* "down", "waiting", "starting", "up", "ready", "stopping", "finish", "backoff", "failed": for people and
 * supervise/state. */
const char *machine_state_name(const struct machine *);

#endif
