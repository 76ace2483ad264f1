/* zone - see zone.h */
#include "pure/zone.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/fmt.h"
#include "base/num.h"

enum { HEADER = 44, TYPE = 6, DAY = 24 * 60 * 60, MOST_OFFSET = 26 * 60 * 60 };

#define LAST INT64_C(253402300799) /* second of the year 9999 */

/* A half of the year: M3.5.0 is month 3, week 5, day 0; J60 is week 1, day 60, and 59 is week 0, day 59, of month 0. */
struct season {
	int32_t offset;
	int32_t time; /* of the day it begins, as the other season counts */
	uint16_t day;
	uint8_t month, week;
	char name[ZONE_ABBREVIATION];
};

/* The transitions and types are kept as the file has them: nothing is smaller. */
struct zone {
	struct season season[2]; /* of the rule: standard time, and the other if there are two */
	unsigned seasons;        /* 0: there is no rule */
	uint32_t count;
	unsigned width;       /* of a transition's time: 4 or 8 */
	const uint8_t *index; /* each transition's type */
	const uint8_t *types;
	const char *names;
	uint8_t times[]; /* count of them, then indices, types and names */
};

static uint32_t be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static int64_t time_of(const struct zone *z, uint32_t i)
{
	const uint8_t *p = z->times + (size_t)i * z->width;

	return z->width == 4 ? (int32_t)be32(p) : (int64_t)((uint64_t)be32(p) << 32 | be32(p + 4));
}

static bool is_letter(char c)
{
	return (unsigned char)((c | 0x20) - 'a') < 26;
}

static bool read_name(const char **p, char *name)
{
	bool quoted = **p == '<';
	const char *from = *p + quoted, *end = from;

	while (is_letter(*end) || (quoted && ((*end >= '0' && *end <= '9') || *end == '+' || *end == '-')))
		end++;
	if (end - from < 3 || end - from >= ZONE_ABBREVIATION || (quoted && *end != '>'))
		return false;
	memcpy(name, from, (size_t)(end - from));
	*p = end + quoted;
	return true;
}

/* -1: there is none from min to max. */
static int read_number(const char **p, unsigned min, unsigned max)
{
	unsigned long n;

	return num_digits(p, *p + 3, 3, &n) && n >= min && n <= max ? (int)n : -1;
}

/* [+-]HOURS[:MINUTES[:SECONDS]] */
static bool read_time(const char **p, unsigned most_hours, int32_t *out)
{
	bool minus = **p == '-';
	int unit = 3600;

	*p += minus || **p == '+';
	for (*out = 0; unit; unit /= 60) {
		int n = read_number(p, 0, unit == 3600 ? most_hours : 59);
		if (n < 0)
			return false;
		*out += (minus ? -n : n) * unit;
		if (**p != ':')
			return true;
		++*p;
	}
	return false;
}

static bool read_begin(const char **p, struct season *s)
{
	int month = 0, week = 0, day;

	if (**p == 'M') {
		++*p;
		month = read_number(p, 1, 12);
		if (month < 0 || *(*p)++ != '.')
			return false;
		week = read_number(p, 1, 5);
		if (week < 0 || *(*p)++ != '.')
			return false;
		day = read_number(p, 0, 6);
	} else {
		week = **p == 'J';
		*p += week;
		day = read_number(p, (unsigned)week, 365);
	}
	if (day < 0)
		return false;
	s->month = (uint8_t)month;
	s->week = (uint8_t)week;
	s->day = (uint16_t)day;
	s->time = 2 * 3600;
	return **p != '/' || (++*p, read_time(p, 167, &s->time));
}

/* Returns where the rule ends, or NULL: it is none. What is behind it is not looked at. */
static const char *read_rule(struct zone *z, const char *p)
{
	struct season *s = z->season;
	const char *dates;
	bool given;

	if (!read_name(&p, s[0].name) || !read_time(&p, 24, &s[0].offset))
		return NULL;
	s[0].offset = -s[0].offset;
	z->seasons = 1;
	if (*p != '<' && !is_letter(*p))
		return p;
	if (!read_name(&p, s[1].name))
		return NULL;
	s[1].offset = -s[0].offset - 3600;
	if (strchr("+-0123456789", *p) && *p && !read_time(&p, 24, &s[1].offset))
		return NULL;
	s[1].offset = -s[1].offset;
	z->seasons = 2;
	given = *p == ',';
	dates = given ? p + 1 : "M3.2.0,M11.1.0";
	if (!read_begin(&dates, &s[1]) || *dates++ != ',' || !read_begin(&dates, &s[0]))
		return NULL;
	return given ? dates : p;
}

/* Days of the year before a month (1 to 13). */
static int before_month(unsigned month, bool leap)
{
	return (int)(275 * month / 9) - 30 - (month > 2 ? 2 - leap : 0);
}

/* The day of the year, from 0, that a season begins; jan1: days since 1970, not before 1900. */
static int first_day(const struct season *s, int jan1, bool leap)
{
	int first, day;

	if (!s->month)
		return s->day - s->week + (s->week && leap && s->day >= 60);
	first = before_month(s->month, leap);
	day = first + (s->day + 7 - (jan1 + first + 4 + 7 * 5000) % 7) % 7 + 7 * (s->week - 1);
	return day < before_month(s->month + 1u, leap) ? day : day - 7;
}

/* Years around it, as rules may reach into the next one, at both ends. It is standard time before 1968, and from
 * 10002 on it does not change. */
