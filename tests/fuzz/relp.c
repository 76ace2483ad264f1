/* Fuzzing pure/relp: a frame lies within what was given, says the same when it is made again, and none of its
 * beginnings is one; what cannot become a frame any more never does. */
#include "pure/relp.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/fmt.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A piece of heap of that size, so that a byte too far is seen. */
static ssize_t next(struct relp_frame *f, const char *text, size_t size, const char **why)
{
	char *mem = malloc(size ? size : 1);
	ssize_t n;

	if (!mem)
		exit(1);
	memcpy(mem, text, size);
	n = relp_next(f, mem, size, 300, why);
	free(mem);
	return n;
}

static void again(const struct relp_frame *f)
{
	char mem[300 + RELP_AROUND + 1];
	const char *why;
	struct relp_frame g;
	struct fmt to;

	if (f->command == RELP_OTHER)
		return;
	fmt_open(&to, mem, sizeof mem);
	relp_put(&to, f->nr, f->command, f->data, f->len);
	if (to.cut || relp_next(&g, mem, to.len, 300, &why) != (ssize_t)to.len)
		abort();
	if (g.nr != f->nr || g.command != f->command || g.len != f->len || memcmp(g.data, f->data, f->len) != 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data, *why = NULL;
	struct relp_frame f;
	ssize_t first = size > 1000 ? 0 : relp_next(&f, text, size, 300, &why), got = 0;

	if (first < 0 && !why)
		abort();
	if (first > 0) {
		if (f.nr > RELP_NR_MAX || f.len > 300 || f.data < text || f.data + f.len + 1 != text + first)
			abort();
		again(&f);
		if (relp_code(&f) > 999)
			abort();
	}
	for (size_t n = 0; n <= size && size <= 1000 && got == 0; n++)
		got = next(&f, text, n, &why);
	if (got != first)
		abort();
	return 0;
}
