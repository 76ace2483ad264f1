/* Fuzzing pure/ring: whatever lies in a file, it is opened as a ring of records within it, and takes new ones. */
#include "pure/ring.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SIZE = 2048, HEAD = 72 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *mem = calloc(1, RING_HEAD + SIZE);
	struct ring_head *head = (struct ring_head *)(void *)mem;
	struct ring r;
	uint64_t at, count = 0;
	size_t len;
	const char *p;

	if (!mem)
		return 0;
	ring_open(&r, mem, SIZE); /* for its mark */
	if (size > 16) {
		head->first = data[0] * 8U + SIZE;
		head->end = head->first + data[1] * 8U;
		for (size_t i = 2; i < size && i < SIZE; i++)
			r.mem[(head->first + i - 2) % SIZE] = (char)data[i];
	}
	if (size % 2)
		ring_add(&r, (const char *)data, size % 200);
	ring_open(&r, mem, SIZE);
	for (at = head->first; (p = ring_next(&r, &at, &len)); count++)
		if (p < r.mem || p + len > r.mem + SIZE || at > head->end)
			abort();
	if (count != r.count)
		abort();
	while (r.count && !ring_behind(&r, 100))
		ring_drop(&r);
	if (!ring_add(&r, mem, 100))
		abort();
	free(mem);
	return 0;
}
