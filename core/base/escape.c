/* escape - see escape.h */
#include "base/escape.h"

#include <stdint.h>
#include <string.h>

/* So many digits: their value, or -1. */
static int64_t code(const char *p, int base, int count)
{
	int64_t n = 0;

	while (count--) {
		int c = *p++ | 32, d = c >= 'a' && c <= 'f' ? c - 'a' + 10 : p[-1] - '0';
		if (d < 0 || d >= base)
			return -1;
		n = n * base + d;
	}
	return n;
}

static char *put_utf8(char *to, uint32_t c)
{
	unsigned more = c < 0x80 ? 0 : c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;

	*to++ = (char)(more ? 0xff00 >> (more + 1) | c >> 6 * more : c);
	while (more--)
		*to++ = (char)(0x80 | (c >> 6 * more & 0x3f));
	return to;
}

char *escape_read(const char **at, char *to)
{
	static const char names[] = "abfnrtv\\\"'s", values[] = "\a\b\f\n\r\t\v\\\"' ";
	const char *name = **at ? strchr(names, **at) : NULL;
	int count = **at == 'x' ? 2 : **at == 'u' ? 4 : **at == 'U' ? 8 : 3, skip = count != 3;
	int64_t c;

	if (name) {
		(*at)++;
		*to = values[name - names];
		return to + 1;
	}
	c = **at ? code(*at + skip, skip ? 16 : 8, count) : -1;
	if (c <= 0 || (count <= 3 ? c > 0xff : c > 0x10ffff || (c >= 0xd800 && c < 0xe000)))
		return NULL;
	*at += skip + count;
	if (count > 3)
		return put_utf8(to, (uint32_t)c);
	*to = (char)c;
	return to + 1;
}
