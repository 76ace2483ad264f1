/* Fuzzing base/num: what is taken is as large as its digits say; what is refused leaves the result alone. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);
	unsigned long n = 1, ms = 1;

	if (!text)
		return 0;
	if (size)
		memcpy(text, data, size);
	text[size] = '\0';
	if (num_uint(text, 100000, &n) ? n != 1 : n != strtoul(text, NULL, 10) || n > 100000)
		abort();
	if (num_duration(text, 1000, &ms) ? ms != 1 : ms > 367UL * 86400000)
		abort();
	free(text);
	return 0;
}
