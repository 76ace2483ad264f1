/* cronspec_next - when a schedule is due: see cronspec.h.
 *
 * Local time, as seconds since 1970 as if there were no zones, is searched by sets: the days of a month are one word of
 * bits, then come hours, minutes, seconds. Zones come on top: in each span local time is the moment plus a constant.
 */
#include "base/date.h"
#include "pure/cronspec.h"
#include "pure/zone.h"

enum {
	DAY = 24 * 60 * 60,
	CHANGE = 3 * 60 * 60, /* local time that is put forward or back by more has jumped: nothing is made up */
	FAR = 3 * DAY,        /* more than two local times of one moment ever differ */
	YEARS = 48,           /* 29 February on a Monday comes after 40 years at most */
	WEEK = 7,
	CYCLE = 146097, /* days in 400 years, whole weeks: the same calendar again */
};

static const int64_t earliest = -(CYCLE - 10LL) * DAY, latest = 1LL << 40;

/* The first bit from n on, or -1. */
static int bit(uint64_t set, unsigned n)
{
	set = set >> n << n;
	return set ? __builtin_ctzll(set) : -1;
}

/* The first second of a day from that one on, or -1. */
static int time_from(const struct cronspec *s, int at)
{
	int hour = at / 3600, minute = at / 60 % 60, second = at % 60;
	int sec = bit(s->seconds, (unsigned)second);
	int min = bit(s->minutes, (unsigned)(minute + (sec < 0)));
	int h = bit(s->hours, (unsigned)(hour + (min < 0)));

	if (h < 0)
		return -1;
	if (h > hour)
		min = bit(s->minutes, 0);
	if (h > hour || min > minute)
		sec = bit(s->seconds, 0);
	return h * 3600 + min * 60 + sec;
}

static unsigned month_length(unsigned year, unsigned month)
{
	if (month == 2)
		return 28 + (year % 4 == 0 && (year % 100 || year % 400 == 0));
	return 30 + ((month + month / 8) & 1);
}

/* The weekday nearest to that day, in its month. */
static unsigned nearest(unsigned day, unsigned first, unsigned length)
{
	unsigned weekday = (first + day - 1) % WEEK;

	if (weekday == 6)
		return day > 1 ? day - 1 : day + 2;
	if (weekday == 0)
		return day < length ? day + 1 : day - 2;
	return day;
}

/* The days of a month; its first one is that weekday. */
static uint64_t days_of(const struct cronspec *s, unsigned first, unsigned length)
{
	uint64_t days = s->days & ~1U, weekdays = 0;

	if (s->days & 1)
		days |= 1ULL << length;
	for (uint32_t set = s->nearest; set; set &= set - 1) {
		unsigned day = (unsigned)__builtin_ctz(set);
		if (day <= length)
			days |= 1ULL << nearest(day ? day : length, first, length);
	}
	for (unsigned n = 1; n < length; n++)
		days |= (uint64_t)(s->before >> n & 1) << (length - n);
	/* sevens of days, each begins with the same weekday; at the end the last seven */
	for (unsigned n = 0; n < 6; n++) {
		unsigned from = n < 5 ? WEEK * n + 1 : length - WEEK + 1;
		unsigned set = (s->nth >> WEEK * n & 127) | s->weekdays;
		weekdays |= (uint64_t)((set | set << WEEK) >> (first + from - 1) % WEEK & 127) << from;
	}
	days = s->flags & CRONSPEC_BOTH ? days & weekdays : days | weekdays;
	return days & ((2ULL << length) - 2);
}

/* The first day from that one on, both counted from 1970, or CRONSPEC_NEVER. */
static int64_t day_from(const struct cronspec *s, int64_t from)
{
	struct date d;
	int64_t first; /* of the month */
	unsigned weekday, length;
	int day;

	if (s->months == 0x1ffe && (s->days | 1) == UINT32_MAX && s->weekdays == 127)
		return from; /* most have every day, and the calendar costs as much as the rest */
	d = date_of((from + CYCLE) * DAY);
	first = from - (int64_t)d.day + 1;
	weekday = (unsigned)((first + CYCLE + 4) % WEEK);
	for (unsigned n = YEARS * 12 + 1; n; n--) {
		length = month_length(d.year, d.month);
		if (s->months >> d.month & 1) {
			day = bit(days_of(s, weekday, length), d.day);
			if (day > 0)
				return first + day - 1;
		}
		first += length;
		weekday = (weekday + length) % WEEK;
		d.day = 1;
		d.year += d.month == 12;
		d.month = d.month % 12 + 1;
	}
	return CRONSPEC_NEVER;
}

/* The first local time from that one on. */
static int64_t local_from(const struct cronspec *s, int64_t from)
{
	int64_t today = (from + (int64_t)CYCLE * DAY) / DAY - CYCLE, day = day_from(s, today);
	int at = time_from(s, day > today ? 0 : (int)(from - today * DAY));

	if (at < 0) {
		day = day_from(s, today + 1);
		at = time_from(s, 0);
	}
	return day == CRONSPEC_NEVER ? day : day * DAY + at;
}

/* Local time was put forward where the span begins (negative: back), by so much, and not further than CHANGE, else 0.
 */
static int64_t change(const struct zone *zone, const struct zone_span *span)
{
	struct zone_span before;
	int64_t by;

	zone_span(zone, span->from - 1, &before);
	by = (int64_t)span->offset - before.offset;
	return by >= -CHANGE && by <= CHANGE ? by : 0;
}

int64_t cronspec_next(const struct cronspec *s, const struct zone *zone, int64_t after)
{
	struct zone_span span = {INT64_MIN, INT64_MAX, 0, ""};
	int64_t start, from, local;

	if (after >= latest || s->flags & (CRONSPEC_REBOOT | CRONSPEC_AFTER))
		return CRONSPEC_NEVER;
	if (s->every)
		return after + s->every;
	if (s->flags & CRONSPEC_BOOT)
		return CRONSPEC_NEVER;
	if (after < earliest)
		after = earliest;
	for (start = from = after + 1;; from = span.until) {
		if (zone)
			zone_span(zone, from, &span);
		/* what happens at its beginning reaches CHANGE seconds in; WILD ones do not care */
		if (span.from >= from - CHANGE && !(s->flags & CRONSPEC_WILD)) {
			int64_t by = change(zone, &span);
			if (by > 0 && from == span.from && local_from(s, from + span.offset - by) <= from + span.offset)
				return from;
			if (by < 0 && from < span.from - by)
				from = span.from - by;
		}
		local = local_from(s, from + span.offset);
		/* the fifth Sunday of March at 02:30 is never in Berlin */
		if (local > start + YEARS * 366 * (int64_t)DAY)
			return CRONSPEC_NEVER;
		if (local - span.offset < span.until)
			return local - span.offset;
		/* What is far from both ends cannot matter: local time is met in order, and nothing is due before
		 * `local`. */
		if (span.until - start > FAR && local - FAR > span.until)
			span.until = local - FAR;
	}
}
