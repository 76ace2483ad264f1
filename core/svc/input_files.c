/* input_files - following the files that programs log to, as lines of services
 *
 * config: INPUT_FILES
 *
 * INIT_LOG_FILES names them. A file is followed through renaming (the old one is read to its end, and for some seconds
 * more, then the new one), truncation, deletion and re-creation; directories and files may come later. inotify tells of
 * changes; on file systems that others write to (NFS, FUSE …), or where the kernel grants no watches, all is looked at
 * once a second. A file of which no position is known (svc/positions.h) is read from its beginning. What a file loses
 * when it is truncated before it was read to its end is lost.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/glob.h"
#include "pure/logconf.h"
#include "svc/flow.h"
#include "svc/followed.h"
#include "svc/input.h"
#include "svc/positions.h"
#include "sys/clock.h"
#include "sys/files.h"
#include "sys/loop.h"
#include "sys/paths.h"
#include "sys/watch.h"

enum {
	PATTERN_FILES = 64,
	TICK_MS = 1000,
	LINGER_TICKS = 5, /* so long what was renamed or deleted may still be written to */
	SAVE_TICKS = 5,
	SCAN_MS = 100, /* at least between two looks at the directories */
	OF_FILE = IN_MODIFY | IN_ATTRIB | IN_MOVE_SELF | IN_DELETE_SELF,
	OF_DIR = IN_MOVE_SELF | IN_DELETE_SELF | IN_ONLYDIR | IN_MASK_ADD,
	OF_NAMES = OF_DIR | IN_CREATE | IN_MOVE | IN_DELETE | IN_ATTRIB,
};

/* A word of the list. */
struct pattern {
	struct pattern *next;
	const char *path;
	int error;   /* that was said last */
	char name[]; /* "": each file's own */
};

static void on_notify(struct loop_fd *, uint32_t);
static void on_room(struct flow_input *);
static void on_scan(struct loop_timer *);
static void on_turn(struct loop_timer *);
static void on_tick(struct loop_timer *);

static struct pattern *patterns, *scanned; /* all, and the one whose files are being looked for */
static struct loop_fd notify = {.fd = -1, .ready = on_notify};
static struct flow_input input = {.resume = on_room};
static struct loop_timer scan_timer = {.fire = on_scan}, turn_timer = {.fire = on_turn}, tick = {.fire = on_tick};
static int64_t scanned_ms;
static unsigned unsaved_ticks;
static bool polling;   /* no event tells of all changes */
static bool refused;   /* the sinks are stuck */
static bool changed;   /* positions have */
static bool following; /* there is something to */
static bool stopping;  /* read to the end, no more */

static void soon(struct loop_timer *t, int64_t at_ms)
{
	if (!t->at_ms)
		loop_at(t, at_ms);
}

/* Watching ------------------------------------------------------------- */

static int watch(const char *what, uint32_t events)
{
	int wd = notify.fd < 0 ? -1 : inotify_add_watch(notify.fd, what, events);

	if (notify.fd < 0 || (wd < 0 && errno == ENOSPC))
		polling = true;
	return wd;
}

static void watch_dir(const char *dir, bool names)
{
	watch(dir, names ? OF_NAMES : OF_DIR);
}

static void watch_file(struct followed *f)
{
	char self[32]; /* another file may have its path by now */

	fmt_into(self, sizeof self, "/proc/self/fd/%d", f->fd);
	f->watch = watch(self, OF_FILE);
	polling = polling || f->watch < 0 || watch_is_blind(self);
}

/* Finding -------------------------------------------------------------- */

static struct followed *add(const struct pattern *p, const char *path, const struct stat *st)
{
	return followed_add(p->name[0] ? p->name : NULL, path, st, p);
}

/* Why it is not followed, if it is not. */
static const char *start(struct followed *new, const char *path, const struct stat *st)
{
	unsigned count = 0;

	if (!S_ISREG(st->st_mode))
		return "no regular file";
	for (const struct followed *f = followed_all; f; f = f->next)
		count += f->of == new->of && f->pos && !f->gone;
	if (count >= PATTERN_FILES)
		return "more than 64 files match";
	if (followed_start(new, path))
		return errno == ENOSPC ? "256 are followed already" : strerror(errno);
	watch_file(new);
	return NULL;
}

