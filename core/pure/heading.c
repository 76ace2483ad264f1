/* heading - see heading.h */
#include "pure/heading.h"

#include <string.h>

#include "base/bytes.h"
#include "base/fmt.h"
#include "base/num.h"
#include "base/words.h"

enum { STX = 2, US = 31, DIGITS = 9 };

/* What each line of logd's has, and what GELF forbids. */
static const char taken[] = "time host service stream severity level message msg id";

static bool is_control(char c)
{
	return (unsigned char)c < ' ' || c == 0x7f;
}

static const char *number_end(const char *p, const char *end)
{
	const char *first;
	unsigned long n;

	p += *p == '-';
	first = p;
	if (!num_digits(&p, end, DIGITS, &n) || (*first == '0' && p - first > 1))
		return NULL;
	if (p == end || *p != '.')
		return p;
	p++;
	return num_digits(&p, end, DIGITS, &n) ? p : NULL;
}

bool heading_member(const char **at, const char *end, struct heading_member *m)
{
	const char *p = *at;

	if (p == end || *p++ != '"')
		return false;
	for (m->key = p; p < end && ((*p >= 'a' && *p <= 'z') || *p == '_'); p++)
		;
	m->key_len = (size_t)(p - m->key);
	if (!m->key_len || end - p < 3 || p[0] != '"' || p[1] != ':')
		return false;
	m->value = p += 2;
	if (*p == '"') {
		while (++p < end && *p != '"')
			if (*p < ' ' || *p > '~' || *p == '\\')
				return false;
		p += p < end ? 1 : 2;
	} else {
		p = number_end(p, end);
	}
	if (!p || p > end)
		return false;
	m->value_len = (size_t)(p - m->value);
	if (p < end && (*p != ',' || ++p == end))
		return false;
	*at = p;
	return true;
}

static bool are_members(const char *p, const char *end)
{
	struct heading_member m;

	while (p < end)
		if (!heading_member(&p, end, &m) || words_among(taken, m.key, m.key_len))
			return false;
	return true;
}

static bool read_part(struct heading *h, const char *p, const char *end)
{
	unsigned long id, part;

	if (!num_digits(&p, end, DIGITS, &id) || p == end || *p++ != '.' || !num_digits(&p, end, DIGITS, &part) ||
	    !part)
		return false;
	h->part_id = (unsigned)id;
	h->part = (unsigned)part;
	h->last = p < end && *p == '.';
	return p + h->last == end;
}

size_t heading_read(const char *text, size_t len, struct heading *h)
{
	const char *end = text + (len < HEADING_MAX ? len : HEADING_MAX), *p = text + 4, *stop;

	if (len < 6 || text[0] != HEADING_SOH || text[1] != '<' || text[2] < '0' || text[2] > '7' || text[3] != '>')
		return 0;
	stop = bytes_find(p, end, STX);
	if (stop == end)
		return 0;
	*h = (struct heading){.name = p, .severity = text[2] - '0', .last = true};
	while (p < stop && !is_control(*p))
		p++;
	h->name_len = (size_t)(p - h->name);
	if (!h->name_len || h->name_len > HEADING_NAME_MAX || (p < stop && *p != US))
		return 0;
	if (p < stop) {
		h->members = ++p;
		p = bytes_find(p, stop, US);
		h->members_len = (size_t)(p - h->members);
		if (!are_members(h->members, p) || (p < stop && !read_part(h, p + 1, stop)))
			return 0;
	}
	return (size_t)(stop + 1 - text);
}

void heading_write(struct fmt *f, const struct heading *h)
{
	size_t n = h->name_len < HEADING_NAME_MAX ? h->name_len : HEADING_NAME_MAX;

	fmt_add(f, "%c<%u>", HEADING_SOH, (unsigned)h->severity & 7);
	for (size_t i = 0; i < n; i++)
		fmt_char(f, is_control(h->name[i]) ? '?' : h->name[i]);
	if (h->members_len || h->part)
		fmt_char(f, US);
	if (h->members_len && n + h->members_len < HEADING_MAX - 32 &&
	    are_members(h->members, h->members + h->members_len))
		fmt_mem(f, h->members, h->members_len);
	if (h->part)
		fmt_add(f, "%c%u.%u%s", US, h->part_id, h->part, h->last ? "." : "");
	fmt_char(f, STX);
}

bool heading_owns(const char *service, size_t len, const char *name, size_t name_len)
{
	static const char cron[] = "crond";

	if (name_len >= len && memcmp(service, name, len) == 0 && (name_len == len || name[len] == '/'))
		return true;
	return len == 5 && memcmp(service, cron, 5) == 0 && name_len > 5 && memcmp(name, "cron/", 5) == 0;
}

void heading_name(struct fmt *f, const char *service, const struct heading *h)
{
	if (!heading_owns(service, strlen(service), h->name, h->name_len))
		fmt_add(f, "%s/", service);
	fmt_mem(f, h->name, h->name_len);
}
