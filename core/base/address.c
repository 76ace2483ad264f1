/* address - see address.h */
#include "base/address.h"

#include <string.h>

#include "base/fmt.h"
#include "base/num.h"

static int parse_v4(unsigned char *to, const char *p, const char *end)
{
	unsigned long n;

	for (int i = 0; i < 4; i++) {
		if (i && (p == end || *p++ != '.'))
			return -1;
		if (!num_digits(&p, end, 3, &n) || n > 255)
			return -1;
		to[i] = (unsigned char)n;
	}
	return p == end ? 0 : -1;
}

static unsigned group(const char **p, const char *end)
{
	unsigned n = 0;

	for (int i = 0; i < 4 && *p < end; i++, ++*p) {
		unsigned char c = (unsigned char)**p, digit = c - '0', letter = (c | 32) - 'a';
		if (digit < 10)
			n = n << 4 | digit;
		else if (letter < 6)
			n = n << 4 | (letter + 10u);
		else
			break;
	}
	return n;
}

/* Sixteen bytes; `gap` is where "::" stands. */
static int parse_v6(unsigned char *to, const char *p, const char *end)
{
	int n = 0, gap = -1;

	if (end - p >= 2 && p[0] == ':' && p[1] == ':') {
		gap = 0;
		p += 2;
	}
	while (p < end && n < 16) {
		const char *start = p;
		unsigned v = group(&p, end);

		if (p < end && *p == '.' && n <= 12) {
			if (parse_v4(to + n, start, end))
				return -1;
			n += 4;
			p = end;
			break;
		}
		if (p == start)
			return -1;
		to[n++] = (unsigned char)(v >> 8);
		to[n++] = (unsigned char)v;
		if (p == end)
			break;
		if (*p++ != ':' || p == end)
			return -1;
		if (*p != ':')
			continue;
		if (gap >= 0)
			return -1;
		gap = n;
		p++;
	}
	if (p < end || (gap < 0) != (n == 16))
		return -1;
	if (gap >= 0) {
		memmove(to + 16 - (n - gap), to + gap, (size_t)(n - gap));
		memset(to + gap, 0, (size_t)(16 - n));
	}
	return 0;
}

int address_ip(union address *a, const char *text, size_t len)
{
	*a = (union address){0};
	if (memchr(text, ':', len)) {
		a->any.sa_family = AF_INET6;
		return parse_v6(a->v6.sin6_addr.s6_addr, text, text + len);
	}
	a->any.sa_family = AF_INET;
	return parse_v4((unsigned char *)&a->v4.sin_addr, text, text + len);
}

int address_parse(union address *a, const char *text)
{
	const char *port = strrchr(text, ':'), *ip = port ? text : "127.0.0.1";
	size_t len = port ? (size_t)(port - text) : strlen(ip);
	unsigned long n;

	if (port && len > 1 && text[0] == '[' && port[-1] == ']') {
		ip++;
		len -= 2;
	} else if (port && memchr(text, ':', len)) {
		return -1;
	}
	if (address_ip(a, ip, len) || num_uint(port ? port + 1 : text, 65535, &n))
		return -1;
	address_set_port(a, (unsigned)n);
	return 0;
}

/* The port lies at the same place in both. */
void address_set_port(union address *a, unsigned port)
{
	a->v4.sin_port = htons((in_port_t)port);
}

unsigned address_port(const union address *a)
{
	return ntohs(a->v4.sin_port);
}

socklen_t address_size(const union address *a)
{
	return a->any.sa_family == AF_INET6 ? sizeof a->v6 : sizeof a->v4;
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
