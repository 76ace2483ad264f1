/* Fuzzing pure/heading: what is read is bounded and, written again, reads the same. */
#include "pure/heading.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/fmt.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void same(const char *a, size_t a_len, const char *b, size_t b_len)
{
	if (a_len != b_len || (a_len && memcmp(a, b, a_len) != 0))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + !size), mem[2 * HEADING_MAX];
	struct heading one, two;
	struct fmt f;
	size_t len;

	if (!text)
		return 0;
	if (size)
		memcpy(text, data, size);
	len = heading_read(text, size, &one);
	if (len > size || len > HEADING_MAX || (len && text[len - 1] != 2))
		abort();
	if (len) {
		fmt_open(&f, mem, sizeof mem);
		heading_write(&f, &one);
		if (heading_read(mem, f.len, &two) != f.len)
			abort();
		same(one.name, one.name_len, two.name, two.name_len);
		if (two.members_len || one.members_len < HEADING_MAX - 32 - HEADING_NAME_MAX)
			same(one.members, one.members_len, two.members, two.members_len);
		if (one.severity != two.severity || one.part != two.part || one.part_id != two.part_id ||
		    one.last != two.last)
			abort();
	}
	free(text);
	return 0;
}
