/* Fuzzing pure/lines: however the bytes come in, the lines and parts put together are the bytes, and none is too long.
 * The first byte is the bound, and whether to join, the second the size
 * of the reads, and whether there are headings. */
#include "pure/lines.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "pure/heading.h"
#include "pure/line.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct joined {
	char *mem;
	size_t len;
	unsigned part, id;
};

static void add(struct joined *j, const struct line *l, size_t max)
{
	if (l->len > max || (l->newline && !l->last) || (!l->joined && memchr(l->text, '\n', l->len)))
		abort();
	if (l->part ? l->part != j->part + 1 : j->part || !l->last)
		abort();
	if (l->part > 1 && l->part_id != j->id)
		abort();
	j->part = l->last ? 0 : l->part;
	j->id = l->part_id;
	memcpy(j->mem + j->len, l->text, l->len);
	j->len += l->len;
	if (l->newline)
		j->mem[j->len++] = '\n';
}

/* What is unfinished, with its heading, comes before what was read next, as svc/source.h has it. */
static void read_more(struct lines *l, char *mem, const uint8_t *data, size_t n)
{
	size_t rest = (size_t)(l->end - l->at);

	if (rest > l->max && (!l->headed || rest >= HEADING_MAX))
		abort();
	if (l->heading_len)
		memmove(mem, l->heading, l->heading_len);
	memmove(mem + l->heading_len, l->at, rest);
	memcpy(mem + l->heading_len + rest, data, n);
	l->heading = mem;
	l->at = mem + l->heading_len;
	l->fresh = l->at + rest;
	l->end = l->fresh + n;
}

static bool next(struct lines *l, struct line *line, struct joined *j)
{
	const char *heading;
	size_t len;

	if (!lines_heading(l))
		return false;
	heading = l->heading;
	len = l->heading_len;
	if ((len && !l->headed) || len > HEADING_MAX)
		abort();
	if (!lines_next(l, line))
		return false;
	if (!j->part && len) {
		memcpy(j->mem + j->len, heading, len);
		j->len += len;
	}
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t max = size > 1 ? data[0] % 60 + 4 : 4, step = size > 1 ? data[1] % 100 + 1 : 1, n;
	struct joined j = {.mem = malloc(size + 1)};
	char *mem = malloc(2 * HEADING_MAX + max + step);
	struct lines l = {.max = max, .join = size && data[0] & 128, .headed = size > 1 && data[1] & 128};
	struct line line;

	if (!j.mem || !mem)
		return 0;
	l.at = l.fresh = l.end = mem;
	for (size_t i = 0; i < size; i += step) {
		read_more(&l, mem, data + i, size - i < step ? size - i : step);
		while (next(&l, &line, &j))
			add(&j, &line, max);
	}
	n = j.part ? 0 : l.heading_len;
	if (n)
		memcpy(j.mem + j.len, l.heading, n);
	j.len += n;
	if (lines_rest(&l, &line))
		add(&j, &line, l.headed ? HEADING_MAX : max);
	if (j.len != size || (size && memcmp(j.mem, data, size)) || l.at != l.end)
		abort();
	free(j.mem);
	free(mem);
	return 0;
}
