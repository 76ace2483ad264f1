/* runsvdir - keep all services of a directory running, in one process
 *
 * config:  RUNSVDIR
 * group:   services
 * install: /usr/bin
 *
 * usage: runsvdir [-Pi] DIR [LOG]
 *
 *   DIR  service directories (runit's and s6's files), watched for changes
 *   -P   each service in a process group of its own (always so here)
 *   -i   as a child of init: fd 3 lends log pipes to logd, fd 4 tells readiness
 *   LOG  runit's line for errors; not used
 *
 * TERM or INT stops the services in order (a second one kills), HUP does so
 * and exits with 111; with -i HUP rescans DIR.
 * Exit: 0, 100 wrong use, 111 DIR cannot be read.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/die.h"
#include "base/fmt.h"
#include "base/msg.h"
#include "base/num.h"
#include "base/opts.h"
#include "base/setting.h"
#include "svc/fleet.h"
#include "svc/leftovers.h"
#include "svc/lender.h"
#include "svc/phases.h"
#include "svc/scandir.h"
#include "svc/service.h"
#include "svc/statedir.h"
#include "svc/supervise.h"
#include "sys/clock.h"
#include "sys/files.h"
#include "sys/initctl.h"
#include "sys/loop.h"
#include "sys/rundir.h"
#include "sys/spawn.h"

enum { LEND_FD = 3, READY_FD = 4, STOP_MS = 8000, SLOW_MS = 250, READY_MS = 60000 };

int runsvdir_main(int argc, char **argv);

static bool stop_is_slow; /* at the last stop nobody looks at status files, unless it takes its time */
static bool under_init, stopping, ready_said;
static bool scanned; /* the first time: all that shall be up is known */
static int exit_code;
static struct loop_timer stop_timer, slow_timer, ready_timer;

/* Telling init --------------------------------------------------------- */

static void say_ready(void)
{
	char text[16];
	unsigned unready, n = fleet_wanted(&unready);

	ready_said = true;
	loop_at(&ready_timer, 0);
	if (!under_init)
		return;
	fmt_into(text, sizeof text, "%u\n", n);
	if (write(READY_FD, text, strlen(text)) < 0)
		msg_warn("init does not hear that the services are ready: %m");
	close(READY_FD);
}

static void not_ready_in_time(struct loop_timer *t)
{
	(void)t;
	fleet_name_unready();
	say_ready();
}

static void check_ready(void)
{
	unsigned unready;

	if (ready_said || stopping)
		return;
	fleet_wanted(&unready);
	if (!unready)
		say_ready();
}

static void all_known(void)
{
	scanned = true;
	check_ready();
}

/* Hooks ---------------------------------------------------------------- */

static void became_up(struct service *s)
{
	fleet_changed(s, s->machine.state);
	if (scanned)
		check_ready();
}

static void stop_container(const struct service *s, const char *why, int code)
{
	msg_error("%s: %s: the container stops with %d", s->name, why, code);
	if (initctl_stop(getppid(), code))
		msg_error("cannot tell init: %m");
}

/* FailureAction= and SuccessAction=. */
static void unit_has_ended(const struct service *s)
{
	const struct machine *m = &s->machine;
	bool failed = m->state == MACHINE_FAILED, ran = m->done || m->code >= 0;
	int code = failed ? s->unit->failure_exit : ran ? s->unit->success_exit : UNITLIFE_STAY;

	if (stopping || s->told_to_stop || !under_init || code == UNITLIFE_STAY)
		return;
	if (code == UNITLIFE_OWN_CODE)
		code = m->code > 0 ? m->code : failed;
	stop_container(s, failed ? "FailureAction=" : "SuccessAction=", code);
}

/* For good: not if it was told to stop, and not for a service that may be started again by hand and ended well. */
static void has_ended(struct service *s)
{
	int code = s->machine.code ? s->machine.code : 1;

	if (s->unit)
		unit_has_ended(s);
	if (stopping || !s->essential || s->machine.stopping || s->told_to_stop || !under_init)
		return;
	if (s->machine.state != MACHINE_FAILED && !(s->wstat != -1 && s->machine.code))
		return;
	stop_container(s, "essential, and ended for good", code);
}

static void is_gone(struct service *s)
{
	fleet_forget(s);
	if (!s->logs_for) /* told to exit by sv: it comes back, as under runit, while its directory is there */
		scandir_later();
}

/* Stopping ------------------------------------------------------------- */

static void kill_children(struct loop_timer *t)
{
	(void)t;
	fleet_kill();
	leftovers_signal(NULL, SIGKILL, true);
}

static void stop_lasts(struct loop_timer *t)
{
	(void)t;
	stop_is_slow = true;
}

static void stop(int64_t budget_ms)
{
	int64_t deadline = clock_ms() + budget_ms;

	if (stopping) {
		kill_children(NULL);
		return;
	}
	stopping = true;
	scandir_close();
	loop_at(&ready_timer, 0);
	loop_at(&stop_timer, deadline);
	slow_timer.fire = stop_lasts;
	loop_at(&slow_timer, clock_ms() + SLOW_MS);
	fleet_stop(deadline);
}

static int64_t stop_budget(const struct signalfd_siginfo *i)
{
	const char *given = getenv("INIT_STOP_TIMEOUT");
	unsigned long ms;

	if (i->ssi_code == SI_QUEUE && i->ssi_int > 0)
		return i->ssi_int;
	return given && num_duration(given, 1000, &ms) == 0 ? (int64_t)ms : STOP_MS;
}

