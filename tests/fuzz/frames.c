/* Fuzzing pure/frames: whatever pieces a stream comes in, its messages are the same, lie within what was given, are not
 * too long, and a buffer of FRAMES_HEAD bytes more than the longest is enough. The first byte is the bound, the second
 * the size of the pieces. */
#include "pure/frames.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct result {
	char *mem;
	size_t len;
	int end;
};

static struct result run(const uint8_t *data, size_t size, size_t max, size_t step)
{
	struct result r = {.mem = malloc(3 * size + 1)};
	char *mem = malloc(max + FRAMES_HEAD + step);
	struct frames s = {0};
	struct frames_message m;
	size_t have = 0;

	if (!r.mem || !mem)
		exit(1);
	for (size_t i = 0; r.end >= 0 && !s.ended;) {
		size_t n = size - i < step ? size - i : step;
		const char *at = mem, *end = mem + have + n;

		if (have > max + FRAMES_HEAD)
			abort();
		if (n)
			memcpy(mem + have, data + i, n);
		i += n;
		s.ended = n == 0;
		while ((r.end = frames_next(&s, &at, end, max, &m)) > 0) {
			if (m.text < mem || m.text + m.len > end || at < m.text + m.len || at > end || !m.len ||
			    m.len > max)
				abort();
			memcpy(r.mem + r.len, m.text, m.len);
			r.len += m.len;
			r.mem[r.len++] = '|';
			r.mem[r.len++] = m.cut ? '~' : ' ';
		}
		have = (size_t)(end - at);
		memmove(mem, at, have);
		if (s.ended && r.end == 0 && have)
			abort();
	}
	free(mem);
	return r;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct result whole, pieces;
	size_t max, step;

	if (size < 2)
		return 0;
	max = data[0] % 80 + 1;
	step = data[1] % 40 + 1;
	whole = run(data + 2, size - 2, max, size);
	pieces = run(data + 2, size - 2, max, step);
	if (whole.len != pieces.len || memcmp(whole.mem, pieces.mem, whole.len) != 0 || whole.end != pieces.end)
		abort();
	free(whole.mem);
	free(pieces.mem);
	return 0;
}
