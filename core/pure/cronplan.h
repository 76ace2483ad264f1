/* cronplan - which job is next, and what is to be done when the clock jumps: Vixie's rules, without a minute-by-minute
 *loop.
 *
 * The owner waits until the time that cronplan_turn() returns, or until the wall clock is set, and calls it again with
 *both clocks. A late call (the process was stopped) is like a clock set forward since the earliest job was due.
 *
 *	forward, at most 5 min     each run that was missed happens, but of jobs with seconds and @every only one
 *	forward, at most 3 h       jobs with a fixed time: each missed run happens; WILD ones (cronspec.h): once, if due
 *in this minute forward, more              nothing is caught up; what is due in this minute runs back, at most 3 h WILD
 *jobs follow the new clock; those with a fixed time wait until it is where it was back, more                 all follow
 *the new clock
 *
 * @every keeps its distance whatever the wall clock does.
 */
#ifndef PURE_CRONPLAN_H
#define PURE_CRONPLAN_H

#include <stddef.h>
#include <stdint.h>

struct cronspec;
struct zone;

/* Part of a job, which the caller owns; it stays where it is while it is in the plan. */
struct cronplan_entry {
	int64_t next; /* seconds since 1970, or CRONSPEC_NEVER; may be read */
	const struct cronspec *when;
	const struct zone *zone;
	uint32_t place; /* private */
};

struct cronplan {
	struct cronplan_entry **heap; /* of the heap */
	size_t count, room;
	int64_t wall, steady; /* the last time both were looked at */
	                      /* private: more as needed */
};

/* The wall clock in s since 1970; the steady one (CLOCK_BOOTTIME) in ms. */
void cronplan_open(struct cronplan *, int64_t wall, int64_t steady_ms);
void cronplan_free(struct cronplan *);

/* From now on, that is: first due behind the moment the plan has reached. 0, or -1 with ENOMEM. */
int cronplan_add(struct cronplan *, struct cronplan_entry *);
void cronplan_remove(struct cronplan *, struct cronplan_entry *);

/* The second, which is new and of the same schedule and zone, takes the place of the first: due when that would be. */
void cronplan_replace(struct cronplan *, struct cronplan_entry *before, struct cronplan_entry *now);

/* Calls `due` for each run that is to happen now, in the order of their times (the moment it was due; not before 1970),
 * and returns when to call again: CRONSPEC_NEVER if no job is left. `due` may remove entries and add them. */
int64_t cronplan_turn(struct cronplan *, int64_t wall, int64_t steady_ms,
                      void (*due)(struct cronplan_entry *, int64_t at));

#endif