static void signalled(const struct signalfd_siginfo *i)
{
	switch (i->ssi_signo) {
	case SIGCHLD:
		supervise_reap();
		break;
	case SIGHUP:
		if (under_init) {
			scandir_again();
			break;
		}
		exit_code = 111;
		stop(stop_budget(i));
		break;
	case SIGTERM:
	case SIGINT:
		stop(stop_budget(i));
		break;
	default:
		break;
	}
}

/* When the last service has gone, daemons that left their groups may still be there. */
static bool all_gone(void)
{
	static bool told;

	if (!stopping || service_all)
		return false;
	if (!leftovers_signal(NULL, 0, true))
		return true;
	if (!told) {
		leftovers_signal(NULL, SIGTERM, true);
		leftovers_signal(NULL, SIGCONT, true);
	}
	told = true;
	return false;
}

static void open_run_dir(void)
{
	const char *run = under_init ? getenv("INIT_RUN_DIR") : NULL;
	char path[512], pid[16];

	if (!run)
		return;
	fmt_into(path, sizeof path, "%s/service", run);
	if (mkdir(path, 0755) && errno != EEXIST) {
		msg_warn("%s: %m: no state outside the service directories", path);
		return;
	}
	statedir_set_run(run);
	if (symlink(path, "/run/service") && errno != EEXIST)
		msg_info("/run/service: %m");
	fmt_into(path, sizeof path, "%s/runsvdir.pid", run);
	fmt_into(pid, sizeof pid, "%d\n", (int)getpid());
	if (files_replace(AT_FDCWD, path, 0644, pid, strlen(pid)))
		msg_warn("%s: %m", path);
}

/* Where units become directories. The run directory of an init that runs is for its own services. */
static const char *units_dir(void)
{
	const char *run = setting_text("INIT_RUN_DIR");
	char pid[512];

	if (!run || under_init)
		return run;
	return fmt_into(pid, sizeof pid, "%s/pid", run) || access(pid, F_OK) == 0 ? NULL : run;
}

static void open_all(void)
{
	const char *style = getenv("INIT_FINISH_STYLE"), *ready = getenv("INIT_READY_TIMEOUT");
	unsigned long ms = READY_MS;
	sigset_t set;

	supervise_options = (struct supervise_options){
	        .hooks = {.allowed = fleet_may_start,
	                  .up = became_up,
	                  .changed = fleet_changed,
	                  .told = fleet_told,
	                  .ended = has_ended,
	                  .forget = is_gone,
	                  .reap = scandir_reap},
	        .last_stop = under_init,
	        .s6_finish = style ? strcmp(style, "s6") == 0 : under_init,
	};
	if (style && strcmp(style, "s6") != 0 && strcmp(style, "runit") != 0)
		msg_error("INIT_FINISH_STYLE: '%s' is neither s6 nor runit; runit is used", style);
	if (ready && num_duration(ready, 1000, &ms))
		msg_error("INIT_READY_TIMEOUT: '%s' is no time (60, 90s, 2m); 60s is used", ready);
	sigemptyset(&set);
	for (size_t i = 0; i < 4; i++)
		sigaddset(&set, (int[]){SIGCHLD, SIGHUP, SIGTERM, SIGINT}[i]);
	sigaddset(&set, SIGPIPE);
	if (spawn_open() || loop_open(&set, signalled))
		die(111, "cannot start: %m");
	spawn_default_signals();
	spawn_raise_files();
	leftovers_open();
	open_run_dir();
	if (phases_open && units_dir())
		phases_open(units_dir());
	if (under_init)
		lender_open(LEND_FD);
	ready_timer.fire = not_ready_in_time;
	stop_timer.fire = kill_children;
	loop_at(&ready_timer, clock_ms() + (int64_t)ms);
}

/* The links of the run directory lead here from elsewhere. */
static const char *absolute(const char *path)
{
	static char full[1024];
	char here[512];

	if (path[0] == '/' || !getcwd(here, sizeof here))
		fmt_into(full, sizeof full, "%s", path);
	else if (fmt_into(full, sizeof full, "%s/%s", here, path))
		die(111, "%s: %m", path);
	return full;
}

/* All services may be units of the system's directories: then an empty one. NULL with errno. */
static const char *no_services(void)
{
	static char path[512];
	const char *run = units_dir();

	errno = ENOENT;
	if (!run || !setting_lists("INIT_UNITS", "enabled") || fmt_into(path, sizeof path, "%s/none", run))
		return NULL;
	return mkdir(path, 0755) && errno != EEXIST ? NULL : path;
}

int runsvdir_main(int argc, char **argv)
{
	struct opts o = {.argc = argc, .argv = argv};
	const char *dir;
	bool busy = true;

	for (int c; (c = opts_next(&o, "Pi", NULL)) != -1;)
		switch (c) {
		case 'P':
			break;
		case 'i':
			under_init = true;
			break;
		default:
			die_usage(100, "%s", o.why);
		}
	if (argc - o.index < 1 || argc - o.index > 2)
		die_usage(100, "a service directory is missing");
	dir = absolute(argv[o.index]);
	if (access(dir, R_OK | X_OK) && !(errno == ENOENT && (dir = no_services())))
		die(111, "%s: %m", argv[o.index]);
	if (under_init) {
		fcntl(LEND_FD, F_SETFD, FD_CLOEXEC);
		fcntl(READY_FD, F_SETFD, FD_CLOEXEC);
		prctl(PR_SET_NAME, "runsvdir");
		msg_name = NULL;
		msg_quick = true;
	}
	open_all();
	scandir_open(dir, units_dir(), all_known);
	while (!all_gone()) {
		if (loop_turn(!busy))
			busy = true;
		else
			busy = !(stopping && under_init && !stop_is_slow) && statedir_flush();
	}
	return exit_code;
}
