/* Fuzzing pure/template: two bytes say how, the rest is the text. In pieces of any size it becomes the same, and the
 * same is said of it, as in one; of dollars alone it becomes what a reader of a few lines makes of it. */
#include <stdint.h>

#include "../lib/template.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void need(bool it)
{
	if (!it)
		abort();
}

static bool is_name(char c, bool first)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (!first && c >= '0' && c <= '9');
}

/* As GNU's, with the whole text at hand. */
static void check_plain(const struct rendering *r, const char *p, size_t len)
{
	const char *end = p + len, *out = r->mem;

	while (p < end) {
		const char *name = p + 1, *q, *v;
		bool brace = name < end && *p == '$' && *name == '{';
		name += brace;
		for (q = name; *p == '$' && q < end && is_name(*q, q == name); q++)
			;
		if (q > name && (!brace || (q < end && *q == '}'))) {
			v = rendering_value((void *)(uintptr_t)r, name, (size_t)(q - name));
			v = v ? v : "";
			need(strncmp(out, v, strlen(v)) == 0);
			out += strlen(v);
			p = q + brace;
		} else {
			need(*out++ == *p++);
		}
	}
	need(out == r->mem + r->len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct template how = {0};
	struct rendering whole, parts;
	const char *text = (const char *)data + 2;

	if (size < 2)
		return 0;
	size -= 2;
	how.kinds = data[0] & 31;
	how.no_empty = data[0] & 32;
	how.meant = data[0] & 64 ? rendering_meant : NULL;
	how.unset = data[1] % 3;
	whole = rendering_make(&how, text, size, 0);
	parts = rendering_make(&how, text, size, 1 + data[1] / 3);
	need(whole.len == parts.len && memcmp(whole.mem, parts.mem, whole.len) == 0);
	need(strcmp(whole.said, parts.said) == 0);
	if (data[0] == TEMPLATE_DOLLAR && how.unset == TEMPLATE_EMPTY)
		check_plain(&whole, text, size);
	free(whole.mem);
	free(whole.said);
	free(parts.mem);
	free(parts.said);
	return 0;
}
