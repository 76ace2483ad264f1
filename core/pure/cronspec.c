/* cronspec - see cronspec.h. Here the text becomes sets; cronspec_next.c finds the times. */
#include "pure/cronspec.h"

#include <stdarg.h>
#include <string.h>

#include "base/fmt.h"
#include "base/hash.h"
#include "base/num.h"

/* SPLIT: fields, and two words behind them */
enum { SECOND, MINUTE, HOUR, DAY, MONTH, WEEKDAY, FIELDS, YEAR = FIELDS, WORDS, SPLIT = WORDS + 2 };

enum { WHY = 128, SHOWN = 24 /* bytes of what is wrong */ };

/* The names stand for low, low + 1 …; their first three letters do as well. */
static const struct field {
	const char *name, *range, *names;
	uint8_t low, high;
} fields[FIELDS] = {
        {"seconds", "0 to 59", "", 0, 59},
        {"minutes", "0 to 59", "", 0, 59},
        {"hours", "0 to 23", "", 0, 23},
        {"days", "1 to 31, L, LW or 15W", "", 1, 31},
        {"months", "1 to 12 or jan to dec",
         "january february march april may june july august september october november december ", 1, 12},
        {"weekdays", "0 to 7, sun to sat, 5L or 5#2", "sunday monday tuesday wednesday thursday friday saturday ", 0,
         6},
};

static const struct {
	char name[10], schedule[10];
} macros[] = {
        {"@yearly", "0 0 1 1 *"}, {"@annually", "0 0 1 1 *"}, {"@monthly", "0 0 1 * *"}, {"@weekly", "0 0 * * 0"},
        {"@daily", "0 0 * * *"},  {"@midnight", "0 0 * * *"}, {"@hourly", "0 * * * *"},
};

/* What is left of a word of the text. */
struct word {
	const char *p, *end;
};

struct reader {
	const char *text;
	struct cronspec *spec;
	struct cronspec_error *error;
	uint64_t seed;
};

__attribute__((format(printf, 3, 4))) static int fail(const struct reader *r, const char *at, const char *format, ...)
{
	static char why[WHY];
	struct fmt f;
	va_list args;

	fmt_open(&f, why, sizeof why);
	va_start(args, format);
	fmt_va(&f, format, args);
	va_end(args);
	*r->error = (struct cronspec_error){(size_t)(at - r->text), why};
	return -1;
}

static unsigned split(const char *text, size_t len, struct word words[SPLIT])
{
	const char *end = text + len;
	unsigned n = 0;

	for (;; n++) {
		for (; text < end && (*text == ' ' || *text == '\t'); text++)
			;
		if (text == end || n == SPLIT)
			return n;
		for (words[n].p = text; text < end && *text != ' ' && *text != '\t'; text++)
			;
		words[n].end = text;
	}
}

/* For %.*s */
static int shown(const char *begin, const char *end)
{
	return end - begin < SHOWN ? (int)(end - begin) : SHOWN;
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? c | 0x20 : c;
}

/* Does it begin with these lower-case letters? */
static bool begins(const struct word *w, const char *with, size_t len)
{
	size_t i = 0;

	while (i < len && (size_t)(w->end - w->p) > i && lower(w->p[i]) == with[i])
		i++;
	return i == len;
}

static bool is(const struct word *w, const char *name)
{
	return (size_t)(w->end - w->p) == strlen(name) && begins(w, name, strlen(name));
}

static bool is_star(const struct word *w)
{
	return is(w, "*") || is(w, "?");
}

static bool take(struct word *w, char c)
{
	bool there = begins(w, &c, 1);

	w->p += there;
	return there;
}

/* Behind a number or a name: may it end here? What follows then is the caller's affair. */
static bool ends(const struct word *w, unsigned field)
{
	return w->p == w->end || memchr(",-~/#", *w->p, 5) || (field == DAY && lower(*w->p) == 'w') ||
	       (field == WEEKDAY && lower(*w->p) == 'l');
}

