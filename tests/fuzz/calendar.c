/* Fuzzing pure/calendar: what is taken is a schedule of cron, an error and the zone lie in the text. */
#include "pure/calendar.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/fmt.h"
#include "pure/cronspec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cronspec_error error = {SIZE_MAX, NULL};
	struct cronspec spec;
	const char *zone = NULL;
	char mem[256], *text = malloc(size + 1);
	struct fmt f;

	if (!text)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	size = strlen(text);
	fmt_open(&f, mem, sizeof mem);
	if (calendar_read(text, &f, &zone, &error)) {
		if (error.at > size || !error.why)
			abort();
	} else if (cronspec_read(&spec, mem, f.len, 0, &error) || f.cut) {
		abort();
	}
	if (zone && (zone < text || zone >= text + size))
		abort();
	free(text);
	return 0;
}
