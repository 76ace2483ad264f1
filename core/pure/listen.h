/* listen - where messages of syslog are received, as a URL: udp://ADDRESS[:514], tcp://ADDRESS[:514],
 * relp://ADDRESS[:2514].
 */
#ifndef PURE_LISTEN_H
#define PURE_LISTEN_H

#include <stddef.h>

#include "pure/address.h"

enum listen_kind { LISTEN_UDP, LISTEN_TCP, LISTEN_RELP };

struct listen {
	enum listen_kind kind;
	union address at;
};

/* 0, or -1 and why: one line of constant text. */
int listen_read(struct listen *, const char *text, size_t len, const char **why);

#endif
