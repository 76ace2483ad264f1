/* cronspec - see cronspec.h. Here the text becomes sets; cronspec_next.c finds the times. */
#include "pure/cronspec.h"

#include <string.h>

#include "base/fmt.h"
#include "base/hash.h"
#include "base/num.h"

/* SPLIT: fields, and two words behind them */
enum { SECOND, MINUTE, HOUR, DAY, MONTH, WEEKDAY, FIELDS, YEAR = FIELDS, WORDS, SPLIT = WORDS + 2 };

/* A bit of `stars`: & stands before the weekday. */
enum { BOTH = FIELDS };

enum { WHY = 128, SHOWN = 24 /* bytes of what is wrong */ };

static const uint8_t low[FIELDS] = {0, 0, 0, 1, 1, 0}, high[FIELDS] = {59, 59, 23, 31, 12, 6};

static const char *const expected[FIELDS] = {
        "seconds are 0 to 59",
        "minutes are 0 to 59",
        "hours are 0 to 23",
        "days are 1 to 31, L, LW or 15W",
        "months are 1 to 12 or jan to dec",
        "weekdays are 0 to 7, sun to sat, 5L or 5#2",
};

/* The first three letters do as well. */
static const char months[] = "january february march april may june july august september october november december ",
                  weekdays[] = "sunday monday tuesday wednesday thursday friday saturday ";

static const struct {
	char name[10], schedule[10];
} macros[] = {
        {"@yearly", "0 0 1 1 *"}, {"@annually", "0 0 1 1 *"}, {"@monthly", "0 0 1 * *"}, {"@weekly", "0 0 * * 0"},
        {"@daily", "0 0 * * *"},  {"@midnight", "0 0 * * *"}, {"@hourly", "0 * * * *"},
};

struct word {
	const char *p, *end;
};

struct reader {
	const char *text;
	struct cronspec *spec;
	struct cronspec_error *error;
	uint64_t seed;
	struct word left; /* of the field */
	unsigned field;
	unsigned stars; /* bit n: field n begins with one */
};

/* Says what there is from `at` to `end`, and what ought to be. */
static int fail(const struct reader *r, const char *at, const char *end, const char *what)
{
	static char why[WHY];
	ptrdiff_t len = end - at < SHOWN ? end - at : SHOWN;

	fmt_into(why, sizeof why, "%.*s%s%s", (int)len, at, len ? ": " : "", what);
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

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? c | 0x20 : c;
}

/* Does it begin with these lower-case letters? */
static bool begins(const struct word *w, const char *with, size_t len)
{
	const char *p = w->p;

	for (; len && p < w->end && lower(*p) == *with; len--, p++, with++)
		;
	return !len;
}

static bool is(const struct word *w, const char *name)
{
	size_t len = strlen(name);

	return (size_t)(w->end - w->p) == len && begins(w, name, len);
}

static bool is_star(const struct word *w)
{
	return is(w, "*") || is(w, "?");
}

static bool take(struct reader *r, char c)
{
	bool there = begins(&r->left, &c, 1);

	r->left.p += there;
	return there;
}

/* A number, or a name of the field. */
static int value(struct reader *r, unsigned *out)
{
	struct word *w = &r->left;
	const char *begin = w->p, *name = r->field == MONTH ? months : r->field == WEEKDAY ? weekdays : "";
	unsigned long n;

	if (!num_digits(&w->p, w->end, 9, &n))
		for (n = low[r->field]; *name; n++) {
			size_t len = strcspn(name, " ");
			if (begins(w, name, 3)) {
				w->p += begins(w, name, len) ? len : 3;
				break;
			}
			name += len + 1;
		}
	*out = (unsigned)n;
	/* a letter that may follow is the caller's affair */
	if (w->p > begin && n >= low[r->field] && n <= high[r->field] + (unsigned)(r->field == WEEKDAY) &&
	    (w->p == w->end || memchr(",-~/#lLwW", *w->p, 9)))
		return 0;
	for (w->p = begin; w->p < w->end && !memchr(",-~/#", *w->p, 5); w->p++)
		;
	return fail(r, begin, w->p, expected[r->field]);
}

