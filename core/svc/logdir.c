/* logdir - see logdir.h */
#include "svc/logdir.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h> /* renameat */
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/date.h"
#include "base/fmt.h"
#include "base/msg.h"
#include "sys/clock.h"
#include "sys/files.h"
#include "sys/spawn.h"

enum { RESTART_MS = 1000, OPEN = O_CLOEXEC | O_NONBLOCK, KIND = LOGDIR_NAME - 2, CLOSED = 0744 };

struct logdir *logdir_of(struct logfile *f)
{
	return container_of(f, struct logdir, file);
}

static void step(const struct logdir *d, const char *what, const char *name)
{
	if (msg_verbose > 1)
		logfile_say("info: %s: %s/%s", what, d->file.name, name);
}

static void warn(const struct logdir *d, const char *what, const char *name)
{
	logfile_say("warning: cannot %s %s/%s: %m", what, d->file.name, name);
}

/* Calls fn for each old file: @, 24 digits, a dot and its kind. */
static void each_old(struct logdir *d, void (*fn)(struct logdir *, const char *, void *), void *arg)
{
	struct files_walk w = {.fd = files_open_dir(d->dir, ".")};
	const char *name;

	while (w.fd >= 0 && (name = files_next(&w)))
		if (name[0] == '@' && strlen(name) == LOGDIR_NAME - 1)
			fn(d, name, arg);
	if (w.fd < 0 || w.end < 0)
		warn(d, "read", ".");
	close(w.fd);
}

struct oldest {
	char name[LOGDIR_NAME];
	unsigned long count;
	bool any; /* of any kind, or only .s and the like */
};

static void count(struct logdir *d, const char *name, void *arg)
{
	struct oldest *o = arg;

	if (!o->any && name[KIND] == 't') {
		if (unlinkat(d->dir, name, 0))
			warn(d, "remove", name);
		return;
	}
	if (!o->any && name[KIND] == 'u')
		return;
	if (!o->count++ || strcmp(name, o->name) < 0)
		memcpy(o->name, name, LOGDIR_NAME);
}

/* The oldest goes if there are more than `most`. */
static bool remove_oldest(struct logdir *d, unsigned long most, bool any)
{
	struct oldest o = {.any = any};

	each_old(d, count, &o);
	if (o.count <= most)
		return false;
	step(d, "delete", o.name);
	if (unlinkat(d->dir, o.name, 0) == 0)
		return true;
	warn(d, "remove", o.name);
	return false;
}

static bool make_room(struct logfile *f)
{
	struct logdir *d = logdir_of(f);

	return d->rules.min < d->rules.num && remove_oldest(d, d->rules.min, true);
}

/* `current` becomes an old file of that kind. */
static int put_away(struct logdir *d, char kind, char name[LOGDIR_NAME])
{
	struct timespec now = clock_wall();
	struct fmt f;

	do {
		fmt_open(&f, name, LOGDIR_NAME);
		date_tai64n(&f, &now);
		fmt_add(&f, ".%c", kind);
		now.tv_nsec++;
	} while (faccessat(d->dir, name, F_OK, 0) == 0);
	return renameat(d->dir, "current", d->dir, name);
}

static int open_current(struct logdir *d)
{
	struct stat st;
	int fd = openat(d->dir, "current", O_WRONLY | O_APPEND | O_CREAT | OPEN, 0600);

	if (fd < 0)
		return -1;
	if (fchmod(fd, 0644) || fstat(fd, &st)) {
		close(fd);
		return -1;
	}
	d->file.fd = fd;
	d->file.size = (uint64_t)st.st_size;
	return 0;
}

/* What cannot be synced (a device) need not be. */
static int seal(struct logdir *d)
{
	int fd = d->file.fd;

	if (d->no_wait)
		sync_file_range(fd, 0, 0, SYNC_FILE_RANGE_WRITE);
	else if (fsync(fd) && errno != EINVAL)
		return -1;
	if (fchmod(fd, CLOSED))
		return -1;
	close(fd);
	d->file.fd = -1;
	return 0;
}

