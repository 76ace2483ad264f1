/* Unit tests of pure/cronplan: what happens when the clock jumps or time stands still, by hand; ten years of many jobs,
 * by another way of counting. */
#include "pure/cronplan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../../lib/unit.h"
#include "pure/cronspec.h"
#include "pure/zone.h"

/* A world: its two clocks, and jobs that write down when they ran: "12:31", or "12:31@14:30:20" if that was later. */
struct job {
	struct cronplan_entry entry;
	struct cronspec when;
	char ran[512];
};

static struct cronplan plan;
static int64_t wall, steady;

static int64_t moment(const char *utc)
{
	struct tm tm = {0};

	assert_non_null(strptime(utc, "%Y-%m-%d %H:%M:%S", &tm));
	return timegm(&tm);
}

static void print(char *to, size_t cap, int64_t at, bool seconds)
{
	size_t n = strlen(to);
	int s = (int)(at % 86400);

	snprintf(to + n, cap - n, seconds ? "%02d:%02d:%02d" : "%02d:%02d", s / 3600, s / 60 % 60, s % 60);
}

static void ran(struct cronplan_entry *e, int64_t at)
{
	struct job *j = (struct job *)e;

	assert_true(at <= wall);
	if (strlen(j->ran) + sizeof " 12:31:20@14:30:20" > sizeof j->ran)
		return; /* nobody asks for so many */
	strcat(j->ran, *j->ran ? " " : "");
	print(j->ran, sizeof j->ran, at, at % 60);
	if (at == wall)
		return;
	strcat(j->ran, "@");
	print(j->ran, sizeof j->ran, wall, true);
}

static int64_t turn(void)
{
	int64_t next = cronplan_turn(&plan, wall, steady, ran);

	assert_true(next > wall);
	return next;
}

/* Waits as its owner does. */
static void pass(int64_t seconds)
{
	int64_t end = wall + seconds, next;

	while ((next = turn()) <= end) {
		steady += (next - wall) * 1000;
		wall = next;
	}
	steady += (end - wall) * 1000;
	wall = end;
}

static void set_clock(int64_t by)
{
	wall += by;
	turn();
}

/* Nothing runs, not even we. */
static void stand_still(int64_t seconds)
{
	wall += seconds;
	steady += seconds * 1000;
	turn();
}

static void begin(const char *utc)
{
	cronplan_free(&plan);
	wall = moment(utc);
	steady = 777;
	cronplan_open(&plan, wall, steady);
}

static void read_spec(struct cronspec *when, const char *schedule)
{
	struct cronspec_error error;

	if (cronspec_read(when, schedule, strlen(schedule), 0, &error))
		fail_msg("%s: %s", schedule, error.why);
}

static void job(struct job *j, const char *schedule, const struct zone *zone)
{
	*j = (struct job){.entry = {.when = &j->when, .zone = zone}};
	read_spec(&j->when, schedule);
	assert_int_equal(cronplan_add(&plan, &j->entry), 0);
}

static void expect(struct job *j, const char *runs)
{
	assert_string_equal(j->ran, runs);
	*j->ran = '\0';
}

/* The jobs of most of the tests. */
static struct job minutes, thirds, daily, seconds, every;

static void begin_usual(const char *utc)
{
	begin(utc);
	job(&minutes, "* * * * *", NULL);
	job(&thirds, "*/20 * * * *", NULL);
	job(&daily, "45 10,12-13 * * *", NULL);
	job(&seconds, "*/10 * * * * *", NULL);
	job(&every, "@every 30m", NULL);
}

static void time_goes_by(void **state)
{
	(void)state;
	begin_usual("2026-06-10 12:39:45");
	pass(360);
	expect(&minutes, "12:40 12:41 12:42 12:43 12:44 12:45");
	expect(&thirds, "12:40");
	expect(&daily, "12:45");
	assert_int_equal(strlen(seconds.ran), 36 * 9 - 1 - 6 * 3);
	expect(&every, "");
	pass(1500);
	expect(&every, "13:09:45");
}

