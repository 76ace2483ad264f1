/* passwd - see passwd.h */
#include "pure/passwd.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/fmt.h"
#include "base/num.h"

bool passwd_next(const struct passwd *p, size_t *at, struct passwd_row *r)
{
	const char *from = p->text + *at, *end = p->text + p->len, *eol;
	char *to = r->text;
	bool cut;

	if (*at >= p->len)
		return false;
	eol = bytes_find(from, end, '\n');
	r->at = *at;
	*at = r->end = (size_t)(eol - p->text) + (eol < end);
	cut = fmt_into(r->text, sizeof r->text, "%.*s", (int)(eol - from), from);
	for (unsigned i = 0; i < PASSWD_FIELDS; i++) {
		r->field[i] = cut && i >= PASSWD_HOME ? "" : to;
		to += strcspn(to, ":");
		if (*to)
			*to++ = '\0';
	}
	return true;
}

bool passwd_number(const struct passwd_row *r, unsigned field, uint32_t *id)
{
	unsigned long n;

	if (num_uint(r->field[field], PASSWD_ID_MAX, &n))
		return false;
	*id = (uint32_t)n;
	return true;
}

bool passwd_find(const struct passwd *p, const char *name, struct passwd_row *r)
{
	for (size_t at = 0; passwd_next(p, &at, r);)
		if (strcmp(r->field[PASSWD_NAME], name) == 0)
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

/* Where a line's list begins; it ends with the line, as who reads a table takes a colon in it for a part of a name.
 * The line lacks so many colons before it. */
static size_t list(const struct passwd *p, const struct passwd_row *r, unsigned *lacks)
{
	const char *at = p->text + r->at, *eol = bytes_find(at, p->text + p->len, '\n');

	for (*lacks = PASSWD_MEMBERS; *lacks; --*lacks) {
		const char *colon = bytes_find(at, eol, ':');
		at = colon + (colon < eol);
		if (colon == eol)
			break;
	}
	return (size_t)(at - p->text);
}

/* Finds the member at *at or behind it, and its end. */
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

int passwd_member(struct passwd *p, const struct passwd_row *r, const char *name, bool add)
{
	unsigned lacks;
	size_t from = list(p, r, &lacks), at = from, end, len = strlen(name);
	bool comma;
	char *to;

	while (find_member(p, &at, name, &end)) {
		bool more = end < p->len && p->text[end] == ',';
		if (add)
			return 0;
		if (!more && at > from)
			at--; /* the comma before the last */
		splice(p, at, end + more, 0);
	}
	if (!add)
		return 0;
	comma = end > from && p->text[end - 1] != ',';
	to = splice(p, end, end, lacks + comma + len);
	if (!to)
		return -1;
	memset(to, ':', lacks);
	to += lacks;
	if (comma)
		*to++ = ',';
	memcpy(to, name, len);
	return 0;
}

/* As tables mostly ascend, the second turn mostly is the last. */
uint32_t passwd_free_id(const struct passwd *a, const struct passwd *b, uint32_t id)
{
	const struct passwd *const both[] = {a, b};
	struct passwd_row r;
	uint32_t was, n;

	do {
		was = id;
		for (int i = 0; i < 2; i++)
			for (size_t at = 0; passwd_next(both[i], &at, &r);)
				id += passwd_number(&r, PASSWD_ID, &n) && n == id;
	} while (id != was);
	return id;
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
