/* runsv - keep one service running
 *
 * config:  RUNSV
 * group:   services
 * install: /usr/bin
 *
 * usage: runsv DIR
 *
 *   DIR  service directory (runit's and s6's files)
 *
 * TERM, or "x" on DIR/supervise/control, stops the service, then its logger, then runsv.
 * Exit: 0, 100 wrong use, 111 the service cannot be supervised.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/die.h"
#include "base/opts.h"
#include "svc/adopt.h"
#include "svc/leftovers.h"
#include "svc/service.h"
#include "svc/statedir.h"
#include "svc/supervise.h"
#include "sys/loop.h"
#include "sys/spawn.h"

int runsv_main(int argc, char **argv);

static bool allowed(struct service *s)
{
	(void)s;
	return true;
}

static void nothing(struct service *s)
{
	(void)s;
}

static void changed(struct service *s, enum machine_state before)
{
	(void)s, (void)before;
}

static void told(struct service *s, enum machine_event e)
{
	supervise_event(s, e, 0);
}

static void signalled(const struct signalfd_siginfo *i)
{
	struct service *s = service_all;

	if (i->ssi_signo == SIGCHLD)
		supervise_reap();
	else if (i->ssi_signo == SIGTERM && s)
		supervise_event(s, EV_EXIT, 0);
}

int runsv_main(int argc, char **argv)
{
	struct opts o = {.argc = argc, .argv = argv};
	const char *style = getenv("INIT_FINISH_STYLE");
	struct service *s;
	bool busy = true; /* there are files to write */
	sigset_t set;

	if (opts_next(&o, "", NULL) != -1)
		die_usage(100, "%s", o.why);
	if (argc - o.index != 1)
		die_usage(100, "exactly one service directory is wanted");
	supervise_options = (struct supervise_options){
	        .hooks = {.allowed = allowed,
	                  .up = nothing,
	                  .changed = changed,
	                  .told = told,
	                  .ended = nothing,
	                  .forget = nothing},
	        .s6_finish = style && strcmp(style, "s6") == 0,
	};
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGPIPE);
	if (spawn_open() || loop_open(&set, signalled))
		die(111, "cannot start: %m");
	spawn_default_signals();
	leftovers_open();
	s = adopt(argv[o.index]);
	if (!s)
		die(111, "%s: not supervised: is there a run file?", argv[o.index]);
	if (s->log && !(s->log->features & HAS_DOWN_OR_ALIKE))
		supervise_event(s->log, EV_UP, 0);
	if (s->features & HAS_DOWN_OR_ALIKE)
		statedir_touch(s);
	else
		supervise_event(s, EV_UP, 0);
	while (service_all) {
		if (loop_turn(!busy))
			busy = true;
		else
			busy = statedir_flush();
	}
	return 0;
}
