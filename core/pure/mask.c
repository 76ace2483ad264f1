/* mask - see mask.h */
#include "pure/mask.h"

#include <string.h>

#include "base/bytes.h"

static int add_line(struct mask *m, const char *text, size_t len)
{
	while (len && strchr(" \t\r", text[len - 1]))
		len--;
	if (!len)
		return 0;
	if (len < MASK_LEAST || m->count == MASK_MOST)
		return -1;
	m->secrets[m->count].text = text;
	m->secrets[m->count++].len = len;
	m->begins[(unsigned char)*text] = true;
	return 0;
}

int mask_add(struct mask *m, const char *text, size_t len)
{
	const char *end = text + len, *nl;
	int bad = 0;

	for (; text < end; text = nl + 1) {
		nl = bytes_find(text, end, '\n');
		bad |= add_line(m, text, (size_t)(nl - text));
	}
	return bad;
}

/* The longest secret at p; 0: none. */
static size_t secret_at(const struct mask *m, const char *p, const char *end)
{
	size_t most = 0;

	for (size_t i = 0; i < m->count; i++) {
		size_t len = m->secrets[i].len;
		if (len > most && len <= (size_t)(end - p) && memcmp(p, m->secrets[i].text, len) == 0)
			most = len;
	}
	return most;
}

void mask_over(const struct mask *m, char *p, char *end)
{
	char *stop = p; /* stars up to there: bytes are overwritten when they were looked at */

	for (; p < end; p++) {
		if (m->begins[(unsigned char)*p]) {
			char *past = p + secret_at(m, p, end);
			if (past > stop)
				stop = past;
		}
		if (p < stop)
			*p = '*';
	}
}
