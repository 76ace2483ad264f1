/* Unit tests of pure/cronspec_next: a table of what other programs say, nights when local time changes worked out by
 * hand, and random schedules beside a search minute by minute that knows nothing of sets. */
#include "pure/cronspec.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../../lib/unit.h"
#include "pure/zone.h"

#define ZONEINFO "/usr/share/zoneinfo/"
#define TABLE    "tests/core/pure/cronspec.table"

#ifdef __SANITIZE_ADDRESS__
enum { RANDOM = 10000 };
#else
enum { RANDOM = 100000 };
#endif

enum { DAY = 24 * 60, TIMES = 10 };

static struct cronspec read_text(const char *text)
{
	struct cronspec s;
	struct cronspec_error error = {0, ""};

	if (cronspec_read(&s, text, strlen(text), 0, &error))
		fail_msg("%s: %zu: %s", text, error.at, error.why);
	return s;
}

/* A name of the tz database, or a rule if it has a comma or a <. */
static struct zone *zone_named(const char *name)
{
	static char mem[1 << 17];
	struct zone *z;
	FILE *f;
	size_t len;

	if (strpbrk(name, ",<"))
		return zone_rule(name);
	snprintf(mem, sizeof mem, ZONEINFO "%s", name);
	f = fopen(mem, "r");
	assert_non_null(f);
	len = fread(mem, 1, sizeof mem, f);
	fclose(f);
	z = zone_read(mem, len);
	assert_non_null(z);
	return z;
}

/* One for all tests: they come in any order. */
static const struct zone *zone_kept(const char *name)
{
	static struct {
		char name[32];
		struct zone *zone;
	} kept[32];
	size_t i = 0;

	if (strcmp(name, "UTC") == 0)
		return NULL;
	while (kept[i].zone && strcmp(kept[i].name, name) != 0)
		i++;
	assert_true(i < sizeof kept / sizeof *kept - 1);
	if (!kept[i].zone) {
		snprintf(kept[i].name, sizeof kept[i].name, "%s", name);
		kept[i].zone = zone_named(name);
	}
	return kept[i].zone;
}

/* See cronspec_oracle.py. */
static void table(void **state)
{
	char line[512], expression[128], zone[32];
	FILE *f = fopen(TABLE, "r");
	int count = 0;

	(void)state;
	if (!f)
		fail_msg("no " TABLE " here");
	for (; fgets(line, sizeof line, f); count++) {
		const struct zone *z;
		struct cronspec s;
		long long at;
		int used, times = 0;
		const char *p;

		assert_int_equal(sscanf(line, "%127[^\t]\t%31[^\t]\t%lld%n", expression, zone, &at, &used), 3);
		s = read_text(expression);
		z = zone_kept(zone);
		at *= 60;
		for (p = line + used; *p && *p != '\n';) {
			char *end;
			long long step = strtoll(p, &end, 10);
			long repeat = 1;
			step *= *end == 's' ? 1 : 60;
			end += *end == 's';
			if (*end == 'x')
				repeat = strtol(end + 1, &end, 10);
			p = end;
			for (; repeat; repeat--, times++) {
				int64_t got = cronspec_next(&s, z, at);
				if (got != at + step)
					fail_msg("%s, %s, behind %lld: %lld, not %lld", expression, zone, at,
					         (long long)got, at + step);
				at = got;
			}
		}
		assert_int_equal(times, TIMES);
	}
	fclose(f);
	assert_true(count >= 2000);
}

/* "2026-03-29 01:30", UTC; seconds may follow. */
static int64_t utc(const char *text)
{
	struct tm tm = {0};
	const char *end = strptime(text, "%Y-%m-%d %H:%M", &tm);

	assert_non_null(end);
	if (*end == ':')
		tm.tm_sec = atoi(end + 1);
	return timegm(&tm);
}

struct night {
	const char *zone, *expression, *after; /* UTC, as all of them */
	const char *due[8];                    /* the next times, one after the other */
};

static void at_night(const struct night *nights, size_t count)
{
	for (const struct night *n = nights; n < nights + count; n++) {
		struct cronspec s = read_text(n->expression);
		int64_t at = utc(n->after);
		for (size_t i = 0; i < 8 && n->due[i]; i++) {
			int64_t due = cronspec_next(&s, zone_kept(n->zone), at);
			if (due != utc(n->due[i]))
				fail_msg("%s, %s: %lld instead of %s", n->expression, n->zone, (long long)due,
				         n->due[i]);
			at = due;
		}
	}
}

