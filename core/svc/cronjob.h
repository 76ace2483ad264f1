/* cronjob - a job of cron: what of it outlives a change of its table, and its runs.
 *
 *	due ─▶ does it run already? ── no ─▶ (RANDOM_DELAY) ─▶ started ─▶ ended, and said so with code and duration
 *	          skip: said · allow: a second one · queue: when that has ended · kill: that is ended first
 *
 * A run is a session of its own; its output goes line by line to svc/cronlog. CRON_TIMEOUT: TERM to its group, KILL 10
 * s later. A run that waits for its delay counts as one that goes on.
 */
#ifndef SVC_CRONJOB_H
#define SVC_CRONJOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "pure/cronplan.h"
#include "sys/loop.h"

struct crontab_job;
struct crontab;
struct cronrun;
struct pstate;

enum { CRONJOB_LABEL = 64 };

/* How it went. */
struct cronpast {
	int64_t at;           /* when the last run that ended was due; 0: none has */
	int status;           /* how it ended, as of waitpid(2) */
	unsigned ms;          /* how long it took */
	unsigned queued;      /* runs that wait for one to end */
	struct cronrun *runs; /* those that go on or wait for their delay; NULL: none */
};

/* Owned by svc/crontabs, which makes it from a line; it stays until its line has gone and its last run has ended.
 * Small: there may be ten thousand. entry.when is that of the line, and leads to it. */
struct cronjob {
	struct cronplan_entry entry; /* first */
	struct crontable *table;     /* of svc/crontabs */
	const struct cronuser *user; /* whom it runs as */
	struct cronpast *past;       /* of the heap, freed with the job; NULL: it was never due */
	bool direct;                 /* no shell: exec the words */
	bool ours;                   /* and the first is a name of this binary, to be run by spawn_self() */
	bool gone;                   /* its line is not there any more */
};

/* A table: a file, or a directory of programs. Owned by svc/crontabs. */
struct crontable {
	const char *path;
	const char *name;    /* of /etc/cron.d/NAME, what its jobs are called; NULL: by their commands */
	struct crontab *tab; /* what it says; of a directory: as if a line said so */
	/* the rest is private to crontabs.c */
	struct crontable *next;
	struct cronjob *jobs; /* of the lines in force */
	size_t count;
	const struct cronuser *user; /* of all lines; NULL: each has its own */
	uint64_t stamp;              /* of the file when it was read */
};

/* A user that jobs run as; owned by svc/crontabs. */
struct cronuser {
	const struct pstate *as; /* NULL: as we are */
	const char *name, *home;
};

extern unsigned cronjob_failures; /* runs that ended with something else than 0 */
extern bool cronjob_quiet;        /* as if CRON_QUIET=yes were set for all */

/* What the applet sets up, once there are a loop and a cronlog (which is given cronjob_room): the environment jobs
 * begin with, and the directory for stamps (CRON_CATCHUP; NULL: none), which stay. This process becomes the one that
 * orphans come to. */
void cronjob_open(char *const *env, const char *state_dir);

/* It is due, or was at that moment. */
void cronjob_due(struct cronplan_entry *, int64_t at);

/* The job is new to us: if CRON_CATCHUP says so and its stamp is older than its last due time, it is due now. */
void cronjob_catch_up(struct cronjob *, int64_t now);

/* The table changed and this line is the same as that one before: its runs, queue and results go on. */
void cronjob_continue(struct cronjob *now, struct cronjob *before);

/* SIGCHLD: takes all ended children. */
void cronjob_reap(void);

/* What was stuck in the log has moved. */
void cronjob_room(void);

/* No more runs begin; TERM to all our descendants, KILL at until_ms (clock_ms()) to those that are left. Turns the loop
 * until they are gone. Called again meanwhile: KILL now. */
void cronjob_stop(int64_t until_ms);

/* How many runs go on. */
unsigned cronjob_running(void);

/* The name in the log, "backup". In static memory. */
const char *cronjob_label(const struct cronjob *);

#endif