static void failed(const char *path)
{
	if (errno == ENOENT || errno == ENOTDIR || errno == scanned->error)
		return;
	scanned->error = errno;
	flow_say("%s: %m; it is not followed", path);
}

static void found(const char *path)
{
	struct stat st;
	struct followed *f;
	const char *why;
	bool new;

	if (stat(path, &st)) {
		failed(path);
		return;
	}
	f = followed_find(&st);
	new = !f;
	if (S_ISDIR(st.st_mode) || (new && !(f = add(scanned, path, &st))))
		return;
	if (!f->pos) {
		why = start(f, path, &st);
		if (why && new)
			flow_say("%s: %s; it is not followed", path, why);
	} else if (!f->seen && strlen(path) < sizeof f->pos->path) {
		strcpy(f->pos->path, path);
	}
	f->seen = true;
	f->gone = false;
}

static void forget(struct followed **at)
{
	if ((*at)->pos) { /* there is room for one that was refused */
		changed = true;
		soon(&scan_timer, scanned_ms + SCAN_MS);
	}
	if ((*at)->watch >= 0)
		inotify_rm_watch(notify.fd, (*at)->watch);
	followed_forget(at);
}

/* Looks for files that match, and whether those that are followed are where they were. */
static void scan(void)
{
	static const struct paths hooks = {.found = found, .on_way = watch_dir, .failed = failed};
	struct followed *f, **at = &followed_all;

	scanned_ms = clock_ms();
	for (f = followed_all; f; f = f->next)
		f->seen = false;
	for (scanned = patterns; scanned; scanned = scanned->next)
		paths_walk(&hooks, scanned->path);
	while ((f = *at)) {
		if (!f->seen && !f->pos) {
			forget(at);
			continue;
		}
		if (!f->seen && !f->gone && followed_left(f)) {
			f->gone = f->ready = true;
			f->ticks = 0;
		}
		at = &f->next;
	}
	soon(&turn_timer, scanned_ms);
	soon(&tick, scanned_ms + TICK_MS);
}

static void on_scan(struct loop_timer *t)
{
	(void)t;
	scan();
}

/* A known file that is not where it was: what is left of it, if it was renamed while nobody read. False: it is not to
 * be found. */
static bool recover(struct position *p)
{
	struct files_walk w = {0};
	struct pattern *of = patterns;
	struct followed *f = NULL;
	char path[POSITIONS_PATH];
	struct stat st;
	const char *n;
	int fd;

	while (of && !glob_fits(of->path, strlen(of->path), p->path, strlen(p->path)))
		of = of->next;
	strcpy(path, p->path);
	strrchr(path, '/')[1] = '\0';
	w.fd = of ? files_open_dir(AT_FDCWD, path) : -1;
	while (!f && w.fd >= 0 && (n = files_next(&w))) {
		if (fstatat(w.fd, n, &st, 0) || st.st_ino != p->ino || !S_ISREG(st.st_mode))
			continue;
		fd = openat(w.fd, n, FOLLOWED_OPEN);
		if (fd >= 0 && positions_fit(p, fd, st.st_size) && (f = add(of, p->path, &st))) {
			followed_follow(f, p, fd);
			watch_file(f);
			f->gone = true;
		} else if (fd >= 0) {
			close(fd);
		}
	}
	if (w.fd >= 0)
		close(w.fd);
	return f;
}

/* Each known position finds its file, or is forgotten. In this order: a file that is renamed now is found later. */
static void start_all(void)
{
	scan();
	for (unsigned i = 0; i < POSITIONS_MAX; i++) {
		struct followed *f = followed_all;
		while (f && f->pos != positions_at(i))
			f = f->next;
		if (!f && positions_at(i)->ino && !recover(positions_at(i)))
			positions_free(positions_at(i));
	}
}

