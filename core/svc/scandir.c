/* scandir - see scandir.h */
#include "svc/scandir.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/msg.h"
#include "base/setting.h"
#include "base/signals.h"
#include "base/words.h"
#include "svc/adopt.h"
#include "svc/fleet.h"
#include "svc/phases.h"
#include "svc/service.h"
#include "svc/statedir.h"
#include "svc/supervise.h"
#include "sys/clock.h"
#include "sys/files.h"
#include "sys/loop.h"
#include "sys/spawn.h"

enum {
	SETTLE_MS = 100,
	POLL_MS = 5000,
	CHANGES = IN_CREATE | IN_DELETE | IN_MOVE | IN_CLOSE_WRITE | IN_DELETE_SELF | IN_ONLYDIR,
};

static void on_change(struct loop_fd *, uint32_t);
static void on_due(struct loop_timer *);

static const char *dir;
static bool incomplete, closed;
static struct timespec mtime;
static struct loop_fd watch = {.fd = -1, .ready = on_change};
static int watched;
static struct loop_timer due = {.fire = on_due};

/* Units: a child makes directories of them (svc/unitload.h), which are scanned as the first one is. */
static void (*all_known)(void); /* NULL: has been told */
static const char *run;         /* where: there; NULL: nowhere */
static char units[512];
static pid_t loader; /* the child, 0: none */
static bool found_unit, loaded, load_again, changed;

/* Is there one of no service? They are named unless it is only asked. */
static bool names_unknown(const char *variable, bool say)
{
	const char *list = getenv(variable);
	bool unknown = false;
	size_t n;

	for (const char *p; list && (p = words_next(&list, &n));) {
		const struct service *s = service_all;
		if (words_fit("*.timer *.socket", p, n))
			continue;
		if (n > 8 && memcmp(p + n - 8, ".service", 8) == 0)
			n -= 8;
		while (s && (strlen(s->name) != n || memcmp(s->name, p, n) != 0))
			s = s->next;
		unknown |= !s;
		if (!s && say)
			msg_warn("%s: %.*s: there is no such service in %s", variable, (int)n, p, dir);
	}
	return unknown;
}

static void set_normally_up(struct service *s)
{
	s->normally_up = s->unit ? s->unit->wanted
	                         : !(s->features & HAS_DOWN_OR_ALIKE) ||
	                                   (!s->logs_for && setting_lists("INIT_ENABLED_SERVICES", s->name));
	if (!s->logs_for && setting_lists("INIT_DISABLED_SERVICES", s->name))
		s->normally_up = false;
}

static struct service *known(const struct stat *st)
{
	for (struct service *s = service_all; s; s = s->next)
		if (!s->logs_for && s->ino == st->st_ino && s->dev == st->st_dev)
			return s;
	return NULL;
}

/* A unit, or what belongs to one: changes in a directory of drop-ins matter too. */
static bool unit_name(const char *name, const char *path, bool directory)
{
	static const char *const patterns[] = {
	        "*.service *.target *.timer *.socket",
	        "*.service.d *.service.wants *.service.requires *.target.d *.target.wants *.target.requires *.timer.d "
	        "service.d"};

	if (!words_fit(patterns[directory], name, strlen(name)))
		return false;
	found_unit = true;
	if (directory && watch.fd >= 0)
		inotify_add_watch(watch.fd, path, CHANGES);
	return true;
}