/* The processor ----------------------------------------------------------- */

bool logdir_busy(const struct logdir *d)
{
	return d->pid || d->restart.at_ms;
}

/* The processor's files have the name of what it reads but for the last letter. */
static const char *kind(struct logdir *d, char letter)
{
	d->save[KIND] = letter;
	return d->save;
}

static void failed(struct logdir *d, const char *why)
{
	logfile_say("warning: %s: processor failed: %s; %s", d->file.name, why,
	            d->leaving ? "what it was to read stays" : "started again");
	unlinkat(d->dir, kind(d, 't'), 0);
	if (d->leaving || !d->rules.processor)
		d->save[0] = '\0';
	else
		loop_at(&d->restart, clock_ms() + RESTART_MS);
}

static void processed(struct logdir *d)
{
	char old[LOGDIR_NAME];

	memcpy(old, kind(d, 't'), sizeof old);
	if (renameat(d->dir, old, d->dir, kind(d, 's')) || fchmodat(d->dir, d->save, CLOSED, 0)) {
		failed(d, strerror(errno));
		return;
	}
	step(d, "processed", d->save);
	if (unlinkat(d->dir, kind(d, 'u'), 0))
		warn(d, "remove", d->save);
	if (renameat(d->dir, "newstate", d->dir, "state"))
		warn(d, "rename", "newstate");
	d->save[0] = '\0';
}

