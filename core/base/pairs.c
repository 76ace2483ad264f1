/* pairs - see pairs.h */
#include "base/pairs.h"

#include <string.h>

static int side(const char *from, size_t len, int (*number)(const char *))
{
	char word[16];

	if (!len || len >= sizeof word)
		return -1;
	memcpy(word, from, len);
	word[len] = '\0';
	return number(word);
}

const char *pairs_read(const char *p, int (*number)(const char *), unsigned char *table)
{
	for (; *(p += strspn(p, " ,\t\n")); p += strcspn(p, " ,\t\n")) {
		size_t len = strcspn(p, " ,\t\n"), key = strcspn(p, "=");
		int from = key < len ? side(p, key, number) : -1;
		int to = from < 0 ? -1 : side(p + key + 1, len - key - 1, number);
		if (to < 0)
			return p;
		table[from] = (unsigned char)to;
	}
	return NULL;
}