static void ten_seconds_forward(void **state)
{
	(void)state;
	begin_usual("2026-06-10 12:44:55");
	set_clock(10);
	expect(&minutes, "12:45@12:45:05");
	expect(&daily, "12:45@12:45:05");
	expect(&thirds, "");
	expect(&seconds, "12:45@12:45:05");
	pass(1800);
	expect(&every, "13:15:05");
}

static void minutes_forward(void **state)
{
	(void)state;
	begin_usual("2026-06-10 12:42:20");
	set_clock(240);
	expect(&minutes, "12:43@12:46:20 12:44@12:46:20 12:45@12:46:20 12:46@12:46:20");
	expect(&daily, "12:45@12:46:20");
	expect(&thirds, "");
	expect(&seconds, "12:46:20");
	pass(60);
	expect(&minutes, "12:47");
}

static void two_hours_forward(void **state)
{
	struct job hourly, once;

	(void)state;
	begin_usual("2026-06-10 12:30:20");
	job(&hourly, "30 * * * *", NULL);
	job(&once, "*/10 0 13 * * *", NULL);
	set_clock(7200);
	expect(&minutes, "14:30@14:30:20");
	expect(&hourly, "14:30@14:30:20");
	expect(&thirds, "");
	expect(&daily, "12:45@14:30:20 13:45@14:30:20");
	expect(&seconds, "14:30:20");
	expect(&once, "13:00:50@14:30:20");
	expect(&every, "");
	pass(1800);
	expect(&every, "15:00:20");
	expect(&thirds, "14:40 15:00");

	/* it is the jump that counts, not how late the first job is */
	begin("2026-06-10 12:30:20");
	job(&hourly, "0 14-15 * * *", NULL);
	job(&thirds, "*/20 14-15 * * *", NULL);
	set_clock(5520);
	expect(&hourly, "14:00@14:02:20");
	expect(&thirds, "");
}

static void two_hours_back(void **state)
{
	(void)state;
	begin_usual("2026-06-10 12:30:20");
	set_clock(-7200);
	expect(&minutes, "10:30@10:30:20");
	expect(&seconds, "10:30:20");
	pass(120);
	expect(&minutes, "10:31 10:32");
	pass(7200);
	expect(&thirds, "10:40 11:00 11:20 11:40 12:00 12:20");
	expect(&daily, ""); /* 10:45 was before */
	expect(&every, "11:00:20 11:30:20 12:00:20 12:30:20");
	pass(3600);
	expect(&daily, "12:45");
	expect(&thirds, "12:40 13:00 13:20");
}

/* What was said of "where it was" holds for the farthest place. */
static void back_again_and_again(void **state)
{
	(void)state;
	begin_usual("2026-06-10 12:30:20");
	set_clock(-7200);
	pass(600);
	set_clock(7200);
	expect(&daily, "");
	pass(600);
	expect(&daily, "12:45");
	set_clock(-7200);
	pass(600);
	expect(&daily, "");
	set_clock(-7200);
	assert_int_equal(wall, moment("2026-06-10 09:00:20"));
	pass(7200);
	expect(&daily, "10:45");
}

static void a_day_forward(void **state)
{
	struct job now;

	(void)state;
	begin_usual("2026-06-10 12:20:20");
	job(&now, "20 12 * * *", NULL);
	set_clock(86400);
	expect(&now, "12:20@12:20:20");
	expect(&minutes, "12:20@12:20:20");
	expect(&thirds, "12:20@12:20:20");
	expect(&daily, "");
	expect(&every, "");
	pass(1800);
	expect(&daily, "12:45");
	expect(&every, "12:50:20");
}

