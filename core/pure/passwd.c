/* passwd - see passwd.h */
#include "pure/passwd.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/num.h"

enum { ID_DIGITS = 10 };

bool passwd_next(const struct passwd *p, size_t *at, struct passwd_row *r)
{
	const char *from, *eol, *end = p->text + p->len;

	if (*at >= p->len)
		return false;
	from = p->text + *at;
	eol = bytes_find(from, end, '\n');
	r->at = *at;
	*at = r->end = (size_t)(eol - p->text) + (eol < end);
	r->count = 1;
	for (unsigned i = 0; i < PASSWD_FIELDS; i++) {
		const char *to = bytes_find(from, eol, ':');
		r->count += to < eol && i + 1 < PASSWD_FIELDS;
		r->field[i] = from;
		r->len[i] = (size_t)(to - from);
		from = to + (to < eol);
	}
	return true;
}

bool passwd_is(const struct passwd_row *r, unsigned field, const char *text)
{
	return strlen(text) == r->len[field] && memcmp(text, r->field[field], r->len[field]) == 0;
}

bool passwd_number(const struct passwd_row *r, unsigned field, uint32_t *id)
{
	const char *p = r->field[field], *end = p + r->len[field];
	unsigned long n;

	while (end - p > 1 && *p == '0')
		p++;
	if (!num_digits(&p, end, ID_DIGITS, &n) || p < end || n > PASSWD_ID_MAX)
		return false;
	*id = (uint32_t)n;
	return true;
}

bool passwd_find(const struct passwd *p, unsigned field, const char *text, struct passwd_row *r)
{
	for (size_t at = 0; passwd_next(p, &at, r);)
		if (passwd_is(r, field, text))
			return true;
	return false;
}

bool passwd_find_id(const struct passwd *p, unsigned field, uint32_t id, struct passwd_row *r)
{
	uint32_t n;

	for (size_t at = 0; passwd_next(p, &at, r);)
		if (passwd_number(r, field, &n) && n == id)
			return true;
	return false;
}

/* Room for `more` bytes in place of [from, to), or NULL. */
static char *splice(struct passwd *p, size_t from, size_t to, size_t more)
{
	size_t rest = p->len - to;

	if (from + more > to) {
		char *text = realloc(p->text, from + more + rest);
		if (!text)
			return NULL;
		p->text = text;
	}
	memmove(p->text + from + more, p->text + to, rest);
	p->len = from + more + rest;
	p->changed = true;
	return p->text + from;
}

int passwd_put(struct passwd *p, const struct passwd_row *r, const char *line)
{
	size_t len = line ? strlen(line) : 0, at = r ? r->at : p->len;
	bool mend = !r && at && p->text[at - 1] != '\n';
	char *to = splice(p, at, r ? r->end : at, mend + len + !!line);

	if (!to)
		return -1;
	if (mend)
		*to++ = '\n';
	if (line) {
		memcpy(to, line, len);
		to[len] = '\n';
	}
	return 0;
}

/* The list, which ends with the line: who reads a table takes a colon in it for a part of a name. Finds the member at
 * *at or behind it, and its end. */
static bool find_member(const struct passwd *p, size_t *at, const char *name, size_t *end)
{
	const char *text = p->text, *eol = bytes_find(text + *at, text + p->len, '\n');
	size_t len = strlen(name);

	for (;; *at = *end + 1) {
		*end = (size_t)(bytes_find(text + *at, eol, ',') - text);
		if (*end - *at == len && memcmp(text + *at, name, len) == 0)
			return true;
		if (text + *end == eol)
			return false;
	}
}

int passwd_add_member(struct passwd *p, const struct passwd_row *r, const char *name)
{
	size_t from = (size_t)(r->field[PASSWD_MEMBERS] - p->text), at = from, end, colons, len = strlen(name);
	bool comma;
	char *to;

	if (find_member(p, &at, name, &end))
		return 0;
	comma = end > from && p->text[end - 1] != ',';
	colons = r->count > PASSWD_MEMBERS ? 0 : PASSWD_MEMBERS + 1 - r->count;
	to = splice(p, end, end, colons + comma + len);
	if (!to)
		return -1;
	memset(to, ':', colons);
	if (comma)
		*to++ = ',';
	memcpy(to + colons, name, len);
	return 0;
}

void passwd_drop_member(struct passwd *p, const struct passwd_row *r, const char *name)
{
	size_t from = (size_t)(r->field[PASSWD_MEMBERS] - p->text), at = from, end;

	while (find_member(p, &at, name, &end)) {
		bool more = end < p->len && p->text[end] == ',';
		if (!more && at > from)
			at--; /* the comma before the last */
		splice(p, at, end + more, 0);
	}
}

static void mark(const struct passwd *p, uint32_t from, uint32_t to, unsigned char *taken)
{
	struct passwd_row r;
	uint32_t n;

	for (size_t at = 0; passwd_next(p, &at, &r);)
		if (passwd_number(&r, PASSWD_ID, &n) && n >= from && n <= to)
			taken[(n - from) / 8] |= (unsigned char)(1 << (n - from) % 8);
}

int64_t passwd_free_id(const struct passwd *a, const struct passwd *b, uint32_t from, uint32_t to)
{
	unsigned char taken[PASSWD_SPAN / 8] = {0};

	mark(a, from, to, taken);
	mark(b, from, to, taken);
	for (uint32_t n = 0; n <= to - from; n++)
		if (!(taken[n / 8] & 1 << n % 8))
			return from + n;
	return -1;
}

static bool leads(char c)
{
	return ((c | 32) >= 'a' && (c | 32) <= 'z') || c == '_';
}

bool passwd_good_name(const char *name)
{
	const char *p = name;

	if (!leads(*p))
		return false;
	while (leads(*p) || (*p >= '0' && *p <= '9') || *p == '.' || *p == '-')
		p++;
	p += *p == '$';
	return !*p && p - name <= PASSWD_NAME_MAX;
}

bool passwd_fits(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == 127 || *text == ':')
			return false;
	return true;
}
