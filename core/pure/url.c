/* url - see url.h */
#include "pure/url.h"

#include <string.h>

#include "base/words.h"

static const char DIGITS[] = "0123456789";
static const char SMALL[] = "abcdefghijklmnopqrstuvwxyz+0123456789";
static const char NAME[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._";
static const char IPV6[] = "0123456789abcdefABCDEF:.";

static int fail(const char **why, const char *text)
{
	*why = text;
	return -1;
}

/* HOST[:PORT] at *s, which is moved behind it. */
static int read_host(struct url *u, const char **s, const char **why)
{
	bool bracket = **s == '[';
	const char *host = *s + bracket, *end = host + strspn(host, bracket ? IPV6 : NAME);
	size_t len = (size_t)(end - host);
	unsigned long port = 0;

	if (!len || len >= URL_HOST || (bracket && *end++ != ']'))
		return fail(why, "behind :// must be a host: a name, an IPv4 address or an IPv6 address in brackets");
	memcpy(u->host, host, len);
	u->host[len] = '\0';
	if (*end == ':') {
		for (end++; *end && strchr(DIGITS, *end) && port <= UINT16_MAX; end++)
			port = port * 10 + (unsigned long)(*end - '0');
		if (!port || port > UINT16_MAX)
			return fail(why, "behind the host's colon must be a port, 1 to 65535");
	}
	u->port = (uint16_t)port;
	*s = end;
	return *end && *end != '/' && *end != '?' ? fail(why, "behind the host may only be :PORT, /PATH or ?KEY=VALUE")
	                                          : 0;
}

int url_read(struct url *u, const char *text, const char **why)
{
	const char *s = text + strspn(text, SMALL);

	*u = (struct url){.scheme = text, .scheme_len = (size_t)(s - text)};
	if (s == text || *s++ != ':')
		return fail(why, "it must begin with SCHEME: of small letters");
	if (strncmp(s, "//", 2) == 0) {
		s += 2;
		if (read_host(u, &s, why))
			return -1;
	}
	u->path = s;
	u->path_len = strcspn(s, "?");
	u->query = s + u->path_len + (s[u->path_len] == '?');
	return 0;
}

/* The option at s: its key's length, and where its value and the next one begin. */
static size_t split(const char *s, const char **value, const char **next)
{
	size_t all = strcspn(s, "&"), key = strcspn(s, "&=");

	*value = s + key + (key < all);
	*next = s + all;
	return key;
}

int url_option(const struct url *u, const char *key, char *value, size_t cap)
{
	const char *s, *from, *end;

	for (s = u->query; *s; s = end + (*end == '&')) {
		size_t n = split(s, &from, &end), len = (size_t)(end - from);
		if (n != strlen(key) || memcmp(s, key, n) != 0)
			continue;
		if (len >= cap)
			return -1;
		memcpy(value, from, len);
		value[len] = '\0';
		return 1;
	}
	return 0;
}

bool url_options_known(const struct url *u, const char *keys, char *strange, size_t cap)
{
	const char *s, *from, *end;

	for (s = u->query; *s; s = end + (*end == '&')) {
		size_t n = split(s, &from, &end);
		if (words_among(keys, s, n))
			continue;
		n = n < cap ? n : cap - 1;
		memcpy(strange, s, n);
		strange[n] = '\0';
		return false;
	}
	return true;
}
