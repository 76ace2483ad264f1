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
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/die.h"
#include "base/fmt.h"
#include "base/msg.h"
#include "base/num.h"
#include "base/opts.h"
#include "svc/adopt.h"
#include "svc/fleet.h"
#include "svc/leftovers.h"
#include "svc/lender.h"
#include "svc/service.h"
#include "svc/statedir.h"
#include "svc/supervise.h"
#include "sys/clock.h"
#include "sys/files.h"
#include "sys/initctl.h"
#include "sys/loop.h"
#include "sys/rundir.h"
#include "sys/spawn.h"

enum { LEND_FD = 3, READY_FD = 4, SETTLE_MS = 100, POLL_MS = 5000, STOP_MS = 8000, SLOW_MS = 250, READY_MS = 60000 };

int runsvdir_main(int argc, char **argv);

static const char *dir;
static bool stop_is_slow; /* at the last stop nobody looks at status files, unless it takes its time */
static bool under_init, stopping, incomplete, ready_said;
static int exit_code;
static struct timespec dir_mtime;
static struct loop_timer scan_timer, stop_timer, slow_timer, ready_timer;
static struct loop_fd watch = {.fd = -1};
static int watched;

/* Scanning ------------------------------------------------------------- */

/* Is NAME in a list "a,b c"? */
static bool listed(const char *list, const char *name)
{
	size_t len = strlen(name);

	for (const char *p = list; p && *p;) {
		size_t n = strcspn(p, ", ");
		if (n == len && strncmp(p, name, n) == 0)
			return true;
		p += n;
		p += strspn(p, ", ");
	}
	return false;
}

static void warn_unknown(const char *variable)
{
	const char *list = getenv(variable);

	for (const char *p = list; p && *p;) {
		size_t n = strcspn(p, ", ");
		const struct service *s = service_all;
		while (s && (strlen(s->name) != n || strncmp(s->name, p, n) != 0))
			s = s->next;
		if (!s && n)
			msg_warn("%s: %.*s: there is no such service in %s", variable, (int)n, p, dir);
		p += n;
		p += strspn(p, ", ");
	}
}

static void set_normally_up(struct service *s)
{
	s->normally_up =
	        !(s->features & HAS_DOWN) || (!s->logs_for && listed(getenv("INIT_ENABLED_SERVICES"), s->name));
	if (!s->logs_for && listed(getenv("INIT_DISABLED_SERVICES"), s->name))
		s->normally_up = false;
}

static struct service *known(const struct stat *st)
{
	for (struct service *s = service_all; s; s = s->next)
		if (!s->logs_for && s->ino == st->st_ino && s->dev == st->st_dev)
			return s;
	return NULL;
}

/* One name of the directory: a service we know, a new one, or nothing of ours. */
static bool scan_one(const char *name)
{
	char path[1024];
	struct service *s;
	struct stat st;

	if (name[0] == '.' || fmt_into(path, sizeof path, "%s/%s", dir, name) || stat(path, &st) ||
	    !S_ISDIR(st.st_mode))
		return false;
	s = known(&st);
	if (s) {
		s->seen = true;
		return false;
	}
	s = adopt(path);
	if (!s) {
		incomplete = true; /* perhaps it is being copied: looked at again */
		return false;
	}
	s->dev = st.st_dev;
	s->ino = st.st_ino;
	s->seen = true;
	return true;
}

static void drop_removed(void)
{
	for (struct service *s = service_all; s;) {
		unsigned removed = supervise_removed;
		if (!s->logs_for && !s->seen && !s->told_to_stop) {
			msg_info("%s: its directory is gone: stopped", s->name);
			s->told_to_stop = true;
			supervise_event(s, EV_EXIT, 0);
		}
		s = removed == supervise_removed ? s->next : service_all;
	}
}

/* Loggers before what they log. */
static void start_new(void)
{
	for (struct service *s = service_all; s; s = s->next) {
		if (s->started_once)
			continue;
		s->started_once = true;
		set_normally_up(s);
		if (s->log && !s->log->started_once) {
			s->log->started_once = true;
			set_normally_up(s->log);
			if (s->log->normally_up)
				supervise_event(s->log, EV_UP, 0);
		}
		if (s->normally_up)
			supervise_event(s, EV_UP, 0);
		else
			statedir_touch(s);
	}
}

