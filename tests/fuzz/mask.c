/* Fuzzing pure/mask: what was secret is stars, nothing else is changed. The input is secrets, a NUL, the text. */
#include "pure/mask.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *cut = memchr(data, 0, size);
	size_t len = cut ? size - (size_t)(cut - data) - 1 : 0;
	char *mem = malloc(len + 1), *hidden = calloc(1, len + 1);
	struct mask m = {.count = 0};

	if (!mem || !hidden || !cut)
		goto out;
	mask_add(&m, (const char *)data, (size_t)(cut - data));
	memcpy(mem, cut + 1, len);
	mask_over(&m, mem, mem + len);
	for (size_t s = 0; s < m.count; s++)
		for (size_t i = 0; i + m.secrets[s].len <= len; i++)
			if (memcmp(cut + 1 + i, m.secrets[s].text, m.secrets[s].len) == 0)
				memset(hidden + i, 1, m.secrets[s].len);
	for (size_t i = 0; i < len; i++)
		if (mem[i] != (hidden[i] ? '*' : (char)cut[1 + i]))
			abort();
out:
	free(mem);
	free(hidden);
	return 0;
}
