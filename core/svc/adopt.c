/* adopt - see adopt.h */
#include "svc/adopt.h"

#include <errno.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/msg.h"
#include "svc/commands.h"
#include "svc/lender.h"
#include "svc/phases.h"
#include "svc/program.h"
#include "svc/service.h"
#include "svc/statedir.h"
#include "svc/supervise.h"
#include "sys/clock.h"

static struct service *add(const char *dir, struct service *logs_for)
{
	struct service *s = service_new(dir, logs_for);

	if (!s) {
		msg_error("%s: %m", dir);
		return NULL;
	}
	service_event = supervise_watched;
	s->timer.fire = supervise_timer;
	s->control.ready = commands_ready;
	s->since = clock_wall();
	if (service_load(s)) {
		msg_error("%s: %s: %m", s->name, dir);
		goto fail;
	}
	if (!(s->features & HAS_RUN) && !(s->features & HAS_UNIT && phases_load && phases_load(s) == 0))
		goto fail;
	if (s->features & HAS_NOTIFY && !phases_open)
		msg_warn("%s: notify: this binary lacks the applet unit, which has the socket: never ready", s->name);
	if (logs_for && service_open_pipe(&s->input)) {
		msg_error("%s: no pipe for its log: %m", s->name);
		goto fail;
	}
	if (statedir_open(s) || (s->control.fd >= 0 && loop_add(&s->control, EPOLLIN))) {
		if (errno == EBUSY)
			msg_error("%s: another supervisor has it (supervise/lock is locked)", s->name);
		else
			msg_error("%s: supervise: %m", s->name);
		goto fail;
	}
	if (s->uncontrolled && !logs_for)
		msg_warn("%s: its directory is read-only and there is no run directory: sv and service cannot reach it",
		         s->name);
	lender_add(s);
	program_semaphore(s, false);
	service_append(s);
	return s;
fail:
	service_free(s);
	return NULL;
}

struct service *adopt(const char *dir)
{
	struct service *s = add(dir, NULL);
	char path[1024];

	if (!s || !(s->features & HAS_LOG))
		return s;
	/* the logger first: a service whose logger cannot be had logs as if it had none */
	if (fmt_into(path, sizeof path, "%s/log", dir) == 0 && access(service_path(s, "log/run"), F_OK) == 0)
		s->log = add(path, s);
	return s;
}