static int value(const struct reader *r, unsigned field, struct word *w, unsigned *out)
{
	const struct field *f = &fields[field];
	const char *begin = w->p, *name = f->names;
	unsigned long n;

	if (!num_digits(&w->p, w->end, 9, &n))
		for (n = f->low; *name; n++) {
			size_t len = strcspn(name, " ");
			if (begins(w, name, 3)) {
				w->p += begins(w, name, len) ? len : 3;
				break;
			}
			name += len + 1;
		}
	if (w->p > begin && n >= f->low && n <= f->high + (unsigned)(field == WEEKDAY) && ends(w, field)) {
		*out = (unsigned)n;
		return 0;
	}
	for (w->p = begin; w->p < w->end && !memchr(",-~/#", *w->p, 5); w->p++)
		;
	if (w->p == begin)
		return fail(r, begin, "a number is missing: %s are %s", f->name, f->range);
	return fail(r, begin, "%.*s: %s are %s", shown(begin, w->p), begin, f->name, f->range);
}

/* A number >= 1 behind / or #, at most max. */
static int count(const struct reader *r, struct word *w, unsigned long max, unsigned *out, const char *what)
{
	const char *begin = w->p;
	unsigned long n;

	if (!num_digits(&w->p, w->end, 9, &n) || !n || n > max)
		return fail(r, begin, "%s", what);
	*out = (unsigned)n;
	return 0;
}

/* Any number, the same for the same seed and place. */
static uint64_t chance(const struct reader *r, unsigned place)
{
	uint64_t x = hash_mem(hash_mem(HASH_SEED, &r->seed, sizeof r->seed), &place, sizeof place);

	/* FNV alone never gives two places the same */
	return (x ^ x >> 29) * 0xbf58476d1ce4e5b9 >> 40;
}

/* What stands between two commas. */
static int element(const struct reader *r, unsigned field, struct word *w, uint64_t *set, unsigned place)
{
	const struct field *f = &fields[field];
	const char *begin = w->p;
	unsigned from = f->low, to = f->high, step = 0, n;
	bool any = false, tilde = false;

	if (field == DAY && take(w, 'l')) {
		*(take(w, 'w') ? &r->spec->nearest : &r->spec->days) |= 1;
		return 0;
	}
	if (take(w, '*') || take(w, '?'))
		any = true;
	else if (!begins(w, "~", 1) && value(r, field, w, &from))
		return -1;
	if (any)
		;
	else if (field == DAY && take(w, 'w')) {
		r->spec->nearest |= 1U << from;
		return 0;
	} else if (field == WEEKDAY && take(w, 'l')) {
		r->spec->nth |= 1ULL << (35 + from % 7);
		return 0;
	} else if (field == WEEKDAY && take(w, '#')) {
		if (count(r, w, 5, &n, "a month has such a weekday 1 to 5 times: 5#2 is its second Friday"))
			return -1;
		r->spec->nth |= 1ULL << (7 * (n - 1) + from % 7);
		return 0;
	} else if ((tilde = take(w, '~')) || take(w, '-')) {
		if (!(tilde && (w->p == w->end || *w->p == ',' || *w->p == '/')) && value(r, field, w, &to))
			return -1;
	} else if (!begins(w, "/", 1))
		to = from;
	/* Sunday is 0 where a range begins, 7 where it ends */
	if (field == WEEKDAY && from == 7 && to < 7)
		from = 0;
	if (field == WEEKDAY && from && !to)
		to = 7;
	if (from > to)
		return fail(r, begin, "the range ends before it begins: write it as two, %u-%u,%u-%u", from, f->high,
		            f->low, to);
	if (take(w, '/') && count(r, w, 999999999, &step, "a step is a number from 1 on"))
		return -1;
	if (tilde) {
		n = to - from + 1;
		from += (unsigned)(chance(r, place) % (step && step < n ? step : n));
		to = step ? to : from;
	}
	for (n = from; n <= to; n += step ? step : 1)
		*set |= 1ULL << (field == WEEKDAY ? n % 7 : n);
	return 0;
}

static int read_field(const struct reader *r, unsigned field, struct word w, uint64_t *set)
{
	unsigned place = field << 8;

	do
		if (element(r, field, &w, set, place++))
			return -1;
	while (take(&w, ','));
	if (w.p < w.end)
		return fail(r, w.p, "%.*s: a comma, a step as /2 or a blank is expected here", shown(w.p, w.end), w.p);
	return 0;
}

static bool starred(const struct word *w)
{
	return *w->p == '*' || *w->p == '?';
}

