/* sdata - see sdata.h */
#include "pure/sdata.h"

#include <string.h>

enum { NAME_MAX_LEN = 32 };

void sdata_open(struct sdata *s)
{
	fmt_open(&s->text, s->mem, sizeof s->mem);
	s->id = NULL;
	s->open = s->of_quality = false;
}

static bool is_name(const char *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (p[i] <= ' ' || p[i] > '~' || strchr("=]\"@", p[i]))
			return false;
	return len > 0 && len <= NAME_MAX_LEN;
}

/* Within a value "][ cannot be, for a backslash stands before that bracket. */
static bool is_there(const struct sdata *s, const char *id)
{
	size_t len = strlen(id);

	for (const char *p = s->mem; (p = strchr(p, '[')); p++)
		if ((p == s->mem || (p - s->mem > 2 && memcmp(p - 2, "\"]", 2) == 0)) && strncmp(p + 1, id, len) == 0 &&
		    p[len + 1] == ' ')
			return true;
	return s->id && strcmp(s->id, id) == 0;
}

static void close_element(struct sdata *s)
{
	if (s->open)
		fmt_char(&s->text, ']');
	s->open = false;
}

int sdata_element(struct sdata *s, const char *id)
{
	static const char *const registered[] = {"timeQuality", "origin", "meta"};
	const char *at = strchr(id, '@');
	bool good = at && is_name(id, (size_t)(at - id)) && at[1] && !at[1 + strspn(at + 1, "0123456789.")];

	for (int i = 0; i < 3; i++)
		good = good || strcmp(id, registered[i]) == 0;
	if (!good || is_there(s, id))
		return -1;
	s->of_quality = s->of_quality || strcmp(id, registered[0]) == 0;
	close_element(s);
	s->id = id;
	return 0;
}

int sdata_param(struct sdata *s, const char *param)
{
	size_t name = strcspn(param, "=");
	const char *p = param + name + 2;

	if (!s->id || !is_name(param, name) || strncmp(param + name, "=\"", 2) != 0)
		return -1;
	while (*p && *p != '"' && *p != ']' && (*p != '\\' || (p[1] && strchr("\"\\]", p[1]))))
		p += *p == '\\' ? 2 : 1;
	if (strcmp(p, "\"") != 0)
		return -1;
	if (!s->open)
		fmt_add(&s->text, "[%s", s->id);
	fmt_add(&s->text, " %s", param);
	s->open = true;
	return 0;
}

const char *sdata_end(struct sdata *s, const char *first)
{
	size_t len = strlen(first);

	close_element(s);
	if (s->text.len + len >= sizeof s->mem)
		s->text.cut = true;
	if (s->text.cut)
		return NULL;
	memmove(s->mem + len, s->mem, s->text.len + 1);
	memcpy(s->mem, first, len);
	return s->mem[0] ? s->mem : NULL;
}
