/* children - the few children somebody waits for by name, and the waiting itself.
 *
 * A wait turns the loop (sys/loop.h) until a condition does not hold any more, a deadline passes, or the flag that
 * children_interrupt points to is set. The owner calls children_reap() on SIGCHLD, so that a wait sees ends.
 */
#ifndef SYS_CHILDREN_H
#define SYS_CHILDREN_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct spawn;

/* The caller's memory, static: it is on a list from its first start on. */
struct child {
	const char *name;
	void (*ended)(struct child *); /* told after pid and status are set; or NULL */
	pid_t pid;                     /* 0: does not run */
	pid_t was;                     /* the last one; 0: was never started */
	int status;                    /* as of waitpid(2) */
	struct child *next;            /* private */
};

extern const bool *children_interrupt; /* never NULL */
#define CHILDREN_FOREVER INT64_MAX

/* Until busy(c) is false: true; else (too late or interrupted): false. `until`: clock_ms(), or CHILDREN_FOREVER. */
bool children_wait(bool (*busy)(const struct child *), const struct child *c, int64_t until);

/* Conditions for it: the child runs; nothing but the deadline ends it. */
bool children_running(const struct child *);
bool children_always(const struct child *);

/* A failed fork (a full pid cgroup, no memory) may pass: up to `tries` in all, a second apart, each named in a line.
 * 0, or -1 when all failed or the wait was interrupted. */
int children_start(struct child *, const struct spawn *, int tries);

/* Takes all who have ended; `orphan` (or NULL) is told of those without a name, and how (waitpid(2)). */
void children_reap(void (*orphan)(pid_t, int status));

/* Did the last reaping find any child left, with or without a name? */
bool children_any(void);

/* What a shell would call it: the exit code, or 128 + the signal. */
int children_code(int status);

/* TERM and CONT to its process group (`also`: one more signal, or 0), KILL at `until`. Waits for its end. */
void children_stop(struct child *, int also, int64_t until);

/* KILL, with a line that names it; waits no longer than the kernel should need. */
void children_kill(struct child *);

#endif