static void a_day_back(void **state)
{
	struct job now;

	(void)state;
	begin_usual("2026-06-10 12:20:20");
	job(&now, "20 12 * * *", NULL);
	set_clock(-86400);
	expect(&now, "12:20@12:20:20");
	expect(&minutes, "12:20@12:20:20");
	expect(&daily, "");
	pass(1800);
	expect(&daily, "12:45");
	expect(&every, "12:50:20");
	expect(&now, "");
	set_clock(-3600);
	pass(3600);
	expect(&daily, "");
	pass(86400);
	expect(&daily, "13:45 10:45 12:45");
	expect(&now, "12:20");
}

static void back_within_the_minute(void **state)
{
	(void)state;
	begin_usual("2026-06-10 12:20:20");
	set_clock(-10);
	expect(&minutes, "");
	pass(60);
	expect(&minutes, "12:21");
	set_clock(-30);
	expect(&minutes, "12:20@12:20:40");
	pass(60);
	expect(&minutes, "12:21");
	expect(&daily, "");
}

static void an_hour_of_standstill(void **state)
{
	struct job hourly, beforehand;

	(void)state;
	begin_usual("2026-06-10 12:30:20");
	job(&hourly, "0 * * * *", NULL);
	job(&beforehand, "29 13 * * *", NULL);
	stand_still(3600);
	expect(&minutes, "13:30@13:30:20");
	expect(&thirds, "");
	expect(&hourly, "");
	expect(&daily, "12:45@13:30:20");
	expect(&beforehand, "13:29@13:30:20");
	expect(&seconds, "13:30:20");
	expect(&every, "13:00:20@13:30:20");
	pass(3600);
	expect(&every, "14:00:20 14:30:20");
	expect(&hourly, "14:00");
}

/* Late is who has something to do. */
static void standstill_counts_from_what_was_due(void **state)
{
	struct job hourly, hours;

	(void)state;
	begin("2026-06-10 12:04:20");
	job(&hourly, "0 * * * *", NULL);
	stand_still(3600);
	expect(&hourly, "13:00@13:04:20");
	stand_still(3620);
	expect(&hourly, "14:00@14:04:40");
	stand_still(3630);
	expect(&hourly, ""); /* 5 min and 10 s */
	job(&hours, "30 15-19 * * *", NULL);
	pass(15 * 60);
	stand_still(3 * 3600);
	expect(&hours, "15:30@18:20:10 16:30@18:20:10 17:30@18:20:10");
	expect(&hourly, "");
	stand_still(4 * 3600);
	expect(&hours, "");
}

/* The wall clock is read in whole seconds: that is no jump, and does not become one. */
static void seconds_are_cut(void **state)
{
	int64_t ms = moment("2026-06-10 12:00:00") * 1000 + 999, next;
	struct job often;

	(void)state;
	begin("2026-06-10 12:00:00");
	steady = ms;
	cronplan_open(&plan, wall, steady);
	job(&often, "@every 7s", NULL);
	srandom(5);
	for (int i = 1; i < 20000; i++) {
		ms += random() % 1500;
		wall = ms / 1000;
		steady = ms + (random() % 3 ? 0 : 600);
		next = turn();
		assert_int_equal((next - moment("2026-06-10 12:00:00")) % 7, 0);
		*often.ran = '\0';
	}
}

/* The same about the changes of Berlin's clocks, which are at 01:00 UTC. */
static struct zone *berlin;
static struct job at_two, at_half_past, hourly_there;

static void begin_berlin(const char *utc)
{
	begin(utc);
	job(&at_two, "0 2 * * *", berlin);
	job(&at_half_past, "30 2 * * *", berlin);
	job(&hourly_there, "30 * * * *", berlin);
}

