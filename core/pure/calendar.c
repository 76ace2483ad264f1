/* calendar - see calendar.h */
#include "pure/calendar.h"

#include <stdint.h>
#include <string.h>

#include "base/fmt.h"
#include "base/num.h"
#include "pure/cronspec.h"

enum { SECOND, MINUTE, HOUR, DAY, MONTH, WEEKDAY, FIELDS, YEAR = FIELDS, PARTS };
enum { LAST_MOST = 28 }; /* days from the end of a month that every month has */

static const char what[] = "this is no calendar event of systemd.time(7)";

struct part {
	const char *p, *end;
};

static const struct {
	char name[13], schedule[15];
} shorthands[] = {
        {"minutely", "* * * * *"},       {"hourly", "0 * * * *"},   {"daily", "0 0 * * *"},
        {"weekly", "0 0 * * 1"},         {"monthly", "0 0 1 * *"},  {"quarterly", "0 0 1 1/3 *"},
        {"semiannually", "0 0 1 1,7 *"}, {"annually", "0 0 1 1 *"}, {"yearly", "0 0 1 1 *"},
};

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? c | 32 : c;
}

static bool letter(char c)
{
	return lower(c) >= 'a' && lower(c) <= 'z';
}

static bool is(const struct part *w, const char *name)
{
	const char *p = w->p;

	for (; p < w->end && lower(*p) == *name; p++, name++)
		;
	return p == w->end && !*name;
}

/* The next word; *p moves to the one behind. */
static struct part word(const char **p, const char *end)
{
	struct part w = {*p, *p};

	while (w.end < end && *w.end != ' ' && *w.end != '\t')
		w.end++;
	for (*p = w.end; *p < end && (**p == ' ' || **p == '\t'); ++*p)
		;
	return w;
}

/* Cuts at each of the two bytes. How many pieces there are, of which `most` are kept. */
static unsigned split(struct part w, const char by[2], struct part *out, unsigned most)
{
	unsigned n = 0;

	for (const char *p = w.p;; p++)
		if (p == w.end || *p == by[0] || *p == by[1]) {
			if (n < most)
				out[n] = (struct part){w.p, p};
			n++;
			w.p = p + 1;
			if (p == w.end)
				return n;
		}
}

static bool number(struct part *w, unsigned long *out)
{
	return num_digits(&w->p, w->end, 4, out) > 0;
}

static bool take(struct part *w, const char *text, ptrdiff_t len)
{
	bool there = w->end - w->p >= len && memcmp(w->p, text, (size_t)len) == 0;

	w->p += there ? len : 0;
	return there;
}

/* Days from the end of the month: the first of a range is the later one. */
static bool put_last(struct part w, struct fmt *f)
{
	unsigned long from, to, step;
	uint32_t set = 0;

	do {
		if (!number(&w, &to))
			return false;
		from = to;
		step = take(&w, "..", 2);
		if (step && !number(&w, &from))
			return false;
		if (take(&w, "/", 1)) {
			to = step ? to : 1;
			if (!number(&w, &step) || !step)
				return false;
		}
		if (!to || to > from || from > LAST_MOST)
			return false;
		for (; from >= to; from -= step && step < from ? step : from)
			set |= 1U << from;
	} while (take(&w, ",", 1));
	for (unsigned n = LAST_MOST; n; n--)
		if (set >> n & 1)
			fmt_add(f, n > 1 ? "L-%u%s" : "L", n - 1, set << (32 - n) ? "," : "");
	return w.p == w.end;
}

/* The same, as cron writes it: only ranges look otherwise. */
static bool put(struct part w, bool names, struct fmt *f)
{
	if (w.p == w.end)
		return false;
	while (w.p < w.end)
		if (take(&w, "..", 2))
			fmt_char(f, '-');
		else if (letter(*w.p) ? names : (*w.p >= '0' && *w.p <= '9') || strchr(names ? "*,-" : "*,/", *w.p))
			fmt_char(f, *w.p++);
		else
			return false;
	return true;
}

static int fail(struct cronspec_error *e, const char *text, const char *at, const char *why)
{
	*e = (struct cronspec_error){(size_t)(at - text), why};
	return -1;
}

/* The parts of the date and of the time. NULL, or what is none. */
static const char *cut(const char *p, const char *end, struct part *parts, bool *last)
{
	struct part w, list[3];
	unsigned n;

	if (p < end && letter(*p)) {
		w = parts[WEEKDAY] = word(&p, end);
		parts[WEEKDAY].end -= w.end > w.p + 1 && w.end[-1] == ',';
		if (p == end)
			return NULL;
	}
	w = word(&p, end);
	if (!memchr(w.p, ':', (size_t)(w.end - w.p))) {
		const char *tilde = memchr(w.p, '~', (size_t)(w.end - w.p));
		n = split(w, "-~", list, 3);
		*last = tilde;
		if (n < 2 || n > 3 || (tilde && tilde + 1 != list[n - 1].p))
			return w.p;
		parts[DAY] = list[n - 1];
		parts[MONTH] = list[n - 2];
		if (n > 2)
			parts[YEAR] = list[0];
		if (p == end)
			return NULL;
		w = word(&p, end);
	}
	n = split(w, "::", list, 3);
	if (n < 2 || n > 3)
		return w.p;
	parts[HOUR] = list[0];
	parts[MINUTE] = list[1];
	if (n > 2)
		parts[SECOND] = list[2];
	return p == end ? NULL : p;
}

int calendar_read(const char *text, struct fmt *f, const char **zone, struct cronspec_error *e)
{
	static const char defaults[] = "000****";
	const char *p = text + strspn(text, " \t"), *end = p + strlen(p), *wrong;
	struct part parts[PARTS], w;
	size_t from[FIELDS], begin = f->len;
	struct cronspec spec;
	bool last = false, day;

	for (unsigned i = 0; i < PARTS; i++)
		parts[i] = (struct part){defaults + i, defaults + i + 1};
	for (wrong = end; wrong > p && wrong[-1] != ' ' && wrong[-1] != '\t'; wrong--)
		;
	*zone = wrong > p && letter(*wrong) ? wrong : NULL;
	if (*zone)
		end = wrong;
	while (end > p && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	w = (struct part){p, end};
	for (size_t i = 0; i < sizeof shorthands / sizeof *shorthands; i++)
		if (is(&w, shorthands[i].name)) {
			fmt_str(f, shorthands[i].schedule);
			return 0;
		}
	wrong = cut(p, end, parts, &last);
	if (wrong)
		return fail(e, text, wrong, what);
	if (!is(&parts[YEAR], "*"))
		return fail(e, text, parts[YEAR].p, "years cannot be told apart: only * can be said");
	day = !is(&parts[DAY], "*");
	/* five fields, if seconds are nothing special */
	from[SECOND] = 0;
	for (unsigned i = is(&parts[SECOND], "0") || is(&parts[SECOND], "00"); i < FIELDS; i++) {
		from[i] = f->len - begin;
		if (i == WEEKDAY && day && !is(&parts[WEEKDAY], "*"))
			fmt_char(f, '&');
		if (!(i == DAY && last && day ? put_last(parts[i], f) : put(parts[i], i == WEEKDAY, f)))
			return fail(e, text, parts[i].p, what);
		if (i < WEEKDAY)
			fmt_char(f, ' ');
	}
	if (f->cut)
		return fail(e, text, p, what);
	if (cronspec_read(&spec, f->mem + begin, f->len - begin, 0, e) == 0)
		return 0;
	for (unsigned i = WEEKDAY;; i--)
		if (from[i] <= e->at)
			return fail(e, text, parts[i].p, e->why);
}
