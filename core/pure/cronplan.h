/* cronplan - which job is next, and what is to be done when the clock jumps: Vixie's rules, without his minutes.
 *
 * The owner waits until the time that cronplan_turn() returns, or until the wall clock is set, and calls it again with
 * both clocks. A late call (the process was stopped) is like a clock set forward since the earliest job was due.
 *
 *	by less than 2 s        not noticed
 *	forward, to 5 min       each missed run happens; of jobs with seconds, and of @every, one
 *	forward, to 3 h         the same for jobs with a fixed time; WILD ones (cronspec.h) run if due in this minute
 *	forward, more           what is due in this minute runs, nothing else
 *	back, to 3 h            WILD jobs follow the new clock; those with a fixed time wait until it is where it was
 *	back, more              all follow the new clock
 *
 * Who follows a clock set back runs at once if due in this minute, unless that is the one the clock came from. @every
 * keeps its distance whatever the wall clock does; when late, it counts from its run.
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

/* Private, but for the count. */
struct cronplan {
	struct cronplan_entry **heap; /* of the heap */
	size_t count, room;
	int64_t wall, steady; /* at the last turn */
	int64_t reached;      /* how far the wall clock has been: ahead of it if that was set back */
};

/* The wall clock in s since 1970; the steady one (CLOCK_BOOTTIME) in ms. */
void cronplan_open(struct cronplan *, int64_t wall, int64_t steady_ms);
void cronplan_free(struct cronplan *);

/* First due behind the last turn: who adds a job at another moment has a turn first. 0, or -1 with ENOMEM. */
int cronplan_add(struct cronplan *, struct cronplan_entry *);
void cronplan_remove(struct cronplan *, struct cronplan_entry *);

/* It is due at that moment, or CRONSPEC_NEVER, whatever its schedule says. */
void cronplan_at(struct cronplan *, struct cronplan_entry *, int64_t next);

/* The second, which is new and of the same schedule and zone, takes the place of the first: due when that would be. */
void cronplan_replace(struct cronplan *, const struct cronplan_entry *before, struct cronplan_entry *now);

/* Calls `due` for each run that is to happen now, in the order of their times (the moment it was due), and returns when
 * to call again, which is later than now: CRONSPEC_NEVER if no job is left. `due` may remove entries and add them. */
int64_t cronplan_turn(struct cronplan *, int64_t wall, int64_t steady_ms,
                      void (*due)(struct cronplan_entry *, int64_t at));

#endif
