/* frames - see frames.h */
#include "pure/frames.h"

#include <string.h>

#include "base/bytes.h"
#include "base/num.h"

static bool is_gap(char c)
{
	return c == '\n' || c == '\0' || c == '\r';
}

static const char *end_of_line(const char *p, const char *end)
{
	const char *nul;

	end = bytes_find(p, end, '\n');
	nul = memchr(p, '\0', (size_t)(end - p));
	return nul ? nul : end;
}

/* Passes over what is left of a message that was too long, and over the gap between two. Is there a byte behind? */
static bool begin(struct frames *s, const char **at, const char *end)
{
	size_t n = (size_t)(end - *at);

	if (s->passing) {
		*at = end_of_line(*at, end);
		s->passing = *at == end;
	} else if (s->pass) {
		n = s->pass < n ? s->pass : n;
		*at += n;
		s->pass -= n;
	}
	if (!s->seen)
		while (*at < end && is_gap(**at))
			++*at;
	return *at < end;
}

static int counted(struct frames *s, const char **at, const char *end, size_t max, struct frames_message *m)
{
	const char *p = *at;
	unsigned long len;
	size_t have;

	num_digits(&p, end, FRAMES_HEAD - 1, &len);
	if (p == end && !s->ended)
		return 0;
	if (p == end || *p++ != ' ' || !len)
		return -1;
	have = (size_t)(end - p);
	m->cut = len > max;
	m->len = m->cut ? max : len;
	if (have < m->len) {
		if (!s->ended)
			return 0;
		m->cut = true;
		m->len = have;
	} else {
		s->pass = len - m->len;
	}
	m->text = p;
	*at = p + m->len;
	return m->len > 0;
}

static int line(struct frames *s, const char **at, const char *end, size_t max, struct frames_message *m)
{
	size_t have = (size_t)(end - *at);
	const char *stop = end_of_line(*at + s->seen, end);

	m->text = *at;
	m->len = (size_t)(stop - *at);
	m->cut = m->len > max;
	if (stop == end && !s->ended && !m->cut) {
		s->seen = have;
		return 0;
	}
	if (m->cut) {
		m->len = max;
		s->passing = true;
	}
	s->seen = 0;
	*at += m->len;
	return 1;
}

int frames_next(struct frames *s, const char **at, const char *end, size_t max, struct frames_message *m)
{
	const char *p;
	unsigned long n;

	if (!begin(s, at, end))
		return 0;
	p = *at;
	if (s->kind == FRAMES_UNKNOWN) {
		num_digits(&p, end, FRAMES_HEAD - 1, &n);
		if (end - p < 2 && p > *at && !s->ended)
			return 0;
		s->kind = p > *at && end - p >= 2 && p[0] == ' ' && p[1] == '<' ? FRAMES_COUNTED : FRAMES_LINES;
	}
	return s->kind == FRAMES_COUNTED ? counted(s, at, end, max, m) : line(s, at, end, max, m);
}
