/* setting - see setting.h */
#include "base/setting.h"

#include <stdlib.h>
#include <string.h>

#include "base/msg.h"
#include "base/num.h"
#include "base/pairs.h"
#include "base/words.h"

const char *setting_text(const char *name)
{
	const char *text = getenv(name);

	return text && text[0] ? text : NULL;
}

bool setting_is(const char *name, const char *value)
{
	const char *text = getenv(name);

	return text && strcmp(text, value) == 0;
}

bool setting_lists(const char *name, const char *word)
{
	const char *list = getenv(name);
	size_t len = strlen(word), n;

	for (const char *p; list && (p = words_next(&list, &n));)
		if (n == len && memcmp(p, word, n) == 0)
			return true;
	return false;
}

void setting_ms(const char *name, unsigned long *ms)
{
	const char *text = setting_text(name);

	if (text && num_duration(text, 1000, ms))
		msg_error("%s=%s: not a time such as 8 or 500ms; it stays %lu ms", name, text, *ms);
}

void setting_number(const char *name, unsigned long max, int *out)
{
	const char *text = setting_text(name);
	unsigned long n;

	if (text && num_uint(text, max, &n))
		msg_error("%s=%s: not a number from 0 to %lu; left out", name, text, max);
	else if (text)
		*out = (int)n;
}

void setting_map(const char *name, const char *text, int (*number)(const char *), unsigned char *table)
{
	const char *wrong = text ? pairs_read(text, number, table) : NULL;

	if (wrong)
		msg_error("%s: '%.*s' is not FROM=TO; left out with what follows", name, (int)strcspn(wrong, " ,"),
		          wrong);
}

void setting_pairs(const char *name, int (*number)(const char *), unsigned char *table)
{
	setting_map(name, getenv(name), number, table);
}

void setting_verbose(void)
{
	setting_number("INIT_VERBOSE", 2, &msg_verbose);
}