/* Local time is put forward: a fixed time in the gap is due at its end, what begins with a star goes by the new clock.
 * What Debian's cron did in Berlin, measured, are the first four. */
static void spring(void **state)
{
	static const struct night nights[] = {
	        /* 02:00 CET = 01:00 UTC becomes 03:00 CEST */
	        {"Europe/Berlin", "30 2 * * *", "2026-03-28 02:00", {"2026-03-29 01:00", "2026-03-30 00:30"}},
	        {"Europe/Berlin",
	         "45 1-3 * * *",
	         "2026-03-29 00:00",
	         {"2026-03-29 00:45", "2026-03-29 01:00", "2026-03-29 01:45", "2026-03-29 23:45"}},
	        {"Europe/Berlin",
	         "*/30 * * * *",
	         "2026-03-29 00:10",
	         {"2026-03-29 00:30", "2026-03-29 01:00", "2026-03-29 01:30", "2026-03-29 02:00"}},
	        {"Europe/Berlin",
	         "0 * * * *",
	         "2026-03-28 23:10",
	         {"2026-03-29 00:00", "2026-03-29 01:00", "2026-03-29 02:00"}},
	        {"Europe/Berlin", "15 * * * *", "2026-03-29 00:10", {"2026-03-29 00:15", "2026-03-29 01:15"}},
	        {"Europe/Berlin",
	         "@hourly",
	         "2026-03-28 23:10",
	         {"2026-03-29 00:00", "2026-03-29 01:00", "2026-03-29 02:00"}},
	        /* a star in the hour only of the seconds' sort: 2 is an hour like any other */
	        {"Europe/Berlin", "*/20 2 * * *", "2026-03-28 02:00", {"2026-03-30 00:00", "2026-03-30 00:20"}},
	        {"Europe/Berlin", "0 2 * * *", "2026-03-29 00:59", {"2026-03-29 01:00", "2026-03-30 00:00"}},
	        /* all that was missed is due once; so are 02:30 and 03:00 together */
	        {"Europe/Berlin", "0-59 2 * * *", "2026-03-28 02:00", {"2026-03-29 01:00", "2026-03-30 00:00"}},
	        {"Europe/Berlin",
	         "0,30 2,3 * * *",
	         "2026-03-28 03:00",
	         {"2026-03-29 01:00", "2026-03-29 01:30", "2026-03-30 00:00"}},
	        {"Europe/Berlin", "*/10 30 2 * * *", "2026-03-28 02:00", {"2026-03-29 01:00", "2026-03-30 00:30"}},
	        /* only where the day is right: that Sunday is the last of March */
	        {"Europe/Berlin", "30 2 * 3 0L", "2026-03-01 00:00", {"2026-03-29 01:00", "2027-03-28 01:00"}},
	        {"Europe/Berlin", "30 2 * * 1-6", "2026-03-28 02:00", {"2026-03-30 00:30"}},
	        {"Europe/Berlin", "30 2 29 3 *", "2025-06-01 00:00", {"2026-03-29 01:00", "2027-03-29 00:30"}},
	        /* in its very second, and behind it */
	        {"Europe/Berlin", "30 2 * * *", "2026-03-29 00:59:59", {"2026-03-29 01:00"}},
	        {"Europe/Berlin", "30 2 * * *", "2026-03-29 01:00", {"2026-03-30 00:30"}},
	        /* by its rule, as when the file has no more transitions */
	        {"CET-1CEST,M3.5.0,M10.5.0/3",
	         "30 2 * * *",
	         "2026-03-28 02:00",
	         {"2026-03-29 01:00", "2026-03-30 00:30"}},
	        /* 02:00 EST = 07:00 UTC becomes 03:00 EDT */
	        {"America/New_York", "30 2 * * *", "2026-03-07 08:00", {"2026-03-08 07:00", "2026-03-09 06:30"}},
	        {"America/New_York", "*/15 * * * *", "2026-03-08 06:40", {"2026-03-08 06:45", "2026-03-08 07:00"}},
	        /* 02:00 +10:30 = 15:30 UTC becomes 02:30 +11: half an hour */
	        {"Australia/Lord_Howe", "15 2 * * *", "2026-10-02 16:00", {"2026-10-03 15:30", "2026-10-04 15:15"}},
	        {"Australia/Lord_Howe", "30 2 * * *", "2026-10-02 16:00", {"2026-10-03 15:30", "2026-10-04 15:30"}},
	        {"Australia/Lord_Howe",
	         "15,45 2 * * *",
	         "2026-10-02 17:00",
	         {"2026-10-03 15:30", "2026-10-03 15:45", "2026-10-04 15:15", "2026-10-04 15:45"}},
	        {"Australia/Lord_Howe",
	         "*/15 * * * *",
	         "2026-10-03 15:10",
	         {"2026-10-03 15:15", "2026-10-03 15:30", "2026-10-03 15:45"}},
	        /* behind Ramadan: 02:00 UTC = 02:00 +00 becomes 03:00 +01 */
	        {"Africa/Casablanca", "30 2 * * *", "2025-04-05 03:00", {"2025-04-06 02:00", "2025-04-07 01:30"}},
	        /* midnight itself is left out: 00:00 -04 = 04:00 UTC becomes 01:00 -03 */
	        {"America/Santiago", "0 0 * * *", "2026-09-05 05:00", {"2026-09-06 04:00", "2026-09-07 03:00"}},
	        {"America/Santiago", "@daily", "2026-09-05 05:00", {"2026-09-06 04:00", "2026-09-07 03:00"}},
	        /* two hours: 01:00 UTC becomes 03:00 +02 */
	        {"Antarctica/Troll", "10 1,2 * * *", "2026-03-28 03:00", {"2026-03-29 01:00", "2026-03-29 23:10"}},
	        /* a day that never was is a jump: 30 December, from -10 to +14 */
	        {"Pacific/Apia", "30 2 * * *", "2011-12-29 00:00", {"2011-12-29 12:30", "2011-12-30 12:30"}},
	        {"Pacific/Apia", "30 2 30 12 *", "2011-12-01 00:00", {"2012-12-29 12:30"}},
	        {"Pacific/Apia",
	         "0 * * * *",
	         "2011-12-30 08:30",
	         {"2011-12-30 09:00", "2011-12-30 10:00", "2011-12-30 11:00"}},
	};

	(void)state;
	at_night(nights, sizeof nights / sizeof *nights);
}

