/* loop - see loop.h */
#include "sys/loop.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "sys/clock.h"

enum { BATCH = 32 };

static int epoll_fd = -1;
static int signal_fd = -1;
static loop_signal_fn *on_signal;
static struct loop_timer timers = {.next = &timers, .prev = &timers}; /* ring, earliest first */

/* The batch being served: loop_remove() must take a watch out of it, its owner may be gone. */
static struct epoll_event batch[BATCH];
static int batch_at, batch_count;

void loop_signals(sigset_t *set)
{
	memset(set, 0xff, sizeof *set);
}

int loop_open(const sigset_t *signals, loop_signal_fn *fn)
{
	struct epoll_event e = {.events = EPOLLIN, .data.ptr = NULL};

	on_signal = fn;
	epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (epoll_fd < 0 || sigprocmask(SIG_BLOCK, signals, NULL))
		return -1;
	signal_fd = signalfd(-1, signals, SFD_CLOEXEC | SFD_NONBLOCK);
	if (signal_fd < 0)
		return -1;
	return epoll_ctl(epoll_fd, EPOLL_CTL_ADD, signal_fd, &e);
}

int loop_add(struct loop_fd *w, uint32_t events)
{
	struct epoll_event e = {.events = events, .data.ptr = w};

	return epoll_ctl(epoll_fd, EPOLL_CTL_ADD, w->fd, &e);
}

int loop_change(struct loop_fd *w, uint32_t events)
{
	struct epoll_event e = {.events = events, .data.ptr = w};

	return epoll_ctl(epoll_fd, EPOLL_CTL_MOD, w->fd, &e);
}

void loop_remove(struct loop_fd *w)
{
	if (w->fd < 0)
		return;
	epoll_ctl(epoll_fd, EPOLL_CTL_DEL, w->fd, NULL);
	for (int i = batch_at; i < batch_count; i++)
		if (batch[i].data.ptr == w)
			batch[i].events = 0;
}

void loop_at(struct loop_timer *t, int64_t at_ms)
{
	struct loop_timer *after;

	if (t->at_ms) {
		t->prev->next = t->next;
		t->next->prev = t->prev;
	}
	t->at_ms = at_ms;
	if (!at_ms)
		return;
	/* from the end: most deadlines are set in the order in which they fall due */
	for (after = timers.prev; after != &timers && after->at_ms > at_ms; after = after->prev)
		;
	t->prev = after;
	t->next = after->next;
	after->next->prev = t;
	after->next = t;
}

static int fire_timers(void)
{
	int64_t now = clock_ms();
	int n = 0;

	while (timers.next != &timers && timers.next->at_ms <= now) {
		struct loop_timer *t = timers.next;
		loop_at(t, 0);
		t->fire(t);
		n++;
	}
	return n;
}

static int read_signals(void)
{
	struct signalfd_siginfo got, child = {0};
	int n = 0;

	for (; read(signal_fd, &got, sizeof got) == sizeof got; n++)
		if (got.ssi_signo == SIGCHLD)
			child = got;
		else
			on_signal(&got);
	if (child.ssi_signo)
		on_signal(&child);
	return n;
}

static int timeout(bool wait)
{
	int64_t left;

	if (!wait)
		return 0;
	if (timers.next == &timers)
		return -1;
	left = timers.next->at_ms - clock_ms();
	return left < 0 ? 0 : left > INT_MAX ? INT_MAX : (int)left;
}

int loop_turn(bool wait)
{
	int done = 0;

	batch_count = epoll_wait(epoll_fd, batch, BATCH, timeout(wait));
	for (batch_at = 0; batch_at < batch_count;) {
		struct epoll_event e = batch[batch_at++];
		struct loop_fd *w = e.data.ptr;
		if (!w) {
			done += read_signals();
		} else if (e.events) {
			w->ready(w, e.events);
			done++;
		}
	}
	batch_count = 0;
	return done + fire_timers();
}
