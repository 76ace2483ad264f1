/* loop - waiting: descriptors, absolute deadlines and signals, one loop a process.
 *
 * Watches live inside their owners (no heap, no slots to run out of); `container_of` leads back. A callback may
 * add or remove any watch, its own included. Signals that are watched are blocked for good and read from a
 * signalfd; children get the original mask back (sys/spawn.h). Nothing here fails once loop_open() succeeded,
 * but for loop_add(), which needs kernel memory.
 */
#ifndef SYS_LOOP_H
#define SYS_LOOP_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>

#define container_of(ptr, type, member) ((type *)(void *)((char *)(ptr)-offsetof(type, member)))

/* A descriptor. `ready` gets EPOLLIN, EPOLLOUT, EPOLLHUP, EPOLLERR bits. */
struct loop_fd {
	int fd; /* -1: not watched */
	void (*ready)(struct loop_fd *, uint32_t events);
};

/* A deadline; armed while at_ms != 0. It is disarmed before `fire` is called. */
struct loop_timer {
	int64_t at_ms; /* absolute, clock_ms() */
	void (*fire)(struct loop_timer *);
	struct loop_timer *next, *prev; /* private */
};

/* Called for each signal that arrives (SIGCHLD: once for any number of children: reap until none is left; after the
 * others, for a child may have sent one and then ended). */
typedef void loop_signal_fn(const struct signalfd_siginfo *);

/* All 64, those that libc keeps to itself (32 to 34) included. A fault of our own still kills, blocked or not. */
void loop_signals(sigset_t *);

/* Blocks the signals and makes the loop. 0, or -1 with errno. */
int loop_open(const sigset_t *signals, loop_signal_fn *);

/* Watches w->fd for events (EPOLLIN, EPOLLOUT). 0, or -1 with errno (regular files: EPERM). */
int loop_add(struct loop_fd *, uint32_t events);
int loop_change(struct loop_fd *, uint32_t events);
/* No longer watched; the descriptor stays open. Harmless if it is not watched. */
void loop_remove(struct loop_fd *);

/* (Re)arms at an absolute time; 0 disarms. */
void loop_at(struct loop_timer *, int64_t at_ms);

/* One turn: waits for something to happen (wait = false: only looks) and calls back. Returns how many callbacks
 * ran; 0 means that nothing was pending. */
int loop_turn(bool wait);

#endif