/* Local time is put back: a fixed time is due in the first of both hours, what begins with a star in both. */
static void autumn(void **state)
{
	static const struct night nights[] = {
	        /* 03:00 CEST = 01:00 UTC becomes 02:00 CET */
	        {"Europe/Berlin", "30 2 * * *", "2026-10-24 01:00", {"2026-10-25 00:30", "2026-10-26 01:30"}},
	        {"Europe/Berlin",
	         "45 1-3 * * *",
	         "2026-10-24 22:00",
	         {"2026-10-24 23:45", "2026-10-25 00:45", "2026-10-25 02:45", "2026-10-26 00:45"}},
	        {"Europe/Berlin",
	         "*/30 * * * *",
	         "2026-10-24 23:40",
	         {"2026-10-25 00:00", "2026-10-25 00:30", "2026-10-25 01:00", "2026-10-25 01:30", "2026-10-25 02:00"}},
	        {"Europe/Berlin",
	         "0 * * * *",
	         "2026-10-24 23:10",
	         {"2026-10-25 00:00", "2026-10-25 01:00", "2026-10-25 02:00"}},
	        {"Europe/Berlin",
	         "15 * * * *",
	         "2026-10-24 23:20",
	         {"2026-10-25 00:15", "2026-10-25 01:15", "2026-10-25 02:15"}},
	        {"Europe/Berlin",
	         "*/30 2 * * *",
	         "2026-10-24 23:40",
	         {"2026-10-25 00:00", "2026-10-25 00:30", "2026-10-25 01:00", "2026-10-25 01:30", "2026-10-26 01:00"}},
	        {"Europe/Berlin", "0 3 * * *", "2026-10-24 23:40", {"2026-10-25 02:00", "2026-10-26 02:00"}},
	        {"Europe/Berlin", "0-59 2 * * *", "2026-10-25 00:58", {"2026-10-25 00:59", "2026-10-26 01:00"}},
	        /* asked for in the second of both hours */
	        {"Europe/Berlin", "30 2 * * *", "2026-10-25 01:00", {"2026-10-26 01:30"}},
	        {"Europe/Berlin", "30 2 * * *", "2026-10-25 01:10", {"2026-10-26 01:30"}},
	        {"Europe/Berlin", "30 2 * * *", "2026-10-25 00:30", {"2026-10-26 01:30"}},
	        {"Europe/Berlin",
	         "*/10 30 2 * * *",
	         "2026-10-25 00:30:40",
	         {"2026-10-25 00:30:50", "2026-10-26 01:30"}},
	        {"CET-1CEST,M3.5.0,M10.5.0/3",
	         "30 2 * * *",
	         "2026-10-24 01:00",
	         {"2026-10-25 00:30", "2026-10-26 01:30"}},
	        /* 02:00 EDT = 06:00 UTC becomes 01:00 EST */
	        {"America/New_York", "30 1 * * *", "2026-10-31 06:00", {"2026-11-01 05:30", "2026-11-02 06:30"}},
	        {"America/New_York",
	         "*/30 1 * * *",
	         "2026-11-01 04:50",
	         {"2026-11-01 05:00", "2026-11-01 05:30", "2026-11-01 06:00", "2026-11-01 06:30", "2026-11-02 06:00"}},
	        /* 02:00 +11 = 15:00 UTC becomes 01:30 +10:30 */
	        {"Australia/Lord_Howe", "45 1 * * *", "2026-04-03 15:00", {"2026-04-04 14:45", "2026-04-05 15:15"}},
	        {"Australia/Lord_Howe", "15 1 * * *", "2026-04-03 15:00", {"2026-04-04 14:15", "2026-04-05 14:45"}},
	        {"Australia/Lord_Howe",
	         "*/15 * * * *",
	         "2026-04-04 14:40",
	         {"2026-04-04 14:45", "2026-04-04 15:00", "2026-04-04 15:15", "2026-04-04 15:30"}},
	        /* Ramadan begins: 03:00 +01 = 02:00 UTC becomes 02:00 +00 */
	        {"Africa/Casablanca", "30 2 * * *", "2025-02-22 02:00", {"2025-02-23 01:30", "2025-02-24 02:30"}},
	        /* 24:00 -03 = 03:00 UTC becomes 23:00 -04: both halves of the hour are still Saturday */
	        {"America/Santiago", "30 23 * * 6", "2026-04-04 12:00", {"2026-04-05 02:30", "2026-04-12 03:30"}},
	        {"America/Santiago",
	         "30 * * * 6",
	         "2026-04-05 02:00",
	         {"2026-04-05 02:30", "2026-04-05 03:30", "2026-04-11 04:30"}},
	        {"Antarctica/Troll",
	         "30 1,2 * * *",
	         "2026-10-24 12:00",
	         {"2026-10-24 23:30", "2026-10-25 00:30", "2026-10-26 01:30"}},
	        /* 24 hours are a jump: Kwajalein had 21 August 1993 not at all; Manila 1844 and Alaska 1867 two Fridays
	         */
	        {"Pacific/Kwajalein", "0 12 21 8 *", "1993-01-01 00:00", {"1994-08-21 00:00"}},
	};

	(void)state;
	at_night(nights, sizeof nights / sizeof *nights);
}

