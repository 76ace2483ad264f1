/* Fuzzing pure/zone, files and rules: nothing is read outside them, and what is accepted is a row of spans without
 * gaps.
 */
#include "pure/zone.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int64_t check_span(const struct zone *z, int64_t at)
{
	struct zone_span s, next;

	zone_span(z, at, &s);
	if (s.from > at || (at >= s.until && at != INT64_MAX) || s.from >= s.until || s.offset > 30 * 3600 ||
	    s.offset < -30 * 3600 || !memchr(s.name, '\0', sizeof s.name))
		abort();
	if (s.until != INT64_MAX) {
		zone_span(z, s.until, &next);
		if (next.from != s.until)
			abort();
	}
	if (s.from != INT64_MIN) {
		zone_span(z, s.from - 1, &next);
		if (next.until != s.from)
			abort();
	}
	return s.until;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *mem = malloc(size + 1);
	int64_t at = INT64_MIN;
	struct zone *z;

	if (!mem)
		return 0;
	if (size)
		memcpy(mem, data, size);
	mem[size] = '\0';
	z = zone_rule(mem);
	if (!z && size) {
		mem = realloc(mem, size);
		z = zone_read(mem, size);
	}
	free(mem);
	if (z) {
		for (int i = 0; i < 300 && at != INT64_MAX; i++)
			at = check_span(z, at);
		for (at = 0; at < INT64_C(1) << 62; at += at / 2 + 1)
			check_span(z, at);
		check_span(z, INT64_MAX);
		zone_free(z);
	}
	return 0;
}
