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
#include "base/words.h"
#include "svc/adopt.h"
#include "svc/fleet.h"
#include "svc/service.h"
#include "svc/statedir.h"
#include "svc/supervise.h"
#include "sys/clock.h"
#include "sys/files.h"
#include "sys/loop.h"

enum { SETTLE_MS = 100, POLL_MS = 5000 };

static void on_change(struct loop_fd *, uint32_t);
static void on_due(struct loop_timer *);

static const char *dir;
static bool incomplete, closed;
static struct timespec mtime;
static struct loop_fd watch = {.fd = -1, .ready = on_change};
static int watched;
static struct loop_timer due = {.fire = on_due};

static bool listed(const char *variable, const char *name)
{
	const char *list = getenv(variable);
	size_t len = strlen(name), n;

	for (const char *p; list && (p = words_next(&list, &n));)
		if (n == len && memcmp(p, name, n) == 0)
			return true;
	return false;
}

static void warn_unknown(const char *variable)
{
	const char *list = getenv(variable);
	size_t n;

	for (const char *p; list && (p = words_next(&list, &n));) {
		const struct service *s = service_all;
		while (s && (strlen(s->name) != n || memcmp(s->name, p, n) != 0))
			s = s->next;
		if (!s)
			msg_warn("%s: %.*s: there is no such service in %s", variable, (int)n, p, dir);
	}
}

static void set_normally_up(struct service *s)
{
	s->normally_up =
	        !(s->features & HAS_DOWN_OR_ALIKE) || (!s->logs_for && listed("INIT_ENABLED_SERVICES", s->name));
	if (!s->logs_for && listed("INIT_DISABLED_SERVICES", s->name))
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
			fleet_start(s);
		else
			statedir_touch(s);
	}
	fleet_turn();
}

static void scan(void)
{
	size_t count = 0;
	char **names = files_list(AT_FDCWD, dir, &count);
	struct stat st;
	bool added = false;

	if (stat(dir, &st) == 0)
		mtime = st.st_mtim;
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
	if (incomplete || watch.fd < 0)
		loop_at(&due, clock_ms() + POLL_MS);
	else
		loop_at(&due, 0);
}

void scandir_again(void)
{
	if (closed)
		return;
	scan();
	next_scan();
}

void scandir_later(void)
{
	if (!closed)
		loop_at(&due, clock_ms() + POLL_MS);
}

static void on_due(struct loop_timer *t)
{
	struct stat st;

	(void)t;
	if (watch.fd < 0 && !incomplete && stat(dir, &st) == 0 && memcmp(&st.st_mtim, &mtime, sizeof mtime) == 0)
		next_scan();
	else
		scandir_again();
}

/* Whoever changes the directory has rarely finished with the first event. */
static void on_change(struct loop_fd *w, uint32_t events)
{
	char mem[4096];

	(void)events;
	while (read(w->fd, mem, sizeof mem) > 0)
		;
	if (!closed)
		loop_at(&due, clock_ms() + SETTLE_MS);
}

void scandir_open(const char *path)
{
	dir = path;
	watch.fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	watched = inotify_add_watch(watch.fd, dir, IN_CREATE | IN_DELETE | IN_MOVE | IN_DELETE_SELF | IN_ONLYDIR);
	if (watch.fd >= 0 && (watched < 0 || loop_add(&watch, EPOLLIN))) {
		close(watch.fd);
		watch.fd = -1;
	}
	scan();
	warn_unknown("INIT_ENABLED_SERVICES");
	warn_unknown("INIT_DISABLED_SERVICES");
	next_scan();
}

/* The watch goes now: an exit with one waits some ms for the kernel to let go of it. */
void scandir_close(void)
{
	closed = true;
	inotify_rm_watch(watch.fd, watched);
	loop_at(&due, 0);
}