static void scan(void)
{
	size_t count = 0;
	char **names = files_list(AT_FDCWD, dir, &count);
	struct stat st;
	bool added = false;

	if (stat(dir, &st) == 0)
		dir_mtime = st.st_mtim;
	if (!names) {
		msg_error("%s: %m", dir);
		incomplete = true;
		return;
	}
	incomplete = false;
	for (struct service *s = service_all; s; s = s->next)
		s->seen = false;
	for (size_t i = 0; i < count; i++)
		added |= scan_one(names[i]);
	free(names);
	drop_removed();
	fleet_resolve();
	if (added)
		start_new();
}

static void next_scan(void)
{
	loop_at(&scan_timer, stopping ? 0 : incomplete || watch.fd < 0 ? clock_ms() + POLL_MS : 0);
}

static void rescan(void)
{
	if (stopping)
		return;
	scan();
	next_scan();
}

static void scan_due(struct loop_timer *t)
{
	struct stat st;

	(void)t;
	if (watch.fd < 0 && !incomplete && stat(dir, &st) == 0 &&
	    memcmp(&st.st_mtim, &dir_mtime, sizeof dir_mtime) == 0)
		next_scan();
	else
		rescan();
}

/* Whoever changes the directory has rarely finished with the first event. */
static void dir_changed(struct loop_fd *w, uint32_t events)
{
	char mem[4096];

	(void)events;
	while (read(w->fd, mem, sizeof mem) > 0)
		;
	if (!stopping)
		loop_at(&scan_timer, clock_ms() + SETTLE_MS);
}

static void watch_dir(void)
{
	watch.ready = dir_changed;
	watch.fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (watch.fd < 0)
		return;
	watched = inotify_add_watch(watch.fd, dir, IN_CREATE | IN_DELETE | IN_MOVE | IN_DELETE_SELF | IN_ONLYDIR);
	if (watched < 0 || loop_add(&watch, EPOLLIN)) {
		close(watch.fd);
		watch.fd = -1;
	}
}

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

/* Hooks ---------------------------------------------------------------- */

static void became_up(struct service *s)
{
	(void)s;
	if (stopping)
		return;
	fleet_start_waiting();
	if (scan_timer.fire) /* not during the first scan: all are counted behind it */
		check_ready();
}

/* For good: not if it was told to stop, and not for a service that may be started again by hand and ended well. */
static void has_ended(struct service *s)
{
	int code = s->machine.code ? s->machine.code : 1;

	if (stopping || !s->essential || s->machine.stopping || s->told_to_stop || !under_init)
		return;
	if (s->machine.state != MACHINE_FAILED && !(s->wstat != -1 && s->machine.code))
		return;
	msg_error("%s: essential, and ended for good: the container stops with %d", s->name, code);
	if (initctl_stop(getppid(), code))
		msg_error("cannot tell init: %m");
}

static void is_gone(struct service *s)
{
	fleet_forget(s);
	if (!s->logs_for &&
	    !stopping) /* told to exit by sv: it comes back, as under runit, while its directory is there */
		loop_at(&scan_timer, clock_ms() + POLL_MS);
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
	inotify_rm_watch(watch.fd,
	                 watched); /* now: an exit with a watch waits some ms for the kernel to let go of it */
	loop_at(&scan_timer, 0);
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
			rescan();
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

static void open_all(void)
{
	const char *style = getenv("INIT_FINISH_STYLE"), *ready = getenv("INIT_READY_TIMEOUT");
	unsigned long ms = READY_MS;
	sigset_t set;

	supervise_options = (struct supervise_options){
	        .hooks = {.allowed = fleet_may_start, .up = became_up, .ended = has_ended, .forget = is_gone},
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

int runsvdir_main(int argc, char **argv)
{
	struct opts o = {.argc = argc, .argv = argv};
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
	if (access(dir, R_OK | X_OK))
		die(111, "%s: %m", dir);
	if (under_init) {
		fcntl(LEND_FD, F_SETFD, FD_CLOEXEC);
		fcntl(READY_FD, F_SETFD, FD_CLOEXEC);
		prctl(PR_SET_NAME, "runsvdir");
		msg_name = NULL;
		msg_quick = true;
	}
	open_all();
	watch_dir();
	scan();
	warn_unknown("INIT_ENABLED_SERVICES");
	warn_unknown("INIT_DISABLED_SERVICES");
	scan_timer.fire = scan_due;
	next_scan();
	check_ready();
	while (!all_gone()) {
		if (loop_turn(!busy))
			busy = true;
		else
			busy = !(stopping && under_init && !stop_is_slow) && statedir_flush();
	}
	return exit_code;
}