/* One name of the directory: a service we know, a new one, a unit, or nothing of ours. */
static void scan_one(const char *in, const char *name)
{
	char path[1024], file[sizeof path];
	struct service *s;
	struct stat st;
	bool directory;

	if (name[0] == '.' || fmt_into(path, sizeof path, "%s/%s", in, name))
		return;
	directory = stat(path, &st) == 0 && S_ISDIR(st.st_mode);
	if ((in == dir && unit_name(name, path, directory)) || !directory)
		return;
	/* of one that is gone the rest stays until it has stopped */
	if (in == units && (fmt_into(file, sizeof file, "%s/unit", path) || access(file, F_OK)))
		return;
	s = known(&st);
	if (!s)
		s = adopt(path);
	if (!s) {
		incomplete = true; /* perhaps it is being copied: looked at again */
		return;
	}
	s->dev = st.st_dev;
	s->ino = st.st_ino;
	s->seen = true;
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

/* Loggers before what they log. What depends on others waits until all are known. */
static void start_new(void)
{
	for (struct service *s = service_all; s; s = s->next) {
		if (s->started_once || (loader && s->features & HAS_DEPENDENCIES))
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
			fleet_start(s);
		statedir_touch(s);
	}
	fleet_turn();
}

static int scan_in(const char *in)
{
	size_t count = 0;
	char **names = files_list(AT_FDCWD, in, &count);

	if (!names) {
		msg_error("%s: %m", in);
		incomplete = true;
		return -1;
	}
	for (size_t i = 0; i < count; i++)
		scan_one(in, names[i]);
	free(names);
	return 0;
}

/* The directories that are gone do not count if one cannot be read. */
static void scan(void)
{
	struct stat st;

	if (stat(dir, &st) == 0)
		mtime = st.st_mtim;
	incomplete = found_unit = false;
	for (struct service *s = service_all; s; s = s->next)
		s->seen = false;
	if (scan_in(dir) || (loaded && scan_in(units)))
		return;
	drop_removed();
}

/* Units ----------------------------------------------------------------- */

static void tell_all_known(void)
{
	void (*tell)(void) = all_known;

	all_known = NULL;
	if (!tell)
		return;
	names_unknown("INIT_ENABLED_SERVICES", true);
	names_unknown("INIT_DISABLED_SERVICES", true);
	tell();
}

static bool want_units(void)
{
	return found_unit || loaded || setting_lists("INIT_UNITS", "enabled") ||
	       (run && phases_open && names_unknown("INIT_ENABLED_SERVICES", false));
}

/* Begins to make services of units, if there are any. */
static void start_loader(void)
{
	char *argv[] = {(char[]){"unit"},       (char[]){"--load"},     (char[]){"-d"},
	                (char *)(uintptr_t)dir, (char *)(uintptr_t)run, NULL};
	struct spawn child = {.path = spawn_self(), .argv = argv, .in = -1, .out = -1, .err = -1};

	load_again = loader && want_units();
	if (loader || !want_units())
		return;
	if (!run || !phases_open) {
		msg_error("%s: units %s", dir,
		          run ? "are not in this binary" : "need a run directory of its own: set INIT_RUN_DIR");
		return;
	}
	loader = spawn(&child);
	if (loader < 0) {
		msg_error("units: no process for them: %m");
		loader = 0;
	}
}

/* Looking --------------------------------------------------------------- */

/* Services in directories do not wait for those of units. */
static void look(void)
{
	scan();
	if (changed)
		start_loader();
	changed = false;
	if (!loader)
		fleet_resolve();
	start_new();
	if (!loader)
		tell_all_known();
	if (incomplete || watch.fd < 0)
		loop_at(&due, clock_ms() + POLL_MS);
	else
		loop_at(&due, 0);
}

void scandir_again(void)
{
	changed = true;
	if (!closed)
		look();
}

void scandir_later(void)
{
	if (!closed)
		loop_at(&due, clock_ms() + POLL_MS);
}

bool scandir_reap(pid_t pid, int wstat)
{
	char how[SIGNALS_ENDED];

	if (pid != loader)
		return false;
	loader = 0;
	signals_ended(how, wstat);
	if (wstat)
		msg_error("units: what reads them failed (%s): they stay as they were", how);
	loaded = loaded || !wstat;
	changed = load_again;
	if (!closed)
		look();
	return true;
}

static void on_due(struct loop_timer *t)
{
	struct stat st;

	(void)t;
	if (watch.fd < 0 && stat(dir, &st) == 0)
		changed |= memcmp(&st.st_mtim, &mtime, sizeof mtime) != 0;
	look();
}

/* Whoever changes the directory has rarely finished with the first event. */
static void on_change(struct loop_fd *w, uint32_t events)
{
	char mem[4096];

	(void)events;
	while (read(w->fd, mem, sizeof mem) > 0)
		;
	changed = true;
	if (!closed)
		loop_at(&due, clock_ms() + SETTLE_MS);
}

void scandir_open(const char *path, const char *run_dir, void (*tell)(void))
{
	dir = path;
	run = run_dir;
	all_known = tell;
	fmt_into(units, sizeof units, "%s/units", run ? run : "");
	watch.fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	watched = inotify_add_watch(watch.fd, dir, CHANGES);
	if (watch.fd >= 0 && (watched < 0 || loop_add(&watch, EPOLLIN))) {
		close(watch.fd);
		watch.fd = -1;
	}
	scandir_again();
}

/* The watch goes now: an exit with one waits some ms for the kernel to let go of it. */
void scandir_close(void)
{
	closed = true;
	inotify_rm_watch(watch.fd, watched);
	loop_at(&due, 0);
}
