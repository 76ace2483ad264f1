/* Fuzzing pure/notify: nothing is read or written outside the message, and what is found lies in it, harmless. */
#include "pure/notify.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);
	struct notify n;

	if (!text)
		return 0;
	if (size)
		memcpy(text, data, size);
	text[size] = '\0';
	notify_read(&n, text, size);
	if (n.main_pid < 0 || n.error < 0 || (!(n.what & NOTIFY_WATCHDOG_USEC) && n.watchdog_us))
		abort();
	if (n.status) {
		if (n.status < text || n.status + strlen(n.status) > text + size)
			abort();
		for (const char *p = n.status; *p; p++)
			if ((unsigned char)*p < ' ' || *p == 0x7f)
				abort();
	}
	free(text);
	return 0;
}
