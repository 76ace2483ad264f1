/* Fuzzing pure/logrules: the bytes up to the first NUL are a config, the rest is a line that its patterns see. What is
 * read stays within the text, numbers within their bounds, and patterns against a plain model. */
#include "pure/logrules.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* As the manual has it, by recursion, and with the one oddity: a run of + that ends the line matches. */
static bool model(const char *p, const char *s, const char *end)
{
	if (!*p)
		return s == end;
	if (*p == '*' && !p[1])
		return true;
	if (*p == '*')
		return s < end && (*s == p[1] ? model(p + 1, s, end) : model(p, s + 1, end));
	if (*p != '+')
		return s < end && *s == *p && model(p + 1, s + 1, end);
	if (!p[1] || s == end || *s != p[1])
		return false;
	while (s < end && *s == p[1])
		s++;
	return s == end || model(p + 2, s, end);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *nul = size ? memchr(data, 0, size) : NULL;
	size_t len = nul ? (size_t)(nul - data) : size, rest = nul ? size - len - 1 : 0;
	char *text = malloc(len + 1), *line = malloc(rest + 1);
	struct logrules r;
	unsigned lines = 0;
	bool alert;

	if (!text || !line)
		return 0;
	if (len)
		memcpy(text, data, len);
	text[len] = '\0';
	if (rest)
		memcpy(line, nul + 1, rest);
	logrules_default(&r);
	r.text = text;
	r.len = len;
	while (logrules_read(&r))
		lines++;
	if (lines > r.line || r.size > LONG_MAX || r.age_s > LONG_MAX || strlen(r.prefix) > LOGRULES_PREFIX_MAX)
		abort();
	if (r.processor && (r.processor < text || r.processor + strlen(r.processor) > text + len))
		abort();
	logrules_take(&r, line, rest, &alert);
	for (const char *p = text; p < text + len && rest < 2000; p += strlen(p) + 1)
		if (logrules_match(p, line, rest) != model(p, line, line + rest))
			abort();
	free(text);
	free(line);
	return 0;
}
