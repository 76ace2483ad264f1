/* others - see others.h */
#include "sys/others.h"

#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/msg.h"
#include "sys/children.h"
#include "sys/clock.h"
#include "sys/loop.h"
#include "sys/procs.h"

enum { NAMED_MAX = 20, KILL_MS = 300 };

struct sweep {
	pid_t spare;
	int sig; /* 0: find the first */
	bool named;
	unsigned count;
	struct procs_one first;
};

static void gone(struct loop_fd *w, uint32_t events)
{
	(void)events;
	loop_remove(w);
	close(w->fd);
	w->fd = -1;
}

static bool one(const struct procs_one *p, void *arg)
{
	struct sweep *s = arg;

	if (p->pid == s->spare)
		return false;
	if (!s->sig) {
		s->first = *p;
		return true;
	}
	if (kill(p->pid, s->sig) == 0 && s->named && ++s->count <= NAMED_MAX)
		msg_warn("%s (pid %d) did not end in time: killed", p->name, (int)p->pid);
	return false;
}

/* Whoever was sent into our namespace from outside has no parent here that we would hear of. */
static void watch(pid_t pid)
{
	static struct loop_fd watched = {.fd = -1, .ready = gone};

	if (watched.fd >= 0)
		return;
	watched.fd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (watched.fd >= 0 && loop_add(&watched, EPOLLIN))
		gone(&watched, 0);
}

/* What others_stop() was told, for the conditions it waits on. */
static pid_t spared, known_group;

static bool anyone(const struct child *unused)
{
	struct sweep s = {.spare = spared};
	int found;

	(void)unused;
	/* a subreaper's descendants hang on its children; who looks at everybody may miss one whose parent ends just
	 * then */
	if (getpid() != 1)
		return children_any() && procs_children(spared);
	found = procs_each(1, one, &s);
	if (found < 0)
		return kill(-1, 0) == 0;
	if (found && s.first.parent == 0)
		watch(s.first.pid);
	return found;
}

static void signal_all(int sig, bool named)
{
	struct sweep s = {.spare = spared, .sig = sig, .named = named};

	if (procs_each(getpid(), one, &s) >= 0) {
		if (s.count > NAMED_MAX)
			msg_warn("and %u more were killed", s.count - NAMED_MAX);
	} else if (getpid() == 1) {
		kill(-1, sig);
	} else if (known_group) {
		kill(-known_group, sig);
	}
}

/* Again and again: who forks faster than we look has new children each time. */
static bool still_anyone(const struct child *c)
{
	signal_all(SIGKILL, false);
	return anyone(c);
}

void others_stop(pid_t spare, pid_t group, int64_t until)
{
	static const bool never;
	const bool *before = children_interrupt;

	spared = spare;
	known_group = group;
	if (!anyone(NULL))
		return;
	signal_all(SIGTERM, false);
	signal_all(SIGCONT, false);
	if (children_wait(anyone, NULL, until))
		return;
	signal_all(SIGKILL, true);
	children_interrupt = &never;
	children_wait(still_anyone, NULL, clock_ms() + KILL_MS);
	children_interrupt = before;
}