static void without_changes(void **state)
{
	static const struct night nights[] = {
	        {"<+14>-14", "30 2 * * *", "2026-03-29 00:00", {"2026-03-29 12:30", "2026-03-30 12:30"}},
	        {"<-12>12", "30 2 * * 0", "2026-03-29 00:00", {"2026-03-29 14:30", "2026-04-05 14:30"}},
	        {"<+0545>-5:45", "*/30 * 1 1 *", "2026-03-29 00:00", {"2026-12-31 18:15", "2026-12-31 18:45"}},
	        {"UTC", "0 0 29 2 *", "2096-03-01 00:00", {"2104-02-29 00:00", "2108-02-29 00:00"}},
	        {"UTC", "0 0 */31 2 1", "2024-01-01 00:00", {"2027-02-01 00:00"}},
	        /* the 29th of February and a Monday, the 29th being the fifth: 28 years, and 40 over 2100 */
	        {"UTC",
	         "0 0 * 2 1#5",
	         "2024-03-01 00:00",
	         {"2044-02-29 00:00", "2072-02-29 00:00", "2112-02-29 00:00"}},
	        {"UTC", "0 0 * 2 fri#5", "2025-01-01 00:00", {"2036-02-29 00:00", "2064-02-29 00:00"}},
	        {"UTC", "0 0 1 * *", "1970-01-01 00:00", {"1970-02-01 00:00"}},
	        {"UTC", "0 0 1 * *", "1899-12-15 00:00", {"1900-01-01 00:00", "1900-02-01 00:00", "1900-03-01 00:00"}},
	        {"UTC", "59 59 23 31 12 *", "1969-01-01 00:00", {"1969-12-31 23:59:59", "1970-12-31 23:59:59"}},
	        {"UTC", "30 5 0 * * *", "2026-01-01 00:05:30", {"2026-01-02 00:05:30"}},
	        {"UTC", "30 5 0 * * *", "2026-01-01 00:05:29", {"2026-01-01 00:05:30"}},
	        {"America/New_York", "0 19 * * *", "1970-01-01 00:00", {"1970-01-02 00:00"}},
	        /* the weekday nearest: 15 August 2026 is a Saturday, 15 November a Sunday, 1 August a Saturday, 31 May
	           a Sunday */
	        {"UTC", "0 0 15W 8 *", "2026-01-01 00:00", {"2026-08-14 00:00"}},
	        {"UTC", "0 0 15W 11 *", "2026-01-01 00:00", {"2026-11-16 00:00"}},
	        {"UTC", "0 0 1W 8 *", "2026-01-01 00:00", {"2026-08-03 00:00"}},
	        {"UTC", "0 0 1W 3 *", "2026-01-01 00:00", {"2026-03-02 00:00"}},
	        {"UTC", "0 0 31W 5 *", "2026-01-01 00:00", {"2026-05-29 00:00"}},
	        {"UTC", "0 0 31W 4-6 *", "2026-01-01 00:00", {"2026-05-29 00:00", "2027-05-31 00:00"}},
	        {"UTC", "0 0 LW 2,5 *", "2026-01-01 00:00", {"2026-02-27 00:00", "2026-05-29 00:00"}},
	        {"UTC", "0 0 L 2 *", "2026-01-01 00:00", {"2026-02-28 00:00", "2027-02-28 00:00", "2028-02-29 00:00"}},
	        {"UTC", "0 0 13 * 5", "2026-02-01 00:00", {"2026-02-06 00:00", "2026-02-13 00:00", "2026-02-20 00:00"}},
	        {"UTC",
	         "0 0 */2 * 1",
	         "2026-02-01 00:00",
	         {"2026-02-09 00:00", "2026-02-23 00:00", "2026-03-09 00:00"}},
	};

	(void)state;
	at_night(nights, sizeof nights / sizeof *nights);
}

