/* Fuzzing pure/target: nothing is read or written outside its memory, and what is accepted is whole: each text ends, a
 * socket's path fits its address, a page has nothing that would break the request it goes into. */
#include "pure/target.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct target *t, size_t len)
{
	size_t words = 0;

	switch (t->kind) {
	case TARGET_HTTP:
	case TARGET_HTTP_UNIX:
		for (const char *p = t->page; *p; p++)
			if ((unsigned char)*p <= ' ' || *p == '#')
				abort();
		target_status(t, 404);
		if (t->kind == TARGET_HTTP_UNIX && strlen(t->path) > 107)
			abort();
		/* fall through */
	case TARGET_TCP:
	case TARGET_DNS:
		if (t->kind != TARGET_HTTP_UNIX && (!*t->host || strlen(t->host) >= TARGET_HOST))
			abort();
		if ((t->kind == TARGET_TCP || t->kind == TARGET_HTTP) && !t->port)
			abort();
		break;
	case TARGET_UNIX:
		if (strlen(t->path) > 107)
			abort();
		/* fall through */
	case TARGET_FILE:
	case TARGET_DIR:
	case TARGET_SERVICE:
		if (!*t->path || strlen(t->path) > len)
			abort();
		break;
	case TARGET_EXEC:
		for (char **a = t->argv; *a; a++)
			words += strlen(*a) + 1;
		if (!words || words > len)
			abort();
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);
	const char *why = NULL;
	struct target t;

	if (!text)
		return 0;
	if (size)
		memcpy(text, data, size);
	text[size] = '\0';
	if (target_read(&t, text, &why) == 0)
		check(&t, strlen(text));
	else if (!why)
		abort();
	free(t.mem);
	free(text);
	return 0;
}
