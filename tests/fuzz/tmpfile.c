/* Fuzzing pure/tmpfile: texts lie in their memory and end in it, paths are as promised, and a fault has its place. */
#include "pure/tmpfile.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *specifier(char c)
{
	static char longest[TMPFILE_VALUE + 2];

	memset(longest, '/', sizeof longest - 1);
	return c == 't' ? "/run" : c == 'H' ? longest : c == 'p' ? ".." : c == 'e' ? "" : NULL;
}

static void path(const char *p)
{
	if (*p != '/')
		abort();
	for (const char *q = p; (q = strchr(q, '/')); q++) {
		size_t len = strcspn(q + 1, "/");
		if ((!len && p[1]) || (len == 1 && q[1] == '.') || (len == 2 && q[1] == '.' && q[2] == '.'))
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);
	const char *why = NULL;
	unsigned column;
	struct tmpfile f;

	if (!text)
		return 0;
	if (size)
		memcpy(text, data, size);
	text[size] = '\0';
	switch (tmpfile_read(&f, text, specifier, &why, &column)) {
	case TMPFILE_NONE:
		break;
	case TMPFILE_WRONG:
	case TMPFILE_UNKNOWN:
		if (!why || !column || column > strlen(text) + 1)
			abort();
		break;
	case TMPFILE_LINE:
		path(f.path);
		if (why || (f.mode > 07777 && f.mode != (mode_t)-1) || !strchr("dDefwpLCrRzZ", f.type))
			abort();
		if ((f.user && strlen(f.user) > size) || (f.group && strlen(f.group) > size) ||
		    (f.argument && !*f.argument))
			abort();
		free(f.mem);
	}
	free(text);
	return 0;
}
