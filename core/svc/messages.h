/* messages - lines as syslog messages for a server: what the sinks that speak syslog have in common.
 *
 * Options: format=rfc5424|rfc3164|forward (pure/syslog.h), max=BYTES: a longer message goes in several, which receivers
 * would cut. Each but the first begins with "+ "; in RFC 5424, all have the element [part@32473 id="7" first="1"
 * last="0"].
 */
#ifndef SVC_MESSAGES_H
#define SVC_MESSAGES_H

#include "svc/forward.h"

#define MESSAGES_OPTIONS "format max"

enum { MESSAGES_AROUND = 32 };

struct messages {
	struct forward forward; /* first */
	unsigned char format;
	unsigned long max;
};

/* As sink_kind's open; most: what `max` may be. */
struct sink *messages_open(const struct forward_protocol *, unsigned long most, const char *url, const char **why);

/* As forward_protocol's make; each message is handed on with MESSAGES_AROUND writable bytes before and behind it. */
void messages_make(struct forward *, const struct line *, char *mem,
                   bool (*add)(struct forward *, char *message, size_t len));

#endif
