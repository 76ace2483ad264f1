/* Fuzzing pure/cronspec and cronspec_next: nothing is read outside the text, an error lies within it, the next time is
 * always later, and the first one behind the moment before it. Three bytes choose the zone and the moment. */
#include "pure/cronspec.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "pure/zone.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const rules[] = {"CET-1CEST,M3.5.0,M10.5.0/3", "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", "<-12>12",
                                    "<+00>0<+02>-2,M3.5.0/1,M10.5.0/3"};
enum { RULES = sizeof rules / sizeof *rules, HEAD = 3, TIMES = 20 };

static void times(const struct cronspec *s, const struct zone *zone, int64_t at)
{
	for (int i = 0; i < TIMES; i++) {
		int64_t next = cronspec_next(s, zone, at);
		if (next <= at)
			abort();
		if (next == CRONSPEC_NEVER)
			return;
		if (!s->every && cronspec_next(s, zone, next - 1) != next)
			abort();
		at = next;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct zone *zones[RULES + 1];
	struct cronspec s, again;
	struct cronspec_error error = {SIZE_MAX, NULL};
	int64_t at;
	size_t len;
	char *text;

	if (size < HEAD)
		return 0;
	if (!zones[1])
		for (size_t i = 0; i < RULES; i++)
			zones[i + 1] = zone_rule(rules[i]);
	/* from 1970 on, some 7 hours apart, up to 2026 */
	at = (data[1] << 8 | data[2]) * INT64_C(27000);
	len = size - HEAD;
	text = malloc(len + !len);
	if (!text)
		return 0;
	memcpy(text, data + HEAD, len);
	if (cronspec_read(&s, text, len, at, &error)) {
		if (error.at > len || !error.why)
			abort();
	} else {
		if (cronspec_read(&again, text, len, at, &error) || s.minutes != again.minutes ||
		    s.days != again.days || cronspec_next(&s, NULL, at) != cronspec_next(&again, NULL, at))
			abort();
		times(&s, zones[data[0] % (RULES + 1)], at);
	}
	if (cronspec_length(text, len, data[0] & 1) > len || cronspec_length(text, len, data[0] & 2) > len)
		abort();
	free(text);
	return 0;
}
