/* statedir - see statedir.h */
#include "svc/statedir.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/msg.h"
#include "base/signals.h"
#include "pure/status.h"
#include "svc/service.h"
#include "sys/files.h"

static const char *run;
static struct service *dirty, **dirty_end = &dirty;

void statedir_set_run(const char *run_dir)
{
	run = run_dir;
}

static const char *path_of(const struct service *s, const char *file)
{
	static char path[1024];
	int cut;

	if (s->state_in_run)
		cut = fmt_into(path, sizeof path, "%s/service/%s/supervise%s%s", run, s->name, *file ? "/" : "", file);
	else
		cut = fmt_into(path, sizeof path, "%s/supervise%s%s", s->dir, *file ? "/" : "", file);
	return cut ? "" : path;
}

static bool read_only(int err)
{
	return err == EROFS || err == EACCES || err == EPERM;
}

/* In the run directory a read-only service gets a directory with links to what sv(8) looks at, besides supervise/. */
static int make_in_run(struct service *s)
{
	static const char *const shown[] = {"run", "finish", "check", "down"};
	char path[512], target[512];

	if (!run) {
		errno = EROFS;
		return -1;
	}
	if (fmt_into(path, sizeof path, "%s/service/%s", run, s->name))
		return -1;
	unlink(path);
	if (mkdir(path, 0755) && errno != EEXIST)
		return -1;
	for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
		if (fmt_into(path, sizeof path, "%s/service/%s/%s", run, s->name, shown[i]) ||
		    fmt_into(target, sizeof target, "%s", service_path(s, shown[i])))
			return -1;
		unlink(path);
		if (access(target, F_OK) == 0 && symlink(target, path))
			return -1;
	}
	s->state_in_run = true;
	return mkdir(path_of(s, ""), 0700) && errno != EEXIST ? -1 : 0;
}

/* RUNDIR/service/NAME → the service's directory, so that one SVDIR serves wherever the state lies. */
static void link_in_run(const struct service *s)
{
	char path[512];

	if (!run || s->logs_for || fmt_into(path, sizeof path, "%s/service/%s", run, s->name))
		return;
	if (symlink(s->dir, path) == 0 || errno != EEXIST)
		return;
	unlink(path);
	if (symlink(s->dir, path))
		msg_info("%s: %s: %m", s->name, path);
}

/* runit's idiom: supervise is a link, and what it leads to is made. No link is no error. */
static int make_target(const struct service *s)
{
	char target[256], full[512];
	ssize_t n = readlink(path_of(s, ""), target, sizeof target - 1);
	bool absolute;

	if (n <= 0)
		return 0;
	target[n] = '\0';
	absolute = target[0] == '/';
	if (fmt_into(full, sizeof full, "%s%s%s", absolute ? "" : s->dir, absolute ? "" : "/", target))
		return -1;
	return mkdir(full, 0700) && errno != EEXIST ? -1 : 0;
}

static int make(struct service *s)
{
	if (mkdir(path_of(s, ""), 0700)) {
		if (errno != EEXIST)
			return read_only(errno) ? make_in_run(s) : -1;
		if (make_target(s))
			return -1;
		if (access(path_of(s, ""), W_OK) && read_only(errno))
			return make_in_run(s);
	}
	link_in_run(s);
	return 0;
}

/* Garbage in the FIFO's place is replaced. */
static int open_fifo(const char *path, int flags)
{
	struct stat st;

	if (mkfifo(path, 0600)) {
		if (errno != EEXIST || lstat(path, &st))
			return -1;
		if (!S_ISFIFO(st.st_mode) && (unlink(path) || mkfifo(path, 0600)))
			return -1;
	}
	return openat(AT_FDCWD, path, flags | O_NONBLOCK | O_CLOEXEC);
}

