/* Fuzzing base/signals: what has a number has a name that leads back to it. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/signals.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);
	int n;

	if (!text)
		return 0;
	if (size)
		memcpy(text, data, size);
	text[size] = '\0';
	n = signals_number(text);
	if (n < -1 || n > 64 || (n >= 0 && signals_number(signals_name(n)) != n))
		abort();
	free(text);
	return 0;
}