static void never_and_extremes(void **state)
{
	static const int64_t moments[] = {
	        INT64_MIN,    INT64_MIN + 1,    -(INT64_C(1) << 56), -(INT64_C(1) << 40), -62135596800,  -1,       0,
	        253402300799, INT64_C(1) << 39, INT64_C(1) << 40,    INT64_C(1) << 56,    INT64_MAX - 1, INT64_MAX};
	static const char *const some[] = {"* * * * *",   "* * * * * *", "30 2 * * *",       "0 0 29 2 *",
	                                   "0 0 * 2 1#5", "@every 1s",   "@every 999999999", "0 0 31 2 *"};
	static const char *const nevers[] = {"0 0 31 2 *", "0 0 31 2,4,6,9,11 ?", "0 0 30W 2 *", "@reboot"};
	struct cronspec s;

	(void)state;
	for (size_t i = 0; i < sizeof some / sizeof *some; i++)
		for (size_t j = 0; j < sizeof moments / sizeof *moments; j++) {
			s = read_text(some[i]);
			if (moments[j] < INT64_MAX) {
				assert_true(cronspec_next(&s, NULL, moments[j]) > moments[j]);
				assert_true(cronspec_next(&s, zone_kept("Europe/Berlin"), moments[j]) > moments[j]);
				assert_true(cronspec_next(&s, zone_kept("<-12>12"), moments[j]) > moments[j]);
			} else
				assert_true(cronspec_next(&s, NULL, moments[j]) == CRONSPEC_NEVER);
		}
	for (size_t i = 0; i < sizeof nevers / sizeof *nevers; i++) {
		s = read_text(nevers[i]);
		assert_true(cronspec_next(&s, NULL, 1800000000) == CRONSPEC_NEVER);
		assert_true(cronspec_next(&s, zone_kept("Europe/Berlin"), 1800000000) == CRONSPEC_NEVER);
	}
	/* that Sunday is always the last one, and has no such hour */
	s = read_text("* 2 * 3 0#5");
	assert_true(cronspec_next(&s, zone_kept("CET-1CEST,M3.5.0,M10.5.0/3"), 1800000000) == CRONSPEC_NEVER);
	s = read_text("@every 90s");
	assert_true(cronspec_next(&s, zone_kept("Europe/Berlin"), 1800000007) == 1800000097);
	s = read_text("* * * * *");
	assert_true(cronspec_next(&s, NULL, 253402300799) == 253402300800); /* the year 10000 */
}