static void ended(struct loop_fd *w, uint32_t events)
{
	struct logdir *d = container_of(w, struct logdir, child);
	struct spawn_error e;
	char why[32];
	int status = -1;

	(void)events;
	loop_remove(w);
	close(w->fd);
	w->fd = -1;
	waitpid(d->pid, &status, 0);
	spawn_forget(); /* a file that is removed shall give its space back */
	fmt_into(why, sizeof why, WIFSIGNALED(status) ? "signal %d" : "exit %d",
	         WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
	if (d->dir < 0)
		d->save[0] = '\0';
	else if (status == 0)
		processed(d);
	else
		failed(d, spawn_failed(d->pid, &e) ? spawn_why("/bin/sh", &e) : why);
	d->pid = 0;
	if (d->file.stuck && d->file.error == EINPROGRESS)
		logfile_again(&d->file.again);
}

static void start(struct logdir *d)
{
	char *argv[] = {"sh", "-c", (char *)(uintptr_t)d->rules.processor, NULL};
	int in = openat(d->dir, kind(d, 'u'), O_RDONLY | OPEN);
	int out = openat(d->dir, kind(d, 't'), O_WRONLY | O_TRUNC | O_CREAT | OPEN, 0644);
	int old = openat(d->dir, "state", O_RDONLY | O_CREAT | OPEN, 0644);
	int new = openat(d->dir, "newstate", O_WRONLY | O_TRUNC | O_CREAT | OPEN, 0644);
	struct spawn s = {.path = "/bin/sh",
	                  .argv = argv,
	                  .dir = d->file.name,
	                  .in = in,
	                  .out = out,
	                  .err = -1,
	                  .extra = {{old, 4}, {new, 5}}};

	step(d, "processing", kind(d, 'u'));
	d->pid = in < 0 || out < 0 || old < 0 || new < 0 ? -1 : spawn(&s);
	if (d->pid < 0) {
		d->pid = 0;
		failed(d, strerror(errno));
	} else {
		d->child.fd = (int)syscall(SYS_pidfd_open, d->pid, 0);
		if (d->child.fd < 0 || loop_add(&d->child, EPOLLIN))
			ended(&d->child, 0); /* Linux before 5.3: waits for it */
	}
	close(in);
	close(out);
	close(old);
	close(new);
}

static void restart(struct loop_timer *t)
{
	struct logdir *d = container_of(t, struct logdir, restart);

	if (d->dir >= 0 && d->rules.processor)
		start(d);
	else
		d->save[0] = '\0';
}

/* ------------------------------------------------------------------------- */

/* May be interrupted by a failure after each step, to be called again. */
static int rotate(struct logfile *f)
{
	struct logdir *d = logdir_of(f);
	char name[LOGDIR_NAME];

	if (logdir_busy(d)) {
		errno = EINPROGRESS;
		return -1;
	}
	if (f->fd >= 0 && seal(d))
		return -1;
	if (put_away(d, d->rules.processor ? 'u' : 's', name) == 0) {
		step(d, "rename", name);
		if (d->rules.processor)
			memcpy(d->save, name, sizeof name);
	} else if (errno != ENOENT) {
		return -1;
	}
	if (open_current(d))
		return -1;
	f->due = f->inside = false;
	if (d->rules.num)
		remove_oldest(d, d->rules.num, false);
	if (d->save[0])
		start(d);
	return 0;
}

static void on_age(struct loop_timer *t)
{
	struct logdir *d = container_of(t, struct logdir, age);

	logdir_rotate(d);
	loop_at(t, clock_ms() + (int64_t)d->rules.age_s * 1000);
}

void logdir_rotate(struct logdir *d)
{
	if (d->lock < 0 || !d->file.size)
		return;
	d->file.due = true;
	if (!d->file.stuck)
		logfile_write(&d->file);
}

void logdir_init(struct logdir *d, const char *name, void (*moved)(struct logfile *))
{
	d->file = (struct logfile){.name = name,
	                           .fd = -1,
	                           .rotate = rotate,
	                           .make_room = make_room,
	                           .moved = moved,
	                           .again.fire = logfile_again};
	d->dir = d->lock = -1;
	d->age.fire = on_age;
	d->restart.fire = restart;
	d->child = (struct loop_fd){.fd = -1, .ready = ended};
}

static void read_config(struct logdir *d, const struct logrules *rules)
{
	struct logrules *r = &d->rules;
	const char *why;

	free(r->text);
	*r = *rules;
	r->text = files_load(d->dir, "config", &r->len);
	if (!r->text && errno != ENOENT)
		warn(d, "read", "config");
	while ((why = logrules_read(r)))
		logfile_say("warning: %s/config:%u: %s", d->file.name, r->line, why);
	d->file.max = r->size;
	loop_at(&d->age, r->age_s ? clock_ms() + (int64_t)r->age_s * 1000 : 0);
}

static const char *try_open(struct logdir *d, const struct logrules *rules)
{
	char name[LOGDIR_NAME];
	struct stat st;

	close(d->dir);
	d->dir = files_open_dir(AT_FDCWD, d->file.name);
	if (d->dir < 0)
		return "open directory";
	d->lock = openat(d->dir, "lock", O_WRONLY | O_APPEND | O_CREAT | OPEN, 0600);
	if (d->lock < 0 || flock(d->lock, LOCK_EX | LOCK_NB))
		return "lock directory";
	read_config(d, rules);
	if (fstatat(d->dir, "current", &st, 0) == 0 && st.st_size && !(st.st_mode & S_IXUSR)) {
		if (put_away(d, 'u', name))
			return "rename current of";
		if (d->rules.num)
			remove_oldest(d, d->rules.num, false);
	}
	d->file.due = false;
	return open_current(d) ? "open current of" : NULL;
}

int logdir_open(struct logdir *d, const struct logrules *rules, const char **what)
{
	int saved;

	*what = try_open(d, rules);
	if (!*what) {
		step(d, d->file.size ? "append" : "new", "current");
		return 0;
	}
	saved = errno;
	logdir_close(d);
	d->file.at = d->file.end;
	d->file.stuck = false;
	errno = saved;
	return -1;
}

void logdir_close(struct logdir *d)
{
	if (d->lock < 0)
		return;
	if (d->file.fd >= 0 && seal(d)) {
		warn(d, "close", "current");
		close(d->file.fd);
	}
	close(d->lock);
	d->file.fd = d->lock = -1;
	loop_at(&d->file.again, 0);
	loop_at(&d->age, 0);
}
