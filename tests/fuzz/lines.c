/* Fuzzing pure/lines: however the bytes come in, the lines and parts put together are the bytes, and none is too long.
 * The first byte is the bound, and whether to join, the second the size of the reads. */
#include "pure/lines.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t max = size > 1 ? data[0] % 60 + 4 : 4, step = size > 1 ? data[1] % 100 + 1 : 1;
	struct joined j = {.mem = malloc(size + 1)};
	char *mem = malloc(max + step);
	struct lines l = {.at = mem, .fresh = mem, .end = mem, .max = max, .join = size && data[0] & 128};
	struct line line;

	if (!j.mem || !mem)
		return 0;
	for (size_t i = 0; i < size; i += step) {
		size_t n = size - i < step ? size - i : step, kept = (size_t)(l.end - l.at);

		if (kept > max)
			abort();
		memmove(mem, l.at, kept);
		memcpy(mem + kept, data + i, n);
		l.at = mem;
		l.fresh = mem + kept;
		l.end = l.fresh + n;
		while (lines_next(&l, &line))
			add(&j, &line, max);
	}
	if (lines_rest(&l, &line))
		add(&j, &line, max);
	if (j.len != size || (size && memcmp(j.mem, data, size)) || l.at != l.end)
		abort();
	free(j.mem);
	free(mem);
	return 0;
}