/* What a random schedule means, noted while its text is made. */
struct wish {
	char text[256];
	bool minute[60], hour[24], day[32], month[13], weekday[7];
	bool nearest[32]; /* 0: the last */
	bool nth[7][7];   /* 6: the last */
	bool last, both, wild;
};

static uint64_t dice = 1;

static unsigned roll(unsigned sides)
{
	dice ^= dice << 13;
	dice ^= dice >> 7;
	dice ^= dice << 17;
	return sides ? (unsigned)((dice >> 20) % sides) : 0;
}

static void say(struct wish *w, const char *format, unsigned a, unsigned b)
{
	size_t len = strlen(w->text);

	snprintf(w->text + len, sizeof w->text - len, format, a, b);
}

static void say_value(struct wish *w, unsigned n, unsigned low, const char *const *names)
{
	if (names && n < 7 + 6 * low && !roll(3))
		say(w, names[n - low], 0, 0);
	else
		say(w, roll(4) ? "%u" : "%02u", n, 0);
}

static void mark(bool *set, unsigned from, unsigned to, unsigned step, unsigned modulo)
{
	for (; from <= to; from += step)
		set[from % modulo] = true;
}

/* One field; `high` is the highest number, `end` where a star and an open step end. Returns whether it begins with a
 * star. */
static bool field(struct wish *w, bool *set, unsigned low, unsigned end, unsigned high, const char *const *names,
                  unsigned stars)
{
	bool star = false;
	unsigned n = roll(3) ? 1 : 1 + roll(3), modulo = high == 7 ? 7 : high + 1;

	say(w, *w->text ? " " : "", 0, 0);
	for (unsigned i = 0; i < n; i++) {
		unsigned a = low + roll(high - low + 1), b, step, kind = roll(100);
		say(w, i ? "," : "", 0, 0);
		if (kind < stars) {
			star = star || !i;
			step = roll(3) ? 1 : 1 + roll(end);
			say(w, roll(8) ? "*" : "?", 0, 0);
			mark(set, low, end, step, modulo);
			if (step > 1)
				say(w, "/%u", step, 0);
		} else if (high == 31 && kind > 90) {
			a = 1 + roll(31);
			if (kind > 95) {
				say(w, roll(2) ? "%uW" : "%uw", a, 0);
				w->nearest[a] = true;
			} else if (roll(2)) {
				say(w, "LW", 0, 0);
				w->nearest[0] = true;
			} else {
				say(w, "L", 0, 0);
				w->last = true;
			}
		} else if (high == 7 && kind > 85) {
			say_value(w, a, low, names);
			if (roll(2)) {
				say(w, "L", 0, 0);
				w->nth[6][a % 7] = true;
			} else {
				say(w, "#%u", b = 1 + roll(5), 0);
				w->nth[b][a % 7] = true;
			}
		} else if (kind < 65) {
			say_value(w, a, low, names);
			mark(set, a, a, 1, modulo);
		} else if (kind < 70 && a <= end) {
			step = 1 + roll(end);
			say(w, "%u/%u", a, step);
			mark(set, a, end, step, modulo);
		} else {
			b = a + roll(high - a + 1);
			step = roll(2) ? 1 : 1 + roll(end);
			say_value(w, a, low, names);
			say(w, "-", 0, 0);
			/* a range of weekdays that ends in Sunday may say 0 */
			say_value(w, high == 7 && b == 7 && a && a < 7 && roll(2) ? 0 : b, low, names);
			if (high == 7 && a == 7)
				b = a = 0;
			if (step > 1)
				say(w, "/%u", step, 0);
			mark(set, a, b, step, modulo);
		}
	}
	return star;
}

