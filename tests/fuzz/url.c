/* Fuzzing pure/url: nothing is read outside the text, what is accepted lies within it, and an option found is known. */
#include "pure/url.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1), value[16], strange[16];
	const char *why = NULL;
	struct url u;

	if (!text)
		return 0;
	if (size)
		memcpy(text, data, size);
	text[size] = '\0';
	if (url_read(&u, text, &why)) {
		if (!why)
			abort();
	} else {
		size_t len = strlen(text);
		if (u.scheme_len > len || u.path < text || u.path + u.path_len > text + len || u.query > text + len ||
		    strlen(u.host) >= URL_HOST)
			abort();
		if (url_option(&u, "queue", value, sizeof value) > 0 && strlen(value) >= sizeof value)
			abort();
		if (!url_options_known(&u, "queue full", strange, sizeof strange) && strlen(strange) >= sizeof strange)
			abort();
	}
	free(text);
	return 0;
}
