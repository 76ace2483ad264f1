/* control - see control.h */
#include "svc/control.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/msg.h"
#include "sys/clock.h"
#include "sys/spawn.h"

enum { RETRY_MIN_MS = 20, RETRY_MAX_MS = 420 };

/* Milliseconds until then as poll(2) takes them. */
static int left(int64_t until_ms)
{
	int64_t ms = until_ms - clock_ms();

	return until_ms == INT64_MAX ? -1 : ms < 0 ? 0 : ms > INT_MAX ? INT_MAX : (int)ms;
}

/* The wait status of a child; one that is not done by then is killed. */
static int reap(pid_t pid, int64_t until_ms)
{
	struct pollfd p = {.fd = (int)syscall(SYS_pidfd_open, pid, 0), .events = POLLIN};
	int status = 0;

	if (p.fd >= 0) {
		if (poll(&p, 1, left(until_ms)) == 0)
			kill(pid, SIGKILL);
		close(p.fd);
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}

/* Runs ./check. As in runit none is as good as one that agrees, and so is one that cannot be run. */
static bool checked(const struct svdir *s, int64_t until_ms)
{
	static char name[] = "./check";
	static int sink = -1;
	char *argv[] = {name, NULL};
	struct spawn child = {.path = name, .argv = argv, .dir = s->path, .in = -1, .out = -1, .err = -1};
	struct spawn_error e;
	pid_t pid;
	int status;

	if (!svdir_has(s, "check"))
		return true;
	if (sink < 0) {
		sink = open("/dev/null", O_WRONLY | O_CLOEXEC);
		spawn_open();
	}
	child.out = sink < 0 ? 2 : sink;
	pid = spawn(&child);
	if (pid < 0) {
		msg_warn("%s/check: %m", s->path);
		return false;
	}
	status = reap(pid, until_ms);
	if (!WIFEXITED(status))
		return false;
	if (WEXITSTATUS(status) >= SPAWN_NOT_RUN && spawn_failed(pid, &e)) {
		errno = e.err;
		msg_warn("%s/check cannot be run: %m; taken as success", s->path);
		return true;
	}
	return WEXITSTATUS(status) == 0;
}

static bool before(struct timespec a, struct timespec b)
{
	return a.tv_sec != b.tv_sec ? a.tv_sec < b.tv_sec : a.tv_nsec < b.tv_nsec;
}

static enum control_answer when(bool reached)
{
	return reached ? CONTROL_YES : CONTROL_LATER;
}

static enum control_answer ask_check(const struct svdir *s, int64_t until_ms)
{
	return checked(s, until_ms) ? CONTROL_YES : CONTROL_RETRY;
}

/* Since `began`, as far as milliseconds tell. */
static bool since(struct timespec t, struct timespec began)
{
	began.tv_nsec -= began.tv_nsec % 1000000;
	return !before(t, began);
}

/* anew: a start before `began` does not count. A unit may have no process: it has done its work, or needs none. */
static enum control_answer ready(const struct control *c, const struct control_wait *w, bool runs, bool anew)
{
	bool recent = !before(c->status.since, w->began);
	char mem[1024];
	struct svstate state;

	svdir_state(&c->dir, &state, mem, sizeof mem);
	runs = runs && !(anew && (!recent || c->status.got_term));
	if (!*state.state)
		return runs ? ask_check(&c->dir, w->until_ms) : CONTROL_LATER;
	if (recent && (strcmp(state.state, "failed") == 0 || (*state.result && strcmp(state.state, "backoff") == 0)))
		return CONTROL_FAILED;
	if (*state.result)
		return when(recent ? state.ready || state.done : state.ready && !anew);
	return when(runs && state.ready);
}

/* Only a unit says when it has reloaded. */
static enum control_answer reloaded(const struct control *c, const struct control_wait *w)
{
	char mem[1024];
	struct svstate state;

	svdir_state(&c->dir, &state, mem, sizeof mem);
	if (!*state.result)
		return CONTROL_YES;
	return !since(state.reload, w->began) ? CONTROL_LATER : state.reload_code ? CONTROL_FAILED : CONTROL_YES;
}

static enum control_answer look(struct control *c, const struct control_wait *w)
{
	const struct status *s = &c->status;
	bool runs, old;

	if (svdir_status(&c->dir, &c->status)) {
		if (w->goal == CONTROL_GONE && errno == ENXIO)
			return CONTROL_YES;
		return w->patient && (errno == ENXIO || errno == ENOENT) ? CONTROL_RETRY : CONTROL_ERROR;
	}
	runs = s->pid && s->state == STATUS_RUN;
	old = before(s->since, w->began);
	switch (w->goal) {
	case CONTROL_NONE:
		return CONTROL_YES;
	case CONTROL_GONE:
		return CONTROL_RETRY;
	case CONTROL_RUNS:
		return when(runs);
	case CONTROL_UP:
		return runs ? ask_check(&c->dir, w->until_ms) : CONTROL_LATER;
	case CONTROL_READY:
		return ready(c, w, runs, false);
	case CONTROL_CHECKED:
		return s->pid ? ask_check(&c->dir, w->until_ms) : CONTROL_YES;
	case CONTROL_ENDED:
		return when(s->state != STATUS_RUN);
	case CONTROL_DOWN:
		return when(!s->pid && s->state == STATUS_DOWN);
	case CONTROL_TRIED:
		if (!s->pid)
			return s->want != STATUS_WANT_UP ? CONTROL_YES : ready(c, w, runs, true);
		/* fall through */
	case CONTROL_RESTARTED:
		return s->pid && !s->got_term && !old ? ask_check(&c->dir, w->until_ms) : CONTROL_LATER;
	case CONTROL_RENEWED:
		return ready(c, w, runs, true);
	case CONTROL_RELOADED:
		return reloaded(c, w);
	case CONTROL_ONCE:
		return when(s->pid ? s->want != STATUS_WANT_UP : !old);
	case CONTROL_PAUSED:
		return when(!s->pid || s->paused);
	case CONTROL_CONTINUED:
		return when(!s->pid || !s->paused);
	}
	return CONTROL_YES;
}

/* Drains the events: was it a status? */
static bool status_changed(int fd)
{
	_Alignas(struct inotify_event) char mem[4096];
	bool changed = false;
	ssize_t n;

	while ((n = read(fd, mem, sizeof mem)) > 0)
		for (char *p = mem; p < mem + n;) {
			const struct inotify_event *e = (const void *)p;
			changed |= !e->len || strcmp(e->name, "status") == 0;
			p += sizeof *e + e->len;
		}
	return changed;
}

/* Sleeps until a status changed, or then. */
static void sleep_until(int notify_fd, int64_t until_ms)
{
	struct pollfd p = {.fd = notify_fd, .events = POLLIN};

	while (poll(&p, 1, left(until_ms)) > 0 && !status_changed(notify_fd))
		;
}

bool control_await(struct control *all, size_t count, const struct control_wait *w)
{
	int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	int64_t pause_ms = RETRY_MIN_MS, now;
	bool blind = fd < 0, retry, one = false, all_met = true;
	size_t waiting;

	for (size_t i = 0; i < count; i++)
		if (!all[i].done && inotify_add_watch(fd, all[i].dir.supervise, IN_MOVED_TO | IN_DELETE_SELF) < 0)
			blind = true;
	for (;;) {
		bool late = clock_ms() >= w->until_ms;
		waiting = 0;
		retry = blind;
		for (size_t i = 0; i < count; i++) {
			enum control_answer answer;
			if (all[i].done)
				continue;
			answer = look(&all[i], w);
			if ((answer == CONTROL_LATER || answer == CONTROL_RETRY) && !late) {
				waiting++;
				retry |= answer == CONTROL_RETRY;
				continue;
			}
			all[i].done = true;
			one |= answer == CONTROL_YES;
			all_met &= answer == CONTROL_YES;
			w->report(&all[i], answer);
		}
		if (!waiting || (w->any && one))
			break;
		now = clock_ms();
		sleep_until(fd, retry && now + pause_ms < w->until_ms ? now + pause_ms : w->until_ms);
		pause_ms = pause_ms * 2 < RETRY_MAX_MS ? pause_ms * 2 : RETRY_MAX_MS;
	}
	if (fd >= 0)
		close(fd);
	return w->any ? one : all_met;
}