/* A number >= 1 behind / or #, at most max. */
static int count(struct reader *r, unsigned max, unsigned *out, const char *what)
{
	const char *begin = r->left.p;
	unsigned long n;

	*out = num_digits(&r->left.p, r->left.end, 9, &n) ? (unsigned)n : 0;
	return *out && *out <= max ? 0 : fail(r, begin, r->left.p, what);
}

/* Any number, the same for the same seed and place. */
static unsigned chance(const struct reader *r)
{
	uint64_t key[] = {r->seed, (uint64_t)(r->left.p - r->text)}, x = hash_mem(HASH_SEED, key, sizeof key);

	/* FNV alone never gives two places the same */
	return (unsigned)((x ^ x >> 29) * 0xbf58476d1ce4e5b9 >> 40);
}

/* What stands between two commas. */
static int element(struct reader *r, uint64_t *set)
{
	const bool weekday = r->field == WEEKDAY;
	const char *begin = r->left.p;
	unsigned from = low[r->field], to = high[r->field], step = 0, n;
	bool tilde = false;

	if (r->field == DAY && take(r, 'l')) {
		if (take(r, '-')) {
			if (count(r, 30, &n, "L- is followed by 1 to 30: L-2 is the last day but two"))
				return -1;
			r->spec->before |= 1U << n;
			return 0;
		}
		*(take(r, 'w') ? &r->spec->nearest : &r->spec->days) |= 1;
		return 0;
	}
	if (!take(r, '*') && !take(r, '?')) {
		if (!begins(&r->left, "~", 1) && value(r, &from))
			return -1;
		if (r->field == DAY && take(r, 'w')) {
			r->spec->nearest |= 1U << from;
			return 0;
		}
		n = weekday && take(r, 'l') ? 6 : 0;
		if (weekday && take(r, '#') && count(r, 5, &n, "# is followed by 1 to 5: 5#2 is the second Friday"))
			return -1;
		if (n) {
			r->spec->nth |= 1ULL << (7 * (n - 1) + from % 7);
			return 0;
		}
		tilde = take(r, '~');
		if (tilde ? r->left.p < r->left.end && !memchr(",/", *r->left.p, 2) : take(r, '-')) {
			if (value(r, &to))
				return -1;
		} else if (!tilde && !begins(&r->left, "/", 1))
			to = from;
	}
	/* Sunday is 0 where a range begins, 7 where it ends */
	if (weekday && from == 7 && to < 7)
		from = 0;
	if (weekday && from && !to)
		to = 7;
	if (from > to)
		return fail(r, begin, r->left.p, "this ends before it begins; write two ranges, as 22-23,0-4");
	if (take(r, '/') && count(r, 999999999, &step, "a step is a number from 1 on"))
		return -1;
	if (tilde) {
		n = to - from + 1;
		from += chance(r) % (step && step < n ? step : n);
		to = step ? to : from;
	}
	for (n = from; n <= to; n += step ? step : 1)
		*set |= 1ULL << (weekday ? n % 7 : n);
	return 0;
}

static int read_field(struct reader *r, unsigned field, struct word w, uint64_t *set)
{
	r->left = w;
	r->field = field;
	if (*w.p == '*' || *w.p == '?')
		r->stars |= 1U << field;
	if (field == WEEKDAY && take(r, '&'))
		r->stars |= 1U << BOTH;
	do
		if (element(r, set))
			return -1;
	while (take(r, ','));
	if (r->left.p < w.end)
		return fail(r, r->left.p, w.end, "a comma, a step as /2 or a blank is expected here");
	return 0;
}

static int read_fields(struct reader *r, const struct word *words, unsigned n)
{
	struct cronspec *s = r->spec;
	uint64_t sets[FIELDS] = {0};
	unsigned skip = n < FIELDS;

	for (unsigned i = skip; i < FIELDS; i++)
		if (read_field(r, i, words[i - skip], &sets[i]))
			return -1;
	s->seconds = skip ? 1 : sets[SECOND];
	s->minutes = sets[MINUTE];
	s->hours = (uint32_t)sets[HOUR];
	s->days |= (uint32_t)sets[DAY];
	s->months = (uint16_t)sets[MONTH];
	s->weekdays = (uint8_t)sets[WEEKDAY];
	if (!skip)
		s->flags |= CRONSPEC_SECONDS;
	if (r->stars & (1 << MINUTE | 1 << HOUR))
		s->flags |= CRONSPEC_WILD;
	if (r->stars & (1 << DAY | 1 << WEEKDAY | 1 << BOTH)) {
		s->flags |= CRONSPEC_BOTH;
		if (!(r->stars >> BOTH) && (s->days | 1) != UINT32_MAX && s->weekdays != 127)
			s->flags |= CRONSPEC_ODD;
	}
	return 0;
}

