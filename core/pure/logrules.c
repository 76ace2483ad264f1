/* logrules - see logrules.h */
#include "pure/logrules.h"

#include <limits.h>
#include <string.h>

#include "base/bytes.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Digits, then one of the units: each is `step` times the one before, the first step times one. Moves *at. */
static const char *number(const char **at, const char *units, unsigned step, unsigned long *out)
{
	unsigned long n = 0, times = 1;
	const char *p = *at, *unit;

	if (!is_digit(*p))
		return "a number is missing";
	for (; is_digit(*p); p++) {
		if (n > (LONG_MAX - 9) / 10)
			return "the number is too large";
		n = n * 10 + (unsigned)(*p - '0');
	}
	unit = *p ? strchr(units, *p) : NULL;
	if (unit) {
		p++;
		for (; unit >= units; unit--)
			times *= step;
	}
	if (n > LONG_MAX / times)
		return "the number is too large";
	*at = p;
	*out = n * times;
	return NULL;
}

/* A number and nothing else. */
static const char *only_number(const char *p, const char *units, unsigned step, unsigned long *out)
{
	unsigned long n;
	const char *why = number(&p, units, step, &n);

	if (why)
		return why;
	if (p[strspn(p, " \t\r")])
		return "something follows the number";
	*out = n;
	return NULL;
}

static const char *address(struct logrules *r, const char *p, bool only)
{
	static const char wrong[] = "must be an address A.B.C.D or A.B.C.D:PORT";
	unsigned long n, port = 514;
	unsigned char to[4];

	for (int i = 0; i < 4; i++) {
		if ((i && *p++ != '.') || number(&p, "", 1, &n) || n > 255)
			return wrong;
		to[i] = (unsigned char)n;
	}
	if (*p == ':') {
		p++;
		if (number(&p, "", 1, &port) || port == 0 || port > 65535)
			return wrong;
	}
	if (p[strspn(p, " \t\r")])
		return wrong;
	memcpy(r->to, to, sizeof to);
	r->port = (uint16_t)port;
	r->only_udp = only || r->only_udp;
	return NULL;
}

static const char *rule(struct logrules *r, const char *line)
{
	const char *rest = line + 1;

	switch (line[0]) {
	case '\0':
	case '#':
		return NULL;
	case '+':
	case '-':
	case 'e':
	case 'E':
		r->selective = true;
		return NULL;
	case 's':
		return only_number(rest, "km", 1024, &r->size);
	case 't':
		return only_number(rest, "mh", 60, &r->age_s);
	case 'n':
		return only_number(rest, "", 1, &r->num);
	case 'N':
		return only_number(rest, "", 1, &r->min);
	case 'u':
	case 'U':
		return address(r, rest, line[0] == 'U');
	case '!':
		if (*rest)
			r->processor = rest;
		return NULL;
	case 'p':
		if (strlen(rest) > LOGRULES_PREFIX_MAX)
			return "the prefix is too long";
		r->prefix = rest;
		return NULL;
	default:
		return "no rule begins with that letter: s n N t ! u U p + - e E #";
	}
}

void logrules_default(struct logrules *r)
{
	*r = (struct logrules){.size = 1000000, .num = 10, .min = 10, .prefix = ""};
}

const char *logrules_read(struct logrules *r)
{
	while (r->at < r->len) {
		char *line = r->text + r->at, *end = line;
		const char *why;

		end += bytes_find(line, r->text + r->len, '\n') - line;
		*end = '\0';
		r->at = (size_t)(end - r->text) + 1;
		r->line++;
		why = rule(r, line);
		if (why) {
			*line = '#';
			return why;
		}
	}
	return NULL;
}

bool logrules_match(const char *p, const char *s, size_t len)
{
	const char *end = s + len;

	for (; *p; p++) {
		if (*p == '*') {
			if (!p[1])
				return true;
			while (s < end && *s != p[1])
				s++;
			if (s == end)
				return false;
		} else if (*p == '+') {
			p++;
			if (!*p || s == end || *s != *p)
				return false;
			while (s < end && *s == *p)
				s++;
			if (s == end)
				return true; /* as runit, which takes the rest of the pattern for matched */
		} else if (s == end || *s++ != *p) {
			return false;
		}
	}
	return s == end;
}

bool logrules_take(const struct logrules *r, const char *line, size_t len, bool *alert)
{
	bool take = true;

	*alert = false;
	for (const char *p = r->text; p < r->text + r->len; p += strlen(p) + 1) {
		if (!*p || !strchr("+-eE", *p) || !logrules_match(p + 1, line, len))
			continue;
		if (*p == '+' || *p == '-')
			take = *p == '+';
		else
			*alert = *p == 'e';
	}
	return take;
}
