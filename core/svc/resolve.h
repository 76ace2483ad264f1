/* resolve - addresses of a host, by name and without waiting.
 *
 * A literal is itself. Else the first of these that knows the name: /etc/hosts; for localhost and *.localhost the
 * loopback; the name servers of /etc/resolv.conf, with its search, ndots, timeout and attempts (resolv.conf(5)). They
 * are asked by UDP, for both families at once, one after the other; one that fails gives way at once, one that is
 * silent after its timeout. What a server cut short is used as far as it goes. Both files are read for each name;
 * servers that need a scope (fe80::1%eth0) are left out.
 */
#ifndef SVC_RESOLVE_H
#define SVC_RESOLVE_H

#include <stdbool.h>

#include "pure/address.h"

enum { RESOLVE_EACH = 4, RESOLVE_MAX = 2 * RESOLVE_EACH };

/* One look-up: the caller's, zero at first, and kept until it is done or cancelled. */
struct resolve {
	void (*done)(struct resolve *);  /* from the loop; may begin again */
	union address list[RESOLVE_MAX]; /* IPv4 first: that is what containers have */
	unsigned count;
	const char *why;            /* count is 0: one line */
	unsigned v4;                /* private */
	struct resolve_query *asks; /* private; NULL: not under way */
};

/* true: there is a result already, and `done` will not be called. The name may change afterwards. */
bool resolve_start(struct resolve *, const char *name, unsigned port);

/* Harmless if it is not under way. */
void resolve_cancel(struct resolve *);

#endif
