/* lines - see lines.h */
#include "pure/lines.h"

#include "base/bytes.h"
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

/* The newline that ends the line, or stop. */
static const char *line_end(const struct lines *l, const char *stop)
{
	/* a newline that came last waited for the byte behind it */
	const char *from = l->join && l->fresh > l->at ? l->fresh - 1 : l->fresh;
	const char *nl = bytes_find(from, stop, '\n');

	if (!l->join)
		return nl;
	for (; nl < stop; nl = bytes_find(nl + 1, stop, '\n'))
		if (nl + 1 < l->end && nl[1] != ' ' && nl[1] != '\t')
			return nl;
	return nl;
}

bool lines_next(struct lines *l, struct line *out)
{
	size_t left = (size_t)(l->end - l->at);
	const char *stop = left > l->max ? l->at + l->max + 1 : l->end;
	const char *nl = line_end(l, stop);

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
