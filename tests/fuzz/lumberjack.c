/* Fuzzing pure/lumberjack: a server's answers in pieces of any length are what they are in one. */
#include "pure/lumberjack.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Of bytes that lie in a piece of heap of just their size. */
static ptrdiff_t read_ack(const uint8_t *data, size_t len, uint32_t *number)
{
	char *mem = malloc(len + !len);
	ptrdiff_t used = 0;

	if (!mem)
		return 0;
	memcpy(mem, data, len);
	used = lumberjack_ack(mem, len, number);
	free(mem);
	return used;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint32_t number, again;

	for (ptrdiff_t used; (used = read_ack(data, size, &number)) != 0; data += used, size -= (size_t)used) {
		if (used < 0)
			return 0;
		if ((size_t)used > size)
			abort();
		for (size_t len = 0; len < (size_t)used; len++)
			if (read_ack(data, len, &again) != 0)
				abort();
		if (read_ack(data, (size_t)used, &again) != used || again != number)
			abort();
	}
	return 0;
}
