/* received - see received.h */
#include "svc/received.h"

#include <string.h>

#include "base/fmt.h"
#include "pure/address.h"
#include "pure/syslog.h"
#include "sys/clock.h"
#include "sys/hostname.h"

enum { QUIET_MS = 1000 };

static unsigned long below;

void received_below(unsigned long severity)
{
	below = severity;
}

void received_from(struct received *r, const union address *a)
{
	struct fmt to;

	fmt_open(&to, r->from, sizeof r->from);
	address_put(&to, a);
}

void received_hold(struct received *r, char *mem, size_t len)
{
	struct line *l = &r->line;

	l->time = clock_wall();
	syslog_parse(l, mem, len, NULL);
	if (strncmp(r->from, "127.", 4) != 0 && strcmp(r->from, "::1") != 0)
		l->host = l->host ? l->host : r->from;
	else if (l->host && strcmp(l->host, hostname_get()) == 0)
		l->host = NULL;
	r->holds = (unsigned long)l->severity < below;
}

bool received_put(struct received *r)
{
	while (r->holds) {
		struct line part = r->line;

		if (part.len > FLOW_TEXT_MAX)
			part.len = FLOW_TEXT_MAX;
		if (!flow_put(&r->input, &part))
			return false;
		r->line.text += part.len;
		r->line.len -= part.len;
		r->holds = r->line.len > 0;
	}
	return true;
}

void received_complain(const struct received *r, const char *what)
{
	static int64_t quiet_until;
	int64_t now = clock_ms();

	if (now < quiet_until)
		return;
	quiet_until = now + QUIET_MS;
	flow_say("syslog from %s: %s", r->from, what);
}