/* Stars: how many of a hundred days, months and weekdays are one. */
static void wish(struct wish *w, unsigned stars)
{
	static const char *const months[] = {"jan", "Feb", "MAR", "april", "May",      "june",
	                                     "jul", "aug", "sep", "oct",   "November", "dec"};
	static const char *const weekdays[] = {"sun", "Mon", "TUE", "wednesday", "thu", "fri", "saturday"};
	bool minute, hour, day, weekday;

	*w = (struct wish){0};
	minute = field(w, w->minute, 0, 59, 59, NULL, 25);
	hour = field(w, w->hour, 0, 23, 23, NULL, 30);
	day = field(w, w->day, 1, 31, 31, NULL, stars);
	field(w, w->month, 1, 12, 12, months, stars);
	weekday = field(w, w->weekday, 0, 6, 7, weekdays, stars);
	w->wild = minute || hour;
	w->both = day || weekday;
}

/* A day of the calendar, counted up from 1970. */
struct day {
	unsigned year, month, day, length, weekday;
};
enum { DAYS = 150 * 366 };
static struct day *calendar;

static void make_calendar(void)
{
	static const unsigned lengths[] = {0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	struct day d = {1970, 1, 1, 31, 4};

	calendar = calendar ? calendar : calloc(DAYS, sizeof *calendar);
	assert_non_null(calendar);
	for (int i = 0; i < DAYS; i++) {
		calendar[i] = d;
		d.weekday = (d.weekday + 1) % 7;
		if (d.day++ < d.length)
			continue;
		d.day = 1;
		d.month++;
		if (d.month > 12) {
			d.month = 1;
			d.year++;
		}
		d.length = lengths[d.month];
		if (d.month == 2 && ((d.year % 4 == 0 && d.year % 100 != 0) || d.year % 400 == 0))
			d.length = 29;
	}
}

/* Of all working days of the month none is nearer to that one; two cannot be equally near. */
static bool is_nearest(const struct day *d, unsigned to)
{
	const struct day *first = d - (d->day - 1);
	int mine = abs((int)d->day - (int)to);

	if (d->weekday == 0 || d->weekday == 6 || to > d->length)
		return false;
	for (unsigned i = 0; i < d->length; i++)
		if (first[i].weekday != 0 && first[i].weekday != 6 && abs((int)i + 1 - (int)to) < mine)
			return false;
	return true;
}

static bool day_matches(const struct wish *w, const struct day *d)
{
	bool day, weekday;

	if (!w->month[d->month])
		return false;
	day = w->day[d->day] || (w->last && d->day == d->length) || (w->nearest[0] && is_nearest(d, d->length));
	for (unsigned i = 1; !day && i <= 31; i++)
		day = w->nearest[i] && is_nearest(d, i);
	weekday = w->weekday[d->weekday] || w->nth[(d->day - 1) / 7 + 1][d->weekday] ||
	          (w->nth[6][d->weekday] && d->day + 7 > d->length);
	return w->both ? day && weekday : day || weekday;
}

/* In minutes; `end` if there is none before it. */
static int64_t search(const struct wish *w, int64_t after, int64_t end)
{
	for (int64_t t = after + 1; t < end;) {
		int64_t midnight = (t / DAY + 1) * DAY;
		if (day_matches(w, &calendar[t / DAY]))
			for (; t < midnight && t < end; t++)
				if (w->hour[t % DAY / 60] && w->minute[t % 60])
					return t;
		t = midnight;
	}
	return end;
}

static void beside_search(void **state)
{
	/* four years from: the first ones there are, with a year of 400 in them, now, with 2100 in them */
	static const unsigned begins[] = {0, 27 * 365 + 7, 56 * 365 + 14, 128 * 365 + 32};
	struct wish w;
	int found = 0;

	(void)state;
	make_calendar();
	for (int i = 0; i < RANDOM; i++) {
		int64_t begin = (int64_t)begins[roll(4)] * DAY, end = begin + (4 * 365 + 1) * DAY, t;
		struct cronspec s;
		bool all = i % 200 == 0; /* not three times from somewhere but all in four years */
		wish(&w, 40);
		s = read_text(w.text);
		t = begin + (all ? 0 : roll(4 * 365 * DAY)) - 1;
		for (int n = 0; (n < 3 || all) && t < end; n++) {
			int64_t wanted = search(&w, t, end),
			        got = cronspec_next(&s, NULL, t * 60 + (all ? 0 : roll(60)));
			if (wanted == end ? got < end * 60 : got != wanted * 60)
				fail_msg("%s behind %lld: %lld, not %lld", w.text, (long long)t * 60, (long long)got,
				         (long long)wanted * 60);
			found += wanted < end;
			t = wanted;
		}
	}
	assert_true(found > RANDOM);
}

/* Where local time changes: glibc says when and by how much, and the clock on the wall is followed minute by minute,
 * with the highest local minute that was reached kept in mind. */
struct change {
	int64_t at; /* minutes */
	int64_t before, behind;
};

static int64_t offset_at(int64_t minute)
{
	time_t t = (time_t)minute * 60;
	struct tm tm;

	assert_non_null(localtime_r(&t, &tm));
	return tm.tm_gmtoff / 60;
}

static size_t changes(struct change *list, size_t cap)
{
	size_t n = 0;
	int64_t from = 30 * 365 * DAY, was = offset_at(from);

	for (; from < 60 * 365 * DAY; from += DAY) {
		int64_t low = from, high = from + DAY, now = offset_at(high);
		if (now == was)
			continue;
		while (high - low > 1)
			*(offset_at((low + high) / 2) == was ? &low : &high) = (low + high) / 2;
		if (n < cap)
			list[n++] = (struct change){high, was, now};
		was = now;
	}
	return n;
}

static bool minute_matches(const struct wish *w, int64_t local)
{
	return w->hour[local % DAY / 60] && w->minute[local % 60] && day_matches(w, &calendar[local / DAY]);
}

static int beside_wall(const struct wish *w, const struct zone *z, const struct change *c, const char *name)
{
	const struct cronspec s = read_text(w->text);
	int64_t t = c->at - 26 * 60 - roll(60), end = c->at + 30 * 60, reached = t + c->before, next;
	int found = 0;

	next = cronspec_next(&s, z, t * 60);
	for (t++; t < end; t++) {
		int64_t local = t + (t < c->at ? c->before : c->behind);
		bool due = minute_matches(w, local);
		if (local > reached) {
			if (!w->wild && local - reached - 1 <= 180)
				for (int64_t missed = reached + 1; missed < local; missed++)
					due = due || minute_matches(w, missed);
			reached = local;
		} else if (reached + 1 - local > 180)
			reached = local;
		else if (!w->wild)
			due = false;
		if (due != (next == t * 60))
			fail_msg("%s, %s: %lld, not %lld", w->text, name, (long long)next, (long long)t * 60);
		if (due)
			next = cronspec_next(&s, z, t * 60 + roll(60));
		found += due;
	}
	assert_true(next >= end * 60);
	return found;
}

static void beside_wall_clock(void **state)
{
	static const char *const names[] = {"Europe/Berlin",     "America/New_York",  "Australia/Lord_Howe",
	                                    "Africa/Casablanca", "America/Santiago",  "Antarctica/Troll",
	                                    "Pacific/Apia",      "Asia/Pyongyang",    "America/Caracas",
	                                    "Asia/Gaza",         "America/Sao_Paulo", "Antarctica/Casey"};
	struct change list[200];
	int found = 0;

	(void)state;
	make_calendar();
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		size_t n;
		setenv("TZ", names[i], 1);
		tzset();
		n = changes(list, sizeof list / sizeof *list);
		assert_true(n > 0);
		for (int j = 0; j < RANDOM / 100; j++) {
			struct wish w;
			wish(&w, 75);
			found += beside_wall(&w, zone_kept(names[i]), &list[roll((unsigned)n)], names[i]);
		}
	}
	assert_true(found > RANDOM);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(table),
	        cmocka_unit_test(spring),
	        cmocka_unit_test(autumn),
	        cmocka_unit_test(without_changes),
	        cmocka_unit_test(never_and_extremes),
	        cmocka_unit_test(beside_search),
	        cmocka_unit_test(beside_wall_clock),
	};

	return RUN(tests);
}
