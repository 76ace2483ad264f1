/* Fuzzing pure/svstate: any text is read, its values lie inside it, and words come out. */
#include "pure/svstate.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/fmt.h"
#include "pure/status.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void inside(const char *value, const char *mem, size_t size)
{
	if (*value && (value < mem || value > mem + size))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *mem = malloc(size + 1), words[128];
	struct status st = {.state = size % 3, .since = {7, 0}};
	struct svstate s;
	struct fmt f;

	memcpy(mem, data, size);
	mem[size] = '\0';
	svstate_read(&s, mem);
	inside(s.state, mem, size);
	inside(s.reason, mem, size);
	inside(s.description, mem, size);
	if (s.exit_code < -1 || s.exit_code > 255 || s.signal < 0)
		abort();
	fmt_open(&f, words, sizeof words);
	svstate_words(&s, &st, size & 1, size & 2, 10, &f);
	if (!f.len)
		abort();
	free(mem);
	return 0;
}
