/* words - see words.h */
#include "base/words.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/glob.h"

int words_open(struct words *w, const char *const *first, size_t more)
{
	size_t n = 0;

	while (first[n])
		n++;
	*w = (struct words){.list = calloc(n + more + 2, sizeof *w->list)};
	if (!w->list)
		return -1;
	while (*first)
		words_add(w, *first++);
	return 0;
}

void words_add(struct words *w, const char *word)
{
	w->list[w->count++] = (char *)(uintptr_t)word;
}

int words_end(struct words *w, char *const *rest)
{
	words_add(w, "--");
	while (*rest)
		words_add(w, *rest++);
	return (int)w->count;
}

char *words_trim(char *line)
{
	size_t len = 0;

	for (size_t i = 0; line[i] && !(line[i] == '#' && (!i || strchr(" \t", line[i - 1]))); i++)
		if (!strchr(" \t\r", line[i]))
			len = i + 1;
	line[len] = '\0';
	return line + strspn(line, " \t");
}

bool words_among(const char *words, const char *word, size_t len)
{
	for (; *words; words += strspn(words, " ")) {
		size_t n = strcspn(words, " ");
		if (n == len && memcmp(words, word, len) == 0)
			return true;
		words += n;
	}
	return false;
}

const char *words_next(const char **p, size_t *len)
{
	static const char between[] = ", \t\n";
	const char *word = *p + strspn(*p, between);

	*len = strcspn(word, between);
	*p = word + *len;
	return *len ? word : NULL;
}

bool words_fit(const char *patterns, const char *word, size_t len)
{
	size_t n;

	for (const char *p; (p = words_next(&patterns, &n));)
		if (glob_fits(p, n, word, len))
			return true;
	return false;
}