static void of_rule(const struct zone *z, int64_t at, struct zone_span *span)
{
	int year = (int)date_of(at < LAST ? at : LAST).year - 2, end = year + 5;
	const struct season *s = z->season;

	for (; z->seasons == 2 && year < end; year++) {
		bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
		int y = year - 1, jan1 = y * 365 + y / 4 - y / 100 + y / 400 - 719162;
		for (int i = 1; i >= 0; i--) {
			const struct season *begins = &z->season[i], *ends = &z->season[!i];
			int64_t t = (int64_t)(jan1 + first_day(begins, jan1, leap)) * DAY + begins->time - ends->offset;
			if (t > at) {
				span->until = t < span->until ? t : span->until;
			} else if (t >= span->from) {
				span->from = t;
				s = begins;
			}
		}
	}
	span->offset = s->offset;
	memcpy(span->name, s->name, sizeof span->name);
}

static void of_type(const struct zone *z, const uint8_t *type, struct zone_span *span)
{
	span->offset = (int32_t)be32(type);
	fmt_into(span->name, sizeof span->name, "%s", z->names + type[5]);
}

void zone_span(const struct zone *z, int64_t at, struct zone_span *span)
{
	uint32_t low = 0, high;

	*span = (struct zone_span){.from = INT64_MIN, .until = INT64_MAX, .name = "UTC"};
	if (!z)
		return;
	for (high = z->count; low < high;) {
		uint32_t middle = low + (high - low) / 2;
		if (time_of(z, middle) <= at)
			low = middle + 1;
		else
			high = middle;
	}
	/* low: the first transition behind it */
	if (low == z->count && z->seasons)
		of_rule(z, at, span);
	else
		of_type(z, z->types + (low ? z->index[low - 1] * TYPE : 0), span);
	if (low && time_of(z, low - 1) > span->from)
		span->from = time_of(z, low - 1);
	if (low < z->count)
		span->until = time_of(z, low);
}

/* One of the two blocks of a file, header and data. */
struct block {
	const uint8_t *data;
	uint32_t times, types, chars;
	unsigned width;
};

/* Moves *p behind it. */
static bool read_block(struct block *b, const uint8_t **p, const uint8_t *end, unsigned width)
{
	const uint8_t *head = *p;
	uint64_t size;

	if (end - head < HEADER || memcmp(head, "TZif", 4) != 0)
		return false;
	b->data = head + HEADER;
	b->times = be32(head + 32);
	b->types = be32(head + 36);
	b->chars = be32(head + 40);
	b->width = width;
	size = (uint64_t)b->times * (width + 1) + (uint64_t)b->types * TYPE + b->chars +
	       (uint64_t)be32(head + 28) * (width + 4) + be32(head + 20) + be32(head + 24);
	if (size > (size_t)(end - b->data))
		return false;
	*p = b->data + size;
	return true;
}

static bool is_sound(const struct zone *z, const struct block *b)
{
	if (!b->types || !b->chars || z->names[b->chars - 1])
		return false;
	for (uint32_t i = 0; i < b->types; i++) {
		const uint8_t *type = z->types + i * TYPE;
		int32_t offset = (int32_t)be32(type);
		if (offset < -MOST_OFFSET || offset > MOST_OFFSET || type[5] >= b->chars)
			return false;
	}
	for (uint32_t i = 0; i < b->times; i++)
		if (z->index[i] >= b->types || (i && time_of(z, i) <= time_of(z, i - 1)))
			return false;
	return true;
}

struct zone *zone_read(const void *file, size_t len)
{
	const uint8_t *p = file, *end = p + len;
	bool newer = len > 4 && p[4];
	const char *rule = "", *rule_end = rule;
	struct block b;
	struct zone *z;
	size_t size;

	errno = EINVAL;
	if (!read_block(&b, &p, end, 4) || (newer && !read_block(&b, &p, end, 8)))
		return NULL;
	if (newer) {
		rule = (const char *)p;
		if (p == end || *rule++ != '\n' || !(rule_end = memchr(rule, '\n', (size_t)((const char *)end - rule))))
			return NULL;
	}
	size = (size_t)b.times * (b.width + 1) + b.types * TYPE + b.chars;
	z = calloc(1, sizeof *z + size);
	if (!z)
		return NULL;
	memcpy(z->times, b.data, size);
	z->count = b.times;
	z->width = b.width;
	z->index = z->times + (size_t)b.times * b.width;
	z->types = z->index + b.times;
	z->names = (const char *)z->types + b.types * TYPE;
	errno = EINVAL;
	if (is_sound(z, &b) && (rule == rule_end || read_rule(z, rule) == rule_end))
		return z;
	free(z);
	return NULL;
}

struct zone *zone_rule(const char *text)
{
	struct zone *z = calloc(1, sizeof *z);
	const char *end;

	if (!z)
		return NULL;
	end = read_rule(z, text);
	if (end && !*end)
		return z;
	free(z);
	errno = EINVAL;
	return NULL;
}

void zone_free(struct zone *z)
{
	free(z);
}

void zone_text(const struct zone *z, int64_t at, struct fmt *f)
{
	struct zone_span span;
	struct date d;

	zone_span(z, at, &span);
	d = date_of(at + span.offset);
	fmt_add(f, "%04u-%02u-%02u %02u:%02u:%02u %s", d.year, d.month, d.day, d.hour, d.minute, d.second, span.name);
}