static void spring(void **state)
{
	(void)state;
	begin_berlin("2026-03-29 00:59:55");
	set_clock(10);
	expect(&at_two, "01:00@01:00:05");
	expect(&at_half_past, "01:00@01:00:05");
	pass(86400);
	expect(&at_half_past, "00:30");

	begin_berlin("2026-03-29 00:40:20");
	set_clock(7200);
	expect(&at_half_past, "01:00@02:40:20");
	expect(&hourly_there, "");

	begin_berlin("2026-03-29 01:20:20");
	set_clock(-7200);
	pass(6 * 3600);
	expect(&at_half_past, "");
	expect(&hourly_there, "23:30 00:30 01:30 02:30 03:30 04:30");

	begin_berlin("2026-03-29 00:20:20");
	stand_still(3600);
	expect(&at_half_past, "01:00@01:20:20");
	expect(&hourly_there, "");
	pass(86400);
	expect(&at_half_past, "00:30");

	begin_berlin("2026-03-28 01:00:30");
	set_clock(86400);
	expect(&at_half_past, "01:00@01:00:30");
	expect(&at_two, "01:00@01:00:30");
	set_clock(-86400);
	expect(&at_half_past, "");
	pass(86400);
	expect(&at_half_past, "01:30 01:00");
}

static void autumn(void **state)
{
	(void)state;
	begin_berlin("2026-10-25 00:29:55");
	set_clock(10);
	expect(&at_half_past, "00:30@00:30:05");
	expect(&hourly_there, "00:30@00:30:05");
	pass(86400);
	expect(&at_two, "");
	expect(&at_half_past, "");
	assert_int_equal(strlen(hourly_there.ran), 24 * 6 - 1);
	pass(3600);
	expect(&at_two, "01:00");
	expect(&at_half_past, "01:30");

	begin_berlin("2026-10-24 23:40:20");
	set_clock(7200);
	expect(&at_two, "00:00@01:40:20");
	expect(&at_half_past, "00:30@01:40:20");
	expect(&hourly_there, "");

	begin_berlin("2026-10-25 01:20:20");
	set_clock(-7200);
	pass(6 * 3600);
	expect(&at_half_past, "");
	expect(&hourly_there, "23:30 00:30 01:30 02:30 03:30 04:30");

	begin_berlin("2026-10-25 00:20:20");
	stand_still(3600);
	expect(&at_half_past, "00:30@01:20:20");
	expect(&hourly_there, "");

	begin_berlin("2026-10-24 01:30:10");
	set_clock(86400);
	expect(&at_half_past, "");
	expect(&hourly_there, "01:30@01:30:10");
	set_clock(-86400);
	pass(86400);
	expect(&at_half_past, "00:30");
}

/* Whenever the clock is set by up to three hours, or time stands still so long, a job with a fixed time runs once. */
static void once_whatever_happens(void **state)
{
	static const char *const evening[] = {"2026-03-28 18:00:20", "2026-10-24 18:00:20", "2026-06-10 18:00:20"};
	static const int hours[] = {10, 600, 3600, 7200, 10800};

	(void)state;
	for (int season = 0; season < 3; season++)
		for (int after = 0; after < 12 * 60; after += 7)
			for (int how = 0; how < 15; how++) {
				int64_t by = hours[how / 3];
				begin_berlin(evening[season]);
				pass(after * 60);
				if (how % 3 == 2)
					stand_still(by);
				else
					set_clock(how % 3 ? by : -by);
				pass(15 * 3600 - after * 60);
				assert_int_equal(strlen(at_two.ran) > 0, 1);
				assert_null(strchr(at_two.ran, ' '));
				assert_int_equal(strlen(at_half_past.ran) > 0, 1);
				assert_null(strchr(at_half_past.ran, ' '));
			}
}

/* Inside `due`. */
static struct job first, second, third;

static void meddle(struct cronplan_entry *e, int64_t at)
{
	ran(e, at);
	if (e != &first.entry)
		return;
	cronplan_remove(&plan, &first.entry);
	cronplan_remove(&plan, &second.entry);
	job(&third, "* * * * *", NULL);
	job(&first, "*/2 * * * *", NULL);
	strcat(first.ran, "again");
}