/* 90, 90s, 1h30m: at least so long. */
static int read_span(struct reader *r, struct word w, unsigned least, uint32_t *out)
{
	unsigned long n;
	uint64_t sum = 0, unit;

	r->left = w;
	do {
		unit = r->left.p == w.p; /* a number alone counts seconds */
		if (!num_digits(&r->left.p, w.end, 9, &n))
			unit = n = 0;
		else if (r->left.p < w.end)
			unit = take(r, 's') ? 1 : take(r, 'm') ? 60 : take(r, 'h') ? 3600 : take(r, 'd') ? 86400 : 0;
		sum += n * unit;
	} while (unit && sum <= UINT32_MAX && r->left.p < w.end);
	if (!unit || sum < least || sum > UINT32_MAX)
		return fail(r, w.p, w.end, "a time of 1s or more is expected: 90s, 1h30m");
	*out = (uint32_t)sum;
	return 0;
}

static int read_boot(struct reader *r, const struct word *words, unsigned n)
{
	struct word again = words[2];
	uint32_t first;

	if (read_span(r, words[1], 0, &first))
		return -1;
	r->spec->seconds = first;
	r->spec->flags = CRONSPEC_BOOT;
	if (n < 3)
		return 0;
	if (*again.p == '+') {
		again.p++;
		r->spec->flags |= CRONSPEC_AFTER;
	}
	return read_span(r, again, 1, &r->spec->every);
}

static int read_macro(struct reader *r, struct word *words, unsigned n)
{
	struct word parts[SPLIT];
	bool every = is(words, "@every"), boot = is(words, "@boot");

	if (n > 1U + every + 2 * boot)
		return fail(r, words[n - 1].p, words[n - 1].end, "nothing may follow here");
	if (n == 1)
		words[1] = (struct word){words->end, words->end};
	if (every)
		return read_span(r, words[1], 1, &r->spec->every);
	if (boot)
		return read_boot(r, words, n);
	if (is(words, "@reboot")) {
		r->spec->flags = CRONSPEC_REBOOT;
		return 0;
	}
	for (size_t i = 0; i < sizeof macros / sizeof *macros; i++)
		if (is(words, macros[i].name))
			return read_fields(r, parts, split(macros[i].schedule, strlen(macros[i].schedule), parts));
	return fail(r, words->p, words->end,
	            "it is @yearly @monthly @weekly @daily @hourly @reboot, @every 90s or @boot 90s");
}

int cronspec_read(struct cronspec *s, const char *text, size_t len, uint64_t seed, struct cronspec_error *error)
{
	struct reader r = {.text = text, .spec = s, .error = error, .seed = seed};
	struct word words[SPLIT];
	unsigned n = split(text, len, words);

	*s = (struct cronspec){0};
	if (n && *words->p == '@')
		return read_macro(&r, words, n);
	if (n < FIELDS - 1 || n > WORDS)
		return fail(&r, n > WORDS ? words[WORDS].p : text + len, text + len,
		            "there are five fields, minute hour day month weekday, or six, second first");
	if (n == WORDS && !is_star(&words[YEAR]))
		return fail(&r, words[YEAR].p, words[YEAR].end, "the seventh field, the year, can only be *");
	return read_fields(&r, words, n == WORDS ? FIELDS : n);
}

size_t cronspec_length(const char *line, size_t len, bool user)
{
	struct cronspec scratch = {0};
	struct cronspec_error ignored;
	uint64_t set = 0;
	struct reader r = {.text = line, .spec = &scratch, .error = &ignored};
	struct word words[SPLIT];
	unsigned n = split(line, len, words), count = FIELDS - 1, after = 1 + (unsigned)user;

	if (n && is(words, "@boot"))
		count = n > 2 && !read_boot(&r, words, 3) ? 3 : 2;
	else if (n && *line == '@')
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
