/* lines - see lines.h */
#include "pure/lines.h"

#include <string.h>

#include "base/bytes.h"
#include "pure/heading.h"
#include "pure/line.h"

static unsigned last_id;

void lines_ids(unsigned last)
{
	last_id = last;
}

static void give(struct lines *l, struct line *out, size_t len, bool newline, bool last)
{
	if (!last && !l->part)
		l->part_id = ++last_id;
	out->text = l->at;
	out->len = len;
	out->joined = l->join;
	out->newline = newline;
	out->last = last;
	out->part = l->part || !last ? l->part + 1 : 0;
	out->part_id = l->part_id;
	l->part = last ? 0 : l->part + 1;
	l->heading_len = last ? 0 : l->heading_len;
	l->at += len + newline;
	if (l->fresh < l->at)
		l->fresh = l->at;
}

/* A run of more continuation bytes than a character has is no UTF-8. */
size_t lines_cut(const char *text, size_t max)
{
	for (size_t back = 0; back < 4; back++)
		if (((unsigned char)text[max - back] & 0xc0) != 0x80)
			return max - back;
	return max;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Does what begins at p belong to the line before? So it seems as long as not all of its heading has come. */
static bool joins(const struct lines *l, const char *p)
{
	struct heading one, two;
	size_t n;

	if (!l->heading_len)
		return p == l->end || is_blank(*p);
	n = heading_read(p, (size_t)(l->end - p), &two);
	if (!n)
		return p == l->end || (*p == HEADING_SOH && bytes_find(p, l->end, '\n') == l->end);
	heading_read(l->heading, l->heading_len, &one);
	return one.name_len == two.name_len && memcmp(one.name, two.name, one.name_len) == 0 &&
	       (p + n == l->end || is_blank(p[n]));
}

/* The newline that ends the line, or stop. */
static const char *line_end(const struct lines *l, const char *stop, bool too_long)
{
	/* a newline that came last waited for the byte behind it */
	const char *from = l->join && l->heading_len ? l->at : l->join && l->fresh > l->at ? l->fresh - 1 : l->fresh;
	const char *nl = bytes_find(from, stop, '\n'), *last = stop;

	if (!l->join)
		return nl;
	for (; nl < stop; nl = bytes_find(nl + 1, stop, '\n')) {
		if (!joins(l, nl + 1))
			return nl;
		last = nl;
	}
	return too_long && l->heading_len ? last : stop;
}

bool lines_heading(struct lines *l)
{
	size_t left = (size_t)(l->end - l->at);
	struct heading h;

	if (!l->headed || l->part || l->heading_len || !left || *l->at != HEADING_SOH)
		return true;
	l->heading_len = heading_read(l->at, left, &h);
	l->heading = l->at;
	l->at += l->heading_len;
	if (l->fresh < l->at)
		l->fresh = l->at;
	return l->heading_len || left >= HEADING_MAX || bytes_find(l->at, l->end, '\n') < l->end;
}

char *lines_unhead(char *to, const struct line *l)
{
	const char *p = l->text, *end = p + l->len;
	struct heading h;

	while (p < end) {
		const char *nl = bytes_find(p, end, '\n');
		nl += nl < end;
		memcpy(to, p, (size_t)(nl - p));
		to += nl - p;
		p = nl + heading_read(nl, (size_t)(end - nl), &h);
	}
	return to;
}

bool lines_next(struct lines *l, struct line *out)
{
	size_t left;
	const char *stop, *nl;

	if (!lines_heading(l))
		return false;
	left = (size_t)(l->end - l->at);
	stop = left > l->max ? l->at + l->max + 1 : l->end;
	nl = line_end(l, stop, left > l->max);
	if (nl < stop) {
		give(l, out, (size_t)(nl - l->at), true, true);
		return true;
	}
	l->fresh = stop;
	if (left <= l->max)
		return false;
	give(l, out, lines_cut(l->at, l->max), false, false);
	return true;
}

bool lines_waiting(const struct lines *l)
{
	return l->join && l->at < l->end && l->end[-1] == '\n';
}

bool lines_rest(struct lines *l, struct line *out)
{
	size_t newline = lines_waiting(l);

	if (l->at == l->end)
		return false;
	give(l, out, (size_t)(l->end - l->at) - newline, newline, true);
	return true;
}
