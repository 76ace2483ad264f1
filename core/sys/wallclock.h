/* wallclock - waiting for a time of day: it fires when the wall clock gets there, however it gets there, and when it is
 * set.
 *
 * A seam for tests and rehearsals: wallclock_pretend() makes this process believe in another time that runs at another
 * speed.
 */
#ifndef SYS_WALLCLOCK_H
#define SYS_WALLCLOCK_H

#include <stdint.h>

#include "sys/loop.h"

struct wallclock {
	struct loop_fd watch;             /* a timerfd */
	void (*fire)(struct wallclock *); /* the time has come, or the clock was set */
};

/* 0, or -1 with errno. */
int wallclock_open(struct wallclock *, void (*fire)(struct wallclock *));

/* Fires at that second since 1970; INT64_MAX: only when the clock is set. */
void wallclock_at(struct wallclock *, int64_t at);

/* The time in s since 1970; ms of CLOCK_BOOTTIME, which counts time asleep and is never set. */
int64_t wallclock_now(void);
int64_t wallclock_steady_ms(void);

/* From now on it is `start`, and time runs `speed` times as fast. */
void wallclock_pretend(int64_t start, unsigned speed);

#endif
