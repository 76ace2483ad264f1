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

#include "svc/cronjob_state.h"
#include "sys/loop.h"

extern unsigned cronjob_failures; /* runs that ended with something else than 0 */
extern bool cronjob_quiet;        /* as if CRON_QUIET=yes were set for all */

/* What the applet sets up, once there are a loop and a cronlog (which is given cronjob_room): the environment jobs
 * begin with, the directory for stamps (CRON_CATCHUP; NULL: none), the plan they are in, all of which stay. This
 * process becomes the one that orphans come to. */
void cronjob_open(char *const *env, const char *state_dir, struct cronplan *);

/* It is due, or was at that moment. */
void cronjob_due(struct cronplan_entry *, int64_t at);

/* The job is new to us: if CRON_CATCHUP says so and its stamp is older than its last due time, it is due now; and when
 * it is due if that is so long after the container's start, once in its life. */
void cronjob_catch_up(struct cronjob *, int64_t now);

/* The table changed and this line is the same as that one before: its runs, queue and results go on. */
void cronjob_continue(struct cronjob *now, struct cronjob *before);

/* SIGCHLD: takes all ended children. Jobs that are due so long after an end are in the plan then. */
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
