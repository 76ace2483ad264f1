/* Unit tests of pure/calendar: the schedules are due when systemd says so, and what cannot be said is refused.
 *
 * calendar.table is of systemd 252, line by line:
 * TZ=UTC systemd-analyze calendar --iterations=5 --base-time='2026-01-29 22:58:40' EXPRESSION */
#include "pure/calendar.h"

#include <string.h>

#include "../../lib/unit.h"
#include "base/fmt.h"
#include "pure/cronspec.h"
#include "pure/zone.h"

enum { TIMES = 5, BASE = 1769727520 };

static const struct {
	const char *text;
	int64_t due[TIMES];
} table[] = {
#include "calendar.table"
};

static const struct {
	const char *name, *rule;
} zones[] = {{"UTC", "UTC0"},
             {"Europe/Berlin", "CET-1CEST,M3.5.0,M10.5.0/3"},
             {"America/New_York", "EST5EDT,M3.2.0,M11.1.0"},
             {"Asia/Kathmandu", "<+0545>-5:45"}};

static void like_systemd(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		const char *text = table[i].text, *name;
		struct cronspec_error error;
		struct zone *zone = NULL;
		struct cronspec spec;
		int64_t at = BASE;
		char mem[128];
		struct fmt f;

		fmt_open(&f, mem, sizeof mem);
		if (calendar_read(text, &f, &name, &error))
			fail_msg("%s: %zu: %s", text, error.at, error.why);
		if (cronspec_read(&spec, mem, f.len, 0, &error))
			fail_msg("%s is %s: %zu: %s", text, mem, error.at, error.why);
		for (size_t k = 0; name && k < sizeof zones / sizeof *zones; k++)
			if (strcmp(zones[k].name, name) == 0)
				zone = zone_rule(zones[k].rule);
		assert_true(!name == !zone);
		for (size_t k = 0; k < TIMES; k++) {
			at = cronspec_next(&spec, zone, at);
			if (at != table[i].due[k])
				fail_msg("%s is %s: %lld, not %lld", text, mem, (long long)at,
				         (long long)table[i].due[k]);
		}
		zone_free(zone);
	}
}

static void as_cron_says_it(void **state)
{
	static const struct {
		const char *text, *is;
	} pairs[] = {
	        {"Mon..Fri *-*-* 02:30", "30 02 * * Mon-Fri"}, {"Mon *-*-1..7 04:00:00", "00 04 1-7 * &Mon"},
	        {"*-*~02 *:0/15:30", "30 0/15 * L-1 * *"},     {"*-*~1..5/2,07", "0 0 L-6,L-4,L-2,L * *"},
	        {"  weekly  Europe/Berlin", "0 0 * * 1"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		struct cronspec_error error;
		const char *zone;
		char mem[64];
		struct fmt f;

		fmt_open(&f, mem, sizeof mem);
		assert_int_equal(calendar_read(pairs[i].text, &f, &zone, &error), 0);
		assert_string_equal(mem, pairs[i].is);
	}
}

static void refused(void **state)
{
	static const struct {
		const char *text;
		size_t at;
		const char *why;
	} wrong[] = {
	        {"", 0, "calendar event"},
	        {"*", 0, "calendar event"},
	        {"12", 0, "calendar event"},
	        {"12:", 3, "calendar event"},
	        {"1:2:3:4", 0, "calendar event"},
	        {"*-*-*-* 1:2", 0, "calendar event"},
	        {"*~*-1", 0, "calendar event"},
	        {"*-*-1 1:2 3:4", 10, "calendar event"},
	        {"*-*-L 1:2", 4, "calendar event"},
	        {"*-*-5W", 4, "calendar event"},
	        {"*-*~29", 4, "calendar event"},
	        {"*-*~5..1", 4, "calendar event"},
	        {"*-*~1/0", 4, "calendar event"},
	        {"Mon 5", 4, "calendar event"},
	        {"@5", 0, "calendar event"},
	        {"12:00:00.5", 6, "calendar event"},
	        {"2026-12-01 03:00", 0, "only * can be said"},
	        {"*-*-* 24:00", 6, "hours are 0 to 23"},
	        {"*:60", 2, "minutes are 0 to 59"},
	        {"*:*:60", 4, "seconds are 0 to 59"},
	        {"*-*-32", 4, "days are"},
	        {"*-13-1", 2, "months are"},
	        {"Mondays 1:00", 0, "weekdays are"},
	        {"Fri..Tue", 0, "ends before it begins"},
	        {"10..5:00", 0, "ends before it begins"},
	        {"*:0/0", 2, "a step is"},
	        {"UTC", 0, "weekdays are"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct cronspec_error error = {SIZE_MAX, ""};
		const char *zone;
		char mem[128];
		struct fmt f;

		fmt_open(&f, mem, sizeof mem);
		if (calendar_read(wrong[i].text, &f, &zone, &error) == 0)
			fail_msg("%s is taken as %s", wrong[i].text, mem);
		if (error.at != wrong[i].at || !strstr(error.why, wrong[i].why))
			fail_msg("%s: %zu: %s", wrong[i].text, error.at, error.why);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(like_systemd), cmocka_unit_test(as_cron_says_it),
	                                   cmocka_unit_test(refused)};

	return RUN(tests);
}
