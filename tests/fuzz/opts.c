/* Fuzzing base/opts: any words end, and every argument returned lies inside them. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/opts.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct opts_long longs[] = {{"all", 'a', 0}, {"bound", 'b', ':'}, {0}};
	char *text = malloc(size + 1), *argv[32] = {"fuzz"};
	struct opts o = {.argc = 1, .argv = argv};
	int turns = 0;

	if (!text)
		return 0;
	if (size)
		memcpy(text, data, size);
	text[size] = '\0';
	for (size_t i = 0; i < size && o.argc < 31; i += strlen(text + i) + 1) /* words end with NUL */
		argv[o.argc++] = text + i;
	for (int c; (c = opts_next(&o, "ab:c", longs)) != -1;) {
		if (turns++ > 600 || (c == '?' && !o.why) || (c != '?' && (c == 'b') != !!o.arg))
			abort();
		if (o.arg && (o.arg < text || o.arg > text + size))
			abort();
	}
	if (o.index > o.argc)
		abort();
	free(text);
	return 0;
}
