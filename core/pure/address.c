/* address - see address.h */
#include "pure/address.h"

#include <string.h>

#include "base/fmt.h"

enum { V4 = 4, V6 = 16 };

/* Four numbers with dots between them. */
static int read_v4(const char *p, unsigned char *to)
{
	for (unsigned char *end = to + V4; to < end; to++) {
		unsigned n = 0, digits = 0;
		for (; *p >= '0' && *p <= '9' && digits < 4; digits++)
			n = n * 10 + (unsigned)(*p++ - '0');
		if (!digits || n > 255 || *p != (to + 1 < end ? '.' : '\0'))
			return -1;
		*to = (unsigned char)n;
		p++;
	}
	return 0;
}

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Up to eight groups with colons between them, one run of zeros left out, an IPv4 address for the last two. */
static int read_v6(const char *p, unsigned char *to)
{
	unsigned n = 0, gap = V6 + 1;

	if (p[0] == ':' && p[1] == ':') {
		gap = 0;
		p += 2;
	}
	while (*p) {
		const char *begin = p;
		unsigned value = 0;
		int digit;
		if (n == V6)
			return -1;
		for (; (digit = hex(*p)) >= 0 && p - begin < 4; p++)
			value = value << 4 | (unsigned)digit;
		if (*p == '.' && n + V4 <= V6) {
			if (read_v4(begin, to + n))
				return -1;
			n += V4;
			break;
		}
		if (p == begin)
			return -1;
		to[n++] = (unsigned char)(value >> 8);
		to[n++] = (unsigned char)value;
		if (!*p)
			break;
		if (*p++ != ':' || !*p)
			return -1;
		if (*p == ':') {
			if (gap <= V6)
				return -1;
			gap = n;
			p++;
		}
	}
	if (n < V6 && gap <= V6) {
		memmove(to + gap + V6 - n, to + gap, n - gap);
		memset(to + gap, 0, V6 - n);
		n = V6;
		gap = V6 + 1;
	}
	return n == V6 && gap > V6 ? 0 : -1;
}

void address_make(union address *a, const unsigned char *bytes, unsigned len, unsigned port)
{
	memset(a, 0, sizeof *a);
	a->v4.sin_port = htons((uint16_t)port); /* the same place in both */
	if (len == V4) {
		a->v4.sin_family = AF_INET;
		memcpy(&a->v4.sin_addr, bytes, V4);
	} else {
		a->v6.sin6_family = AF_INET6;
		memcpy(&a->v6.sin6_addr, bytes, V6);
	}
}

int address_read(union address *a, const char *text, unsigned port)
{
	unsigned char mem[V6];
	unsigned len = strchr(text, ':') ? V6 : V4;

	if (len == V4 ? read_v4(text, mem) : read_v6(text, mem))
		return -1;
	address_make(a, mem, len, port);
	return 0;
}

socklen_t address_size(const union address *a)
{
	return a->any.sa_family == AF_INET ? sizeof a->v4 : sizeof a->v6;
}

static void put_v6(struct fmt *to, const unsigned char *ip)
{
	unsigned group[8], from = 8, len = 1; /* the zeros that "::" stands for: two groups at least */

	for (unsigned i = 0, run = 0; i < 8; i++) {
		group[i] = (unsigned)ip[2 * i] << 8 | ip[2 * i + 1];
		run = group[i] ? 0 : run + 1;
		if (run > len) {
			len = run;
			from = i + 1 - run;
		}
	}
	for (unsigned i = 0; i < 8; i++)
		if (i == from) {
			fmt_str(to, "::");
			i += len - 1;
		} else {
			fmt_add(to, i && i != from + len ? ":%x" : "%x", group[i]);
		}
}

void address_put(struct fmt *to, const union address *a)
{
	const unsigned char *ip = (const unsigned char *)&a->v4.sin_addr;

	if (a->any.sa_family == AF_INET6) {
		ip = a->v6.sin6_addr.s6_addr;
		if (!IN6_IS_ADDR_V4MAPPED(&a->v6.sin6_addr)) {
			put_v6(to, ip);
			return;
		}
		ip += 12;
	}
	fmt_add(to, "%u.%u.%u.%u", ip[0], ip[1], ip[2], ip[3]);
}