static int read_fields(const struct reader *r, const struct word *words, unsigned n)
{
	struct cronspec *s = r->spec;
	uint64_t sets[FIELDS] = {0};
	bool seconds = n == FIELDS;
	unsigned skip = !seconds;

	for (unsigned i = skip; i < FIELDS; i++)
		if (read_field(r, i, words[i - skip], &sets[i]))
			return -1;
	s->seconds = seconds ? sets[SECOND] : 1;
	s->minutes = sets[MINUTE];
	s->hours = (uint32_t)sets[HOUR];
	s->days |= (uint32_t)sets[DAY];
	s->months = (uint16_t)sets[MONTH];
	s->weekdays = (uint8_t)sets[WEEKDAY];
	if (seconds)
		s->flags |= CRONSPEC_SECONDS;
	if (starred(&words[MINUTE - skip]) || starred(&words[HOUR - skip]))
		s->flags |= CRONSPEC_WILD;
	if (starred(&words[DAY - skip]) || starred(&words[WEEKDAY - skip])) {
		s->flags |= CRONSPEC_BOTH;
		if ((s->days | 1) != UINT32_MAX && s->weekdays != 127)
			s->flags |= CRONSPEC_ODD;
	}
	return 0;
}

/* 90, 90s, 1h30m */
static int read_every(const struct reader *r, struct word w)
{
	static const char units[] = "smhd";
	static const uint32_t seconds[] = {1, 60, 3600, 86400};
	const char *begin = w.p, *unit;
	unsigned long n;
	uint64_t sum = 0;
	bool good = true;

	while (good && w.p < w.end) {
		bool first = w.p == begin;
		good = num_digits(&w.p, w.end, 9, &n) && (w.p < w.end || first);
		unit = w.p < w.end ? strchr(units, lower(*w.p++)) : units;
		good = good && unit && *unit && sum <= UINT32_MAX;
		if (good)
			sum += n * seconds[unit - units];
	}
	if (!good || !sum || sum > UINT32_MAX)
		return fail(r, begin, "@every is followed by a length of time, 1s or more: 90s, 1h30m");
	r->spec->every = (uint32_t)sum;
	return 0;
}

static int read_macro(const struct reader *r, const struct word *words, unsigned n)
{
	struct word parts[SPLIT];

	if (n > 1 + (unsigned)is(words, "@every"))
		return fail(r, words[n - 1].p, "nothing may follow here");
	if (is(words, "@every"))
		return read_every(r, n > 1 ? words[1] : (struct word){words->end, words->end});
	if (is(words, "@reboot")) {
		r->spec->flags = CRONSPEC_REBOOT;
		return 0;
	}
	for (size_t i = 0; i < sizeof macros / sizeof *macros; i++)
		if (is(words, macros[i].name))
			return read_fields(r, parts, split(macros[i].schedule, strlen(macros[i].schedule), parts));
	return fail(r, words->p,
	            "there are @yearly @annually @monthly @weekly @daily @midnight @hourly @reboot and @every 90s");
}

int cronspec_read(struct cronspec *s, const char *text, size_t len, uint64_t seed, struct cronspec_error *error)
{
	const struct reader r = {text, s, error, seed};
	struct word words[SPLIT];
	unsigned n = split(text, len, words);

	*s = (struct cronspec){0};
	if (n && *words->p == '@')
		return read_macro(&r, words, n);
	if (n < FIELDS - 1)
		return fail(&r, text + len, "%u of 5 fields: minute hour day month weekday", n);
	if (n > WORDS)
		return fail(&r, words[WORDS].p, "more than 7 fields: second minute hour day month weekday year");
	if (n == WORDS && !is_star(&words[YEAR]))
		return fail(&r, words[YEAR].p, "the seventh field, the year, can only be *");
	return read_fields(&r, words, n == WORDS ? FIELDS : n);
}

size_t cronspec_length(const char *line, size_t len, bool user)
{
	struct cronspec scratch = {0};
	struct cronspec_error ignored;
	uint64_t set = 0;
	const struct reader r = {line, &scratch, &ignored, 0};
	struct word words[SPLIT];
	unsigned n = split(line, len, words), count = FIELDS - 1, after = 1 + (unsigned)user;

	if (n && *line == '@')
		count = is(words, "@every") ? 2 : 1;
	else if (n >= FIELDS + after) {
		struct word *w = &words[WEEKDAY];
		const char *p = w->p;
		while (p < w->end && lower(*p) >= 'a' && lower(*p) <= 'z')
			p++;
		if (!(user && p == w->end) && !read_field(&r, WEEKDAY, *w, &set))
			count = n >= WORDS + after && is_star(&words[YEAR]) ? WORDS : FIELDS;
	}
	return n < count ? 0 : (size_t)(words[count - 1].end - line);
}