static void changes_meanwhile(void **state)
{
	struct job other;

	(void)state;
	begin("2026-06-10 12:00:30");
	job(&first, "1-59 * * * *", NULL);
	job(&second, "2 * * * *", NULL);
	job(&other, "3 * * * *", NULL);
	wall += 150;
	steady += 150 * 1000;
	assert_int_equal(cronplan_turn(&plan, wall, steady, meddle), moment("2026-06-10 12:04:00"));
	expect(&first, "again");
	expect(&second, "");
	expect(&third, "");
	expect(&other, "12:03");
	assert_int_equal(plan.count, 3);
	second.entry = (struct cronplan_entry){.when = &other.when};
	cronplan_replace(&plan, &other.entry, &second.entry);
	pass(3600);
	expect(&other, "");
	expect(&second, "13:03");
	cronplan_remove(&plan, &first.entry);
	cronplan_remove(&plan, &second.entry);
	cronplan_remove(&plan, &third.entry);
	assert_int_equal(turn(), CRONSPEC_NEVER);
	job(&first, "0 0 31 2 *", NULL);
	assert_int_equal(turn(), CRONSPEC_NEVER);
}

/* Many: each in its order, whoever leaves. */
enum { MANY = 10000 };
static struct job *many;
static int64_t last;
static unsigned runs;

static void in_order(struct cronplan_entry *e, int64_t at)
{
	assert_true(at >= last && at <= wall);
	assert_non_null(e->when);
	last = at;
	runs++;
}

static void ten_thousand(void **state)
{
	char text[64];

	(void)state;
	begin("2026-06-10 00:00:30");
	srandom(7);
	many = calloc(MANY, sizeof *many);
	for (int i = 0; i < MANY; i++) {
		snprintf(text, sizeof text, "%ld %ld * * *", random() % 60, random() % 24);
		job(&many[i], text, NULL);
	}
	last = wall;
	for (int i = 0; i < MANY; i += 2) {
		cronplan_remove(&plan, &many[i].entry);
		many[i].entry.when = NULL;
	}
	for (runs = 0; runs < MANY / 2 && wall < last + 2 * 86400;) {
		int64_t next = cronplan_turn(&plan, wall, steady, in_order), least = CRONSPEC_NEVER;
		for (int i = 1; i < MANY; i += 2)
			least = many[i].entry.next < least ? many[i].entry.next : least;
		assert_int_equal(next, least);
		steady += (next - wall) * 1000;
		wall = next;
	}
	assert_int_equal(runs, MANY / 2);
	free(many);
}

/* Ten years of 200 jobs, in UTC and in Berlin. Another reading of their fields, day by day, says how many runs there
 * must be, and of each run whether it may be: runs of one job have rising times, so none is missing and none too many.
 */
#ifdef __SANITIZE_ADDRESS__
enum { YEARS = 1 };
#else
enum { YEARS = 10 };
#endif
enum { LIFETIME = 200, DAYS = YEARS * 366 + 2 };

static const struct row {
	const char *schedule;
	int count;
} rows[] = {
        {"* * * * *", 2},         {"*/5 * * * *", 4},
        {"*/15 * * * *", 8},      {"%d * * * *", 30},
        {"%d */2 * * *", 10},     {"%d %d * * *", 50},
        {"%d 2 * * *", 10},       {"*/10 2,3 * * *", 2},
        {"%d 8-18/3 * * 1-5", 8}, {"%d %d * * 0", 14},
        {"%d %d %d * *", 20},     {"%d %d %d * %d", 8},
        {"%d %d */10 * 1-3", 4},  {"%d %d * 1,3-10 6", 4},
        {"%d %d L * *", 4},       {"%d %d 15W * *", 4},
        {"%d %d * * 5L", 4},      {"%d %d * * 2#3", 4},
        {"%d %d 29 2 *", 2},      {"%d %d 31 * *", 4},
        {"@every 37m", 2},        {"1,2,%d 0-23/%d 1-7 * *", 2},
};

static struct life {
	struct job job;
	int64_t last;
	unsigned ran, expected;
	bool fixed, minutes[60], hours[24], days[DAYS];
} * lives;
static int64_t first_day, end_day;

