/* children - see children.h */
#include "sys/children.h"

#include <signal.h>
#include <stddef.h>
#include <sys/wait.h>

#include "base/msg.h"
#include "sys/clock.h"
#include "sys/loop.h"
#include "sys/spawn.h"

enum { AGAIN_MS = 1000, KILL_MS = 300 };

static const bool never;
static struct child *first;
static bool any = true;
const bool *children_interrupt = &never;

static void wake_up(struct loop_timer *t)
{
	(void)t;
}

bool children_wait(bool (*busy)(const struct child *), const struct child *c, int64_t until)
{
	struct loop_timer wake = {.fire = wake_up};
	bool is;

	loop_at(&wake, until == CHILDREN_FOREVER ? 0 : until);
	while ((is = busy(c)) && !*children_interrupt && clock_ms() < until)
		loop_turn(true);
	loop_at(&wake, 0);
	return !is;
}

bool children_running(const struct child *c)
{
	return c->pid != 0;
}

bool children_always(const struct child *c)
{
	(void)c;
	return true;
}

int children_start(struct child *c, const struct spawn *s, int tries)
{
	while (!*children_interrupt) {
		pid_t pid = spawn(s);
		if (pid > 0) {
			if (!c->was) {
				c->next = first;
				first = c;
			}
			c->pid = c->was = pid;
			return 0;
		}
		msg_error("cannot start %s: fork: %m%s", c->name, --tries > 0 ? "; trying again" : "");
		if (tries <= 0)
			break;
		children_wait(children_always, c, clock_ms() + AGAIN_MS);
	}
	return -1;
}

void children_reap(void (*orphan)(pid_t, int))
{
	pid_t pid;
	int status;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		struct child *c = first;
		while (c && c->pid != pid)
			c = c->next;
		if (!c) {
			if (orphan)
				orphan(pid, status);
			continue;
		}
		c->pid = 0;
		c->status = status;
		if (c->ended)
			c->ended(c);
	}
	any = pid == 0;
}

bool children_any(void)
{
	return any;
}

int children_code(int status)
{
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static void signal_group(const struct child *c, int sig)
{
	if (kill(-c->pid, sig))
		kill(c->pid, sig);
}

void children_kill(struct child *c)
{
	const bool *before = children_interrupt;

	if (!c->pid)
		return;
	msg_warn("%s (pid %d) did not end in time: killed", c->name, (int)c->pid);
	signal_group(c, SIGKILL);
	children_interrupt = &never;
	children_wait(children_running, c, clock_ms() + KILL_MS);
	children_interrupt = before;
}

void children_stop(struct child *c, int also, int64_t until)
{
	if (!c->pid)
		return;
	signal_group(c, SIGTERM);
	if (also)
		signal_group(c, also);
	signal_group(c, SIGCONT);
	if (!children_wait(children_running, c, until))
		children_kill(c);
}
