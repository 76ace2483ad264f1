/* lumberjack - see lumberjack.h */
#include "pure/lumberjack.h"

#include <string.h>

#include "base/fmt.h"
#include "pure/format.h"
#include "pure/line.h"

enum { VERSION = '2', ACK = 6 };

char *lumberjack_document(char *mem, struct format *o, const struct line *l, size_t *len)
{
	char head[LUMBERJACK_DOCUMENT], *begin = mem + sizeof head, *end;
	struct fmt f;

	format_head(o, l);
	end = format_line(o, l, begin) - 1; /* without the newline */
	fmt_open(&f, head, sizeof head);
	fmt_char(&f, '{');
	format_field(&f, "type", l->service);
	fmt_str(&f, "\"@timestamp\":\"");
	begin += sizeof FORMAT_JSON_BEGIN - 1 - f.len;
	memcpy(begin, head, f.len);
	*len = (size_t)(end - begin);
	return begin;
}

static char *put(char *to, char kind, uint32_t number)
{
	*to++ = VERSION;
	*to++ = kind;
	for (unsigned shift = 32; shift; to++)
		*to = (char)(number >> (shift -= 8));
	return to;
}

size_t lumberjack_head(char *to, unsigned nr, unsigned count, size_t len)
{
	char *p = to;

	if (nr == 1)
		p = put(p, 'W', count);
	p = put(p, 'J', nr);
	for (unsigned shift = 32; shift; p++)
		*p = (char)(len >> (shift -= 8));
	return (size_t)(p - to);
}

ptrdiff_t lumberjack_ack(const char *p, size_t len, uint32_t *number)
{
	*number = 0;
	if ((len > 0 && p[0] != VERSION) || (len > 1 && p[1] != 'A'))
		return -1;
	if (len < ACK)
		return 0;
	for (unsigned i = 2; i < ACK; i++)
		*number = *number << 8 | (unsigned char)p[i];
	return ACK;
}