static bool in_field(const char *field, int value, int low, int high)
{
	for (; *field; field += strcspn(field, ","), field += *field == ',') {
		char *end;
		int from = low, to = high, step = 1;
		if (*field == '*') {
			end = (char *)field + 1;
		} else {
			from = to = (int)strtol(field, &end, 10);
			if (*end == '-')
				to = (int)strtol(end + 1, &end, 10);
		}
		if (*end == '/')
			step = (int)strtol(end + 1, NULL, 10);
		if (value >= from && value <= to && (value - from) % step == 0)
			return true;
	}
	return false;
}

static bool day_matches(char field[5][16], int64_t day)
{
	time_t at = day * 86400, week = at + 7 * 86400;
	struct tm tm, later;
	bool by_day, by_weekday;
	int length;

	gmtime_r(&at, &tm);
	gmtime_r(&week, &later);
	length = (int[]){31, tm.tm_year % 4 ? 28 : 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}[tm.tm_mon];
	if (!strcmp(field[2], "15W"))
		by_day = (tm.tm_mday == 15 && tm.tm_wday % 6) || (tm.tm_mday == 14 && tm.tm_wday == 5) ||
		         (tm.tm_mday == 16 && tm.tm_wday == 1);
	else
		by_day = *field[2] == 'L' ? tm.tm_mday == length : in_field(field[2], tm.tm_mday, 1, 31);
	by_weekday = in_field(field[4], tm.tm_wday, 0, 6);
	if (strchr(field[4], 'L'))
		by_weekday = tm.tm_wday == *field[4] - '0' && later.tm_mon != tm.tm_mon;
	else if (strchr(field[4], '#'))
		by_weekday = tm.tm_wday == *field[4] - '0' && (tm.tm_mday + 6) / 7 == field[4][2] - '0';
	if (!in_field(field[3], tm.tm_mon + 1, 1, 12))
		return false;
	return *field[2] == '*' || *field[4] == '*' ? by_day && by_weekday : by_day || by_weekday;
}

/* The day of 1970 on which the clocks of Berlin change in that month (of 31 days) of the year of that day. */
static int64_t change_day(int64_t day, int month)
{
	time_t at = day * 86400;
	struct tm tm;

	gmtime_r(&at, &tm);
	at = timegm(&(struct tm){.tm_year = tm.tm_year, .tm_mon = month - 1, .tm_mday = 31});
	return at / 86400 - (at / 86400 + 4) % 7;
}

/* What the job does on its local day. */
static unsigned expected_on(const struct life *l, int64_t day)
{
	unsigned minutes_of_hour = 0, all = 0, in_gap;
	bool spring_day = l->job.entry.zone && day == change_day(day, 3);

	for (int m = 0; m < 60; m++)
		minutes_of_hour += l->minutes[m];
	for (int h = 0; h < 24; h++)
		all += l->hours[h] ? minutes_of_hour : 0;
	in_gap = l->hours[2] ? minutes_of_hour : 0;
	if (l->fixed)
		return all - (spring_day && in_gap ? in_gap - !(l->hours[3] && l->minutes[0]) : 0);
	return spring_day ? all - in_gap : l->job.entry.zone && day == change_day(day, 10) ? all + in_gap : all;
}

static void lives_on(struct cronplan_entry *e, int64_t at)
{
	static int64_t changes_of, march, october; /* the moments at which they change in that year */
	struct life *l = (struct life *)e;
	int64_t local = at;
	bool gap = false, again = false;
	int hour, minute;

	assert_true(at == wall && at > l->last && at % 60 == 0);
	l->last = at;
	if (e->when->every) {
		l->ran++;
		return;
	}
	if (e->zone) {
		if (changes_of != at / 86400) {
			changes_of = at / 86400;
			march = change_day(changes_of, 3) * 86400 + 3600;
			october = change_day(changes_of, 10) * 86400 + 3600;
		}
		local += at >= march && at < october ? 7200 : 3600;
		gap = l->fixed && at == march && l->hours[2];
		again = l->fixed && at >= october && at < october + 3600;
	}
	if (local < first_day * 86400 || local >= end_day * 86400)
		return;
	hour = (int)(local % 86400 / 3600);
	minute = (int)(local % 3600 / 60);
	assert_true(l->days[local / 86400 - first_day] && !again && (gap || (l->hours[hour] && l->minutes[minute])));
	l->ran++;
}

