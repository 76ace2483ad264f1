/* cronspec - when a job is due: one schedule, five or six fields or a macro.
 *
 *	MINUTE HOUR DAY MONTH WEEKDAY
 *	SECOND MINUTE HOUR DAY MONTH WEEKDAY       and a seventh may be *, a year
 *	@yearly @annually @monthly @weekly @daily @midnight @hourly @reboot
 *	@every 90s       or 1h30m
 *	@boot 5m         once, so long after the start of the container, or at once if that is over
 *	@boot 5m 1h      and then every hour; @boot 5m +1h: an hour after the end of each run
 *
 * crontab(5) of Vixie: lists, ranges, steps, names, 7 = Sunday. If the day or the weekday begins with a star both must
 * match, else either. A range of weekdays may end in Sunday whatever it is called: fri-sun, 5-7, 5-0. OpenBSD's a~b, ~,
 * ~/n: a number chosen by the seed, with a step the first of its numbers. Of Quartz and supercronic: ? as *; 5/15, from
 * 5 to the end; whole names; day L, LW, 15W (the weekday nearest to the 15th, in that month); weekday 5L (the last
 * Friday), 5#2 (the second Friday). For
 * pure/calendar: day L-2, the last but two; weekday &1-5: day and weekday must match.
 */
#ifndef PURE_CRONSPEC_H
#define PURE_CRONSPEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct zone;

/* 48 bytes: there may be ten thousand. Bit n of a set: n is in it. */
struct cronspec {
	uint64_t seconds, minutes;
	uint64_t nth; /* bit 7 * (n - 1) + weekday: the n-th such day of the month; n = 6: its last */
	uint32_t hours;
	uint32_t days;    /* 1 to 31; bit 0: the last */
	uint32_t nearest; /* the weekday nearest to that day (W); bit 0: the last weekday (LW) */
	uint32_t before;  /* bit n: the n-th day before the last */
	uint32_t every;   /* @every, @boot: seconds; the sets are void then, but for `seconds`: @boot's first */
	uint16_t months;  /* 1 to 12 */
	uint8_t weekdays; /* 0 to 6 */
	uint8_t flags;    /* CRONSPEC_ */
};

enum {
	CRONSPEC_BOTH = 1,    /* day and weekday must both match */
	CRONSPEC_WILD = 2,    /* minute or hour begins with a star: follows the new clock when the clock is changed */
	CRONSPEC_REBOOT = 4,  /* once, when the container has started; never by the clock */
	CRONSPEC_SECONDS = 8, /* it has a field of seconds */
	CRONSPEC_ODD = 16, /* day or weekday is a star with a step and the other is restricted: people expect either */
	CRONSPEC_BOOT = 32,
	CRONSPEC_AFTER = 64, /* @boot: the next one is due `every` after the end of a run; never by the clock */
};

#define CRONSPEC_NEVER INT64_MAX

/* Where and what is wrong: `at` counts bytes from the beginning of the text; why is constant or in static memory. */
struct cronspec_error {
	size_t at;
	const char *why;
};

/* Reads the text, all of which is the schedule. `seed` chooses what ~ leaves open: the same text and seed give the
 * same. 0, or -1 and the error. */
int cronspec_read(struct cronspec *, const char *text, size_t len, uint64_t seed, struct cronspec_error *);

/* How many bytes at the beginning of a line (which begins with no blank) are its schedule; a word for the user
 * follows it if `user`. 0: too few words for one. What there is need not be right. */
size_t cronspec_length(const char *line, size_t len, bool user);

/* The first moment after `after` (seconds since 1970) at which it is due in that zone (NULL: UTC), or CRONSPEC_NEVER.
 * Where local time is put forward by at most three hours, what was due in the gap is due once, at its end, but for WILD
 * ones; where it is put back, what is due in the hour that comes twice is due in the first, WILD ones in both. @every
 * counts from `after`. NEVER too if 48 years bring none (31 February; an hour that a zone always leaves out). */
int64_t cronspec_next(const struct cronspec *, const struct zone *, int64_t after);

#endif