int statedir_open(struct service *s)
{
	if (make(s)) {
		if (!read_only(errno))
			return -1;
		s->uncontrolled = true;
		return 0;
	}
	s->lock_fd = openat(AT_FDCWD, path_of(s, "lock"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0600);
	if (s->lock_fd < 0)
		return -1;
	if (flock(s->lock_fd, LOCK_EX | LOCK_NB)) {
		if (errno == EWOULDBLOCK)
			errno = EBUSY;
		return -1;
	}
	/* read and write: the FIFO then never reports that its last writer has gone */
	s->control.fd = open_fifo(path_of(s, "control"), O_RDWR);
	if (s->control.fd < 0)
		return -1;
	s->ok_fd = open_fifo(path_of(s, "ok"), O_RDONLY);
	return s->ok_fd < 0 ? -1 : 0;
}

static enum status_state runit_state(const struct service *s)
{
	switch (s->machine.state) {
	case MACHINE_RUN:
	case MACHINE_SWEEP:
	case MACHINE_STOP:
		return STATUS_RUN;
	case MACHINE_FINISH:
		return STATUS_FINISH;
	case MACHINE_DOWN:
	case MACHINE_WAIT:
	case MACHINE_SETUP:
	case MACHINE_BACKOFF:
	case MACHINE_FAILED:
	case MACHINE_STATES:
		break;
	}
	return STATUS_DOWN;
}

static void put_state(const struct service *s, struct fmt *f)
{
	const struct machine *m = &s->machine;
	struct timespec t = s->since;
	char text[128];

	fmt_add(f, "state=%s\nwanted=%s\nready=%s\npid=%u\nsince=%ld.%03ld\nrestarts=%u\n", machine_state_name(m),
	        m->want == WANT_UP ? "yes" : "no", m->ready ? "yes" : "no", (unsigned)s->pid, (long)t.tv_sec,
	        t.tv_nsec / 1000000, m->restarts);
	fmt_add(f, "first_ms=%u %u %u\n", s->first_ms[0], s->first_ms[1], s->first_ms[2]);
	if (s->wstat != -1 && WIFSIGNALED(s->wstat))
		fmt_add(f, "signal=%s\n", signals_name(WTERMSIG(s->wstat)));
	else if (s->wstat != -1)
		fmt_add(f, "exit=%d\n", WEXITSTATUS(s->wstat));
	fmt_add(f, "essential=%s\n", s->essential ? "yes" : "no");
	if (s->peak_kb)
		fmt_add(f, "peak_kb=%u\n", s->peak_kb);
	if (s->unit)
		fmt_add(f, "result=%s\ndone=%s\n", unitlife_result_name((enum unitlife_result)m->result),
		        m->done ? "yes" : "no");
	if (s->more && s->more->reloaded.tv_sec)
		fmt_add(f, "reload=%ld.%03ld\nreload_exit=%d\n", (long)s->more->reloaded.tv_sec,
		        s->more->reloaded.tv_nsec / 1000000, s->more->reload_code);
	if (s->reason)
		fmt_add(f, "reason=%s\n", s->reason);
	else if (s->features & HAS_ONLY_IF_EXISTS && m->state == MACHINE_DOWN)
		fmt_str(f, "reason=nothing there of only-if-exists\n");
	if (s->status)
		fmt_add(f, "status=%s\n", s->status);
	if (s->reloading)
		fmt_str(f, "reloading=yes\n");
	if (s->unit && s->unit->description)
		fmt_add(f, "description=%s\n", s->unit->description);
	else if (s->features & HAS_DESCRIPTION &&
	         files_read_word(AT_FDCWD, service_path(s, "description"), text, sizeof text) > 0)
		fmt_add(f, "description=%.*s\n", (int)strcspn(text, "\n"), text);
}

static void write_files(struct service *s)
{
	const struct machine *m = &s->machine;
	enum status_state state = runit_state(s);
	struct status st = {
	        .since = s->since,
	        .pid = state == STATUS_DOWN ? 0 : (uint32_t)s->pid,
	        .paused = s->paused,
	        .got_term = s->got_term,
	        .want = m->want == WANT_UP     ? STATUS_WANT_UP
	                : m->want == WANT_EXIT ? STATUS_WANT_EXIT
	                                       : STATUS_WANT_DOWN,
	        .state = state,
	};
	unsigned char bytes[STATUS_SIZE];
	char mem[1024];
	struct fmt f;
	int bad = 0;

	fmt_open(&f, mem, sizeof mem);
	if (st.pid)
		fmt_add(&f, "%u\n", (unsigned)st.pid);
	bad |= files_replace(AT_FDCWD, path_of(s, "pid"), 0644, mem, f.len);
	fmt_open(&f, mem, sizeof mem);
	status_text(&st, &f);
	bad |= files_replace(AT_FDCWD, path_of(s, "stat"), 0644, mem, f.len);
	fmt_open(&f, mem, sizeof mem);
	put_state(s, &f);
	bad |= files_replace(AT_FDCWD, path_of(s, "state"), 0644, mem, f.len);
	status_write(&st, bytes);
	bad |= files_replace(AT_FDCWD, path_of(s, "status"), 0644, (char *)bytes, sizeof bytes);
	if (bad && !s->complained)
		msg_warn("%s: cannot write %s: %m; sv shows an old state", s->name, path_of(s, "status"));
	s->complained = bad;
}

void statedir_touch(struct service *s)
{
	if (s->dirty || s->lock_fd < 0)
		return;
	s->dirty = true;
	s->dirty_next = NULL;
	*dirty_end = s;
	dirty_end = &s->dirty_next;
}

bool statedir_flush(void)
{
	struct service *s = dirty;

	if (!s)
		return false;
	dirty = s->dirty_next;
	if (!dirty)
		dirty_end = &dirty;
	s->dirty = false;
	write_files(s);
	return true;
}

void statedir_close(struct service *s, bool write)
{
	if (!s->dirty)
		return;
	for (struct service **p = &dirty; *p; p = &(*p)->dirty_next) {
		if (*p != s)
			continue;
		*p = s->dirty_next;
		if (!*p)
			dirty_end = p;
		break;
	}
	s->dirty = false;
	if (write)
		write_files(s);
}
