/* logdir - a directory of rotated log files, as runit's svlogd keeps it.
 *
 *	current   what is being written: 0644; 0744 when it was closed as it should be. One that was not is renamed to
 *.u
 *	@TAI64N.s an old one, all of it       .u  … not processed yet, or not closed        .t  a processor's output
 *	lock      held by who writes here     state newstate  what a processor keeps for its next run, its fds 4 and 5
 *	config    rules (pure/logrules.h)
 *
 * A file is synced to the disk when it is rotated or closed, not before; where the owner must not wait for a disk
 * (logd), writing to the disk is begun then and not waited for.
 *
 * Only one processor of a directory runs at a time: a rotation waits for the one before.
 */
#ifndef SVC_LOGDIR_H
#define SVC_LOGDIR_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "pure/logrules.h"
#include "svc/logfile.h"
#include "sys/loop.h"

enum { LOGDIR_NAME = 28 };

/* All memory but `name` is its own; it stays where it is. What is to be written goes through `file` (svc/logfile.h). */
struct logdir {
	struct logfile file;
	struct logrules rules;
	int dir, lock; /* lock -1: closed; dir stays, for the processor */
	bool no_wait;  /* never wait for the disk */
	bool leaving;  /* a processor that fails is not started again */

	struct loop_timer age, restart;
	struct loop_fd child;   /* a pidfd */
	pid_t pid;              /* the processor; 0: none */
	char save[LOGDIR_NAME]; /* what it is to read, or reads; "": nothing */
};

/* Before the first opening. `moved`: as of the file. */
void logdir_init(struct logdir *, const char *name, void (*moved)(struct logfile *));

/* Opens, with rules from its config or else `rules`. 0, or -1 with errno and what could not be done. What waits to be
 * written and a processor that runs stay; if it fails, the former is given up. */
int logdir_open(struct logdir *, const struct logrules *rules, const char **what);

/* Begins a new file if this one has anything. */
void logdir_rotate(struct logdir *);

/* Once all is written. Harmless if it is not open. */
void logdir_close(struct logdir *);

/* Does a processor run, or is one to be? */
bool logdir_busy(const struct logdir *);

struct logdir *logdir_of(struct logfile *);

#endif
