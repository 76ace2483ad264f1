/* notify - a message of sd_notify(3): what a service tells of itself.
 *
 *	READY=1\nSTATUS=Serving\nMAINPID=4711
 */
#ifndef PURE_NOTIFY_H
#define PURE_NOTIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum {
	NOTIFY_READY = 1,
	NOTIFY_RELOADING = 2,
	NOTIFY_STOPPING = 4,
	NOTIFY_WATCHDOG = 8,
	NOTIFY_WATCHDOG_TRIGGER = 16, /* WATCHDOG=trigger: as if it had expired */
	NOTIFY_BARRIER = 32,          /* close the descriptors that came along; the sender waits for that */
	NOTIFY_FDSTORE = 64,          /* not kept: closed */
};

/* The texts lie in the message. */
struct notify {
	unsigned what;        /* NOTIFY_ */
	const char *status;   /* STATUS=, or NULL */
	pid_t main_pid;       /* MAINPID=, or 0 */
	int error;            /* ERRNO=, or 0 */
	uint64_t extend_us;   /* EXTEND_TIMEOUT_USEC=, or 0 */
	uint64_t watchdog_us; /* WATCHDOG_USEC=, or 0 */
};

/* Reads and changes the message, len bytes and a NUL behind them. What is not understood is passed over. */
void notify_read(struct notify *, char *text, size_t len);

#endif
