/* url - where something is to be sent: SCHEME://HOST[:PORT][/PATH][?KEY=VALUE&…], or SCHEME:PATH.
 *
 *	relp://logs.example:2514?queue=4M      syslog+tcp://[fd00::1]      dir:/var/log/all?files=10
 *
 * HOST is a name, an IPv4 address or an IPv6 address in brackets. Nothing is decoded (%2F stays %2F), and there is no
 * user: a secret has no business on a log's command line.
 */
#ifndef PURE_URL_H
#define PURE_URL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { URL_HOST = 256 };

/* The texts that are not copied point into the URL, which is the caller's. */
struct url {
	const char *scheme;
	size_t scheme_len;
	char host[URL_HOST]; /* without brackets; empty: there is none */
	uint16_t port;       /* 0: none was given */
	const char *path;    /* from its slash, or what stands behind "SCHEME:" */
	size_t path_len;
	const char *query; /* behind the ?; its end if there is none */
};

/* 0, or -1 and why: one line of constant text. */
int url_read(struct url *, const char *text, const char **why);

/* Copies an option's value (of less than cap bytes). 1, 0 if it is not there (then the memory is as it was), -1 if it
 * is too long. */
int url_option(const struct url *, const char *key, char *value, size_t cap);

/* Are all options among those? `keys` has blanks between them. The first that is not is copied to `strange`. */
bool url_options_known(const struct url *, const char *keys, char *strange, size_t cap);

#endif
