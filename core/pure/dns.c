/* dns - see dns.h */
#include "pure/dns.h"

#include <string.h>

enum { HEAD = 12, QUESTION_TAIL = 4, RECORD_TAIL = 10, LABEL_MAX = 63, CLASS_IN = 1 };
enum { RESPONSE = 0x80, TRUNCATED = 0x02, RECURSION_DESIRED = 0x01 }; /* third byte */
enum { NO_ERROR, NO_SUCH_NAME = 3 };                                  /* low half of the fourth */

static unsigned number(const unsigned char *p)
{
	return (unsigned)p[0] << 8 | p[1];
}

/* The labels of a name, each behind its length; the end, or NULL. */
static unsigned char *put_name(unsigned char *to, const char *name)
{
	size_t left = strlen(name);

	if (left > DNS_NAME_MAX || (left == DNS_NAME_MAX && name[left - 1] != '.'))
		return NULL;
	do {
		size_t n = strcspn(name, ".");
		if (n == 0 || n > LABEL_MAX)
			return NULL;
		*to++ = (unsigned char)n;
		memcpy(to, name, n);
		to += n;
		name += n;
		name += *name == '.';
	} while (*name);
	*to++ = 0;
	return to;
}

size_t dns_query(unsigned char *mem, uint16_t id, const char *name, enum dns_type type)
{
	unsigned char *p = put_name(mem + HEAD, name);

	if (!p)
		return 0;
	memset(mem, 0, HEAD);
	mem[0] = (unsigned char)(id >> 8);
	mem[1] = (unsigned char)id;
	mem[2] = RECURSION_DESIRED;
	mem[5] = 1; /* question */
	*p++ = 0;
	*p++ = (unsigned char)type;
	*p++ = 0;
	*p++ = CLASS_IN;
	return (size_t)(p - mem);
}

/* Behind a name: its labels up to the root's or to a pointer. NULL: there is no end. */
static const unsigned char *skip_name(const unsigned char *p, const unsigned char *end)
{
	for (; p < end && *p <= LABEL_MAX && *p < end - p; p += *p + 1)
		if (*p == 0)
			return p + 1;
	return end - p >= 2 && *p >= 0xc0 ? p + 2 : NULL;
}

/* Servers may give back the letters of a name in the other case. Lengths are less than any letter. */
static bool same(const unsigned char *a, const unsigned char *b, size_t n)
{
	for (; n; n--, a++, b++)
		if (*a != *b && ((*a ^ *b) != 0x20 || (*a | 0x20) < 'a' || (*a | 0x20) > 'z'))
			return false;
	return true;
}

enum dns_result dns_reply(const unsigned char *query, size_t query_len, const unsigned char *reply, size_t len,
                          void (*found)(void *, const unsigned char *, unsigned), void *with)
{
	const unsigned char *p = reply + query_len, *end = reply + len, *type = query + query_len - QUESTION_TAIL;
	unsigned size = number(type) == DNS_A ? 4 : 16, code, left, count = 0;

	if (len < query_len || memcmp(reply, query, 2) != 0 || !(reply[2] & RESPONSE) || number(reply + 4) != 1 ||
	    !same(query + HEAD, reply + HEAD, query_len - HEAD))
		return DNS_FOREIGN;
	code = reply[3] & 15;
	if (code != NO_ERROR && code != NO_SUCH_NAME)
		return DNS_FAILED;
	for (left = number(reply + 6); left; left--) {
		unsigned n;
		p = skip_name(p, end);
		if (!p || end - p < RECORD_TAIL || end - p - RECORD_TAIL < (n = number(p + 8)))
			break;
		p += RECORD_TAIL;
		if (n == size && memcmp(p - RECORD_TAIL, type, QUESTION_TAIL) == 0) {
			found(with, p, size);
			count++;
		}
		p += n;
	}
	return count || !(left || reply[2] & TRUNCATED) ? DNS_READ : DNS_FAILED;
}