static void come_to_life(struct life *l, const char *schedule, const struct zone *zone)
{
	char field[5][16];

	l->last = wall;
	job(&l->job, schedule, zone);
	if (*schedule == '@') {
		l->expected = (unsigned)((end_day - first_day + 1) * 86400 / l->job.when.every);
		return;
	}
	assert_int_equal(sscanf(schedule, "%15s %15s %15s %15s %15s", field[0], field[1], field[2], field[3], field[4]),
	                 5);
	for (int m = 0; m < 60; m++)
		l->minutes[m] = in_field(field[0], m, 0, 59);
	for (int h = 0; h < 24; h++)
		l->hours[h] = in_field(field[1], h, 0, 23);
	l->fixed = *field[0] != '*' && *field[1] != '*';
	for (int64_t day = first_day; day < end_day; day++)
		if ((l->days[day - first_day] = day_matches(field, day)))
			l->expected += expected_on(l, day);
}

static void ten_years(void **state)
{
	int64_t next, end;
	size_t n = 0;
	clock_t began = clock();

	(void)state;
	begin("2025-12-31 12:00:00");
	first_day = moment("2026-01-01 00:00:00") / 86400;
	end_day = first_day + YEARS * 365 + YEARS / 4;
	end = wall + (end_day - first_day + 1) * 86400;
	lives = calloc(LIFETIME, sizeof *lives);
	for (const struct row *r = rows; r < rows + sizeof rows / sizeof *rows; r++)
		for (int i = 0; i < r->count; i++) {
			char schedule[64];
			snprintf(schedule, sizeof schedule, r->schedule, i * 7 % 60, 1 + i * 5 % 23, 1 + i * 3 % 28,
			         i % 7);
			assert_true(n < LIFETIME);
			come_to_life(&lives[n++], schedule, i % 2 ? berlin : NULL);
		}
	assert_int_equal(n, LIFETIME);
	while ((next = cronplan_turn(&plan, wall, steady, lives_on)) <= end) {
		steady += (next - wall) * 1000;
		wall = next;
	}
	for (size_t i = 0; i < n; i++)
		assert_int_equal(lives[i].ran, lives[i].expected);
	free(lives);
	assert_true(clock() - began < 5 * CLOCKS_PER_SEC);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(time_goes_by),
	        cmocka_unit_test(ten_seconds_forward),
	        cmocka_unit_test(minutes_forward),
	        cmocka_unit_test(two_hours_forward),
	        cmocka_unit_test(two_hours_back),
	        cmocka_unit_test(back_again_and_again),
	        cmocka_unit_test(a_day_forward),
	        cmocka_unit_test(a_day_back),
	        cmocka_unit_test(back_within_the_minute),
	        cmocka_unit_test(an_hour_of_standstill),
	        cmocka_unit_test(standstill_counts_from_what_was_due),
	        cmocka_unit_test(seconds_are_cut),
	        cmocka_unit_test(spring),
	        cmocka_unit_test(autumn),
	        cmocka_unit_test(once_whatever_happens),
	        cmocka_unit_test(changes_meanwhile),
	        cmocka_unit_test(ten_thousand),
	        cmocka_unit_test(ten_years),
	};
	int failed;

	berlin = zone_rule("CET-1CEST,M3.5.0,M10.5.0/3");
	failed = RUN(tests);
	cronplan_free(&plan);
	zone_free(berlin);
	return failed;
}
