/* logrules - see logrules.h */
#include "pure/logrules.h"

#include <limits.h>
#include <string.h>

#include "base/bytes.h"
#include "base/num.h"

static const char *address(struct logrules *r, char *word, bool only)
{
	char *colon = strchr(word, ':');
	unsigned long port = 514;

	if (colon && !strchr(colon + 1, ':')) { /* with more of them it is IPv6 */
		*colon = '\0';
		if (num_uint(colon + 1, 65535, &port) || !port)
			return "the port must be a number from 1 to 65535";
	}
	if (address_read(&r->to, word, (unsigned)port))
		return "must be an address, or IPv4:PORT";
	r->udp = true;
	r->only_udp = only || r->only_udp;
	return NULL;
}

/* The rules whose rest is one word. */
static const char *word_rule(struct logrules *r, char letter, char *word)
{
	unsigned long ms;

	word[strcspn(word, " \t\r")] = '\0';
	switch (letter) {
	case 's':
		return num_size(word, LONG_MAX, &r->size) ? "must be a number of bytes" : NULL;
	case 't':
		if (num_duration(word, 1000, &ms))
			return "must be a time such as 90, 5m or 1h";
		r->age_s = ms / 1000;
		return NULL;
	case 'n':
	case 'N':
		return num_uint(word, LONG_MAX, letter == 'n' ? &r->num : &r->min) ? "must be a number" : NULL;
	default:
		return address(r, word, letter == 'U');
	}
}

static const char *rule(struct logrules *r, char *line)
{
	char *rest = line + 1;

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
	case '!':
		if (*rest)
			r->processor = rest;
		return NULL;
	case 'p':
		if (strlen(rest) > LOGRULES_PREFIX_MAX)
			return "too long";
		r->prefix = rest;
		return NULL;
	default:
		return strchr("snNtuU", line[0]) ? word_rule(r, line[0], rest) : "there is no such rule";
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
