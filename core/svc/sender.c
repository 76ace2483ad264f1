/* sender - see sender.h */
#include "svc/sender.h"

#include <stddef.h>
#include <stdint.h>

#include "svc/source.h"
#include "sys/clock.h"
#include "sys/lend.h"
#include "sys/procs.h"

/* Who is unknown may be made known at any moment: not remembered for long. */
enum { SLOTS = 64, KNOWN_MS = 1000, UNKNOWN_MS = 50, DEPTH_MAX = 32 };

static struct seen {
	pid_t pid; /* 0: nobody */
	unsigned gone;
	int64_t until_ms;
	const struct source *source;
} seen[SLOTS];

static const struct source *look_up(pid_t pid)
{
	const struct source *s = source_find_pid(pid);
	char name[LEND_NAME_MAX + 1];
	struct procs_one one;
	pid_t up = pid;

	for (int i = 0; !s && i < DEPTH_MAX && up > 1 && procs_read(up, &one) == 0; i++) {
		if (one.session)
			s = source_find_pid(one.session);
		if (!s && one.group)
			s = source_find_pid(one.group);
		if (!s && one.parent)
			s = source_find_pid(one.parent);
		if (!s && procs_service(up, name, sizeof name) == 0)
			s = source_find_name(name);
		up = one.parent;
	}
	return s;
}

const char *sender_service(pid_t pid)
{
	struct seen *c = &seen[(unsigned)pid % SLOTS];
	int64_t now;

	if (pid <= 0)
		return NULL;
	now = clock_ms();
	if (c->pid != pid || c->until_ms < now || c->gone != source_gone()) {
		c->pid = pid;
		c->gone = source_gone();
		c->source = look_up(pid);
		c->until_ms = now + (c->source ? KNOWN_MS : UNKNOWN_MS);
	}
	return c->source ? c->source->name : NULL;
}