/* Reading -------------------------------------------------------------- */

static void read_file(struct followed *f, bool end)
{
	int n = followed_read(f, &input, end);

	refused = n < 0;
	changed = changed || n;
}

/* All that are ready have a turn. */
static void on_turn(struct loop_timer *t)
{
	bool more = false;

	if (refused || !following)
		return;
	for (struct followed *f = followed_all; f && !refused; f = f->next) {
		if (f->ready && !followed_waits(f))
			read_file(f, stopping);
		more = more || f->ready;
	}
	flow_flush();
	if (changed)
		soon(&tick, clock_ms() + TICK_MS);
	if (more && !refused)
		loop_at(t, clock_ms() + 1); /* the others of this loop come before */
	if (more)
		return;
	followed_calm();
	following = !stopping;
	if (stopping)
		positions_save();
}

static void on_room(struct flow_input *in)
{
	(void)in;
	refused = false;
	on_turn(&turn_timer);
}

static void read_all(void)
{
	for (struct followed *f = followed_all; f; f = f->next)
		f->ready = f->pos;
	soon(&turn_timer, clock_ms());
}

static void on_notify(struct loop_fd *w, uint32_t events)
{
	_Alignas(struct inotify_event) char got[4096];
	ssize_t n = read(w->fd, got, sizeof got);
	const struct inotify_event *e;

	(void)events;
	for (char *at = got; at < got + n; at += sizeof *e + e->len) {
		struct followed *f = followed_all;
		e = (const struct inotify_event *)(void *)at;
		while (f && (f->watch < 0 || f->watch != e->wd))
			f = f->next;
		if (f && e->mask & IN_MODIFY)
			f->ready = true;
		else if (!(e->mask & IN_IGNORED))
			soon(&scan_timer, scanned_ms + SCAN_MS);
		if (e->mask & IN_Q_OVERFLOW)
			read_all();
	}
	soon(&turn_timer, clock_ms());
}

static void on_tick(struct loop_timer *t)
{
	bool again = polling;

	if (polling) {
		scan();
		read_all();
	}
	for (struct followed **at = &followed_all, *f; (f = *at);) {
		bool over = f->gone && !f->ready && !refused && ++f->ticks > LINGER_TICKS;
		again = again || f->gone;
		if (over)
			read_file(f, true);
		if (over && !refused)
			forget(at);
		else
			at = &f->next;
	}
	flow_flush();
	if (changed && ++unsaved_ticks >= SAVE_TICKS) {
		positions_save();
		changed = false;
		unsaved_ticks = 0;
	}
	if (again || changed)
		loop_at(t, clock_ms() + TICK_MS);
}

/* Beginning and end ---------------------------------------------------- */

static void add_pattern(const char *word, size_t len)
{
	const char *path = logconf_path(word, len);
	size_t name_len = path > word ? (size_t)(path - word - 1) : 0;
	struct pattern *p = path ? calloc(1, sizeof *p + len + 2) : NULL, **last = &patterns;

	if (!p)
		return;
	memcpy(p->name, word, name_len);
	p->path = memcpy(p->name + name_len + 1, path, (size_t)(word + len - path));
	while (*last)
		last = &(*last)->next;
	*last = p;
}

static void open_files(const struct logconf *c)
{
	const char *word = c->files;

	for (size_t n; word && (n = logconf_word(&word)); word += n)
		add_pattern(word, n);
	if (!patterns)
		return;
	if (positions_open(c->state) || followed_open(c->line_max)) {
		flow_say("files: %m; none is followed");
		return;
	}
	following = true;
	notify.fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (notify.fd >= 0)
		loop_add(&notify, EPOLLIN);
	start_all();
}

/* The writers are gone: what the files hold now, and no more. */
static void stop(void)
{
	stopping = true;
	if (!following)
		return;
	scan();
	read_all();
}

static bool idle(void)
{
	return !following;
}

static const struct input_kind kind = {.open = open_files, .stop = stop, .idle = idle};
INPUT(kind);
