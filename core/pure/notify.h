/* notify - a message of sd_notify(3): what a service tells of itself.
 *
 *	READY=1\nSTATUS=Serving\nMAINPID=4711
 */
#ifndef PURE_NOTIFY_H
#define PURE_NOTIFY_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum {
	NOTIFY_READY = 1,
	NOTIFY_RELOADING = 2,
	NOTIFY_STOPPING = 4,
	NOTIFY_WATCHDOG = 8,
	NOTIFY_WATCHDOG_TRIGGER = 16, /* WATCHDOG=trigger: as if it had expired */
	NOTIFY_WATCHDOG_USEC = 32,    /* watchdog_us is meant */
};

enum { NOTIFY_MAX = 4096 }; /* no message is longer */

/* The texts lie in the message. What comes along with FDSTORE=1 and BARRIER=1 is closed anyhow. */
struct notify {
	unsigned what;        /* NOTIFY_ */
	char *status;         /* STATUS=, without control characters ("" takes it back), or NULL */
	pid_t main_pid;       /* MAINPID=, or 0 */
	int error;            /* ERRNO=, or 0 */
	uint64_t extend_us;   /* EXTEND_TIMEOUT_USEC=, or 0 */
	uint64_t watchdog_us; /* WATCHDOG_USEC= */
};

/* Reads and changes the message, len bytes and a NUL behind them. What is not understood is passed over; of two of a
 * kind the last counts. */
void notify_read(struct notify *, char *text, size_t len);

#endif
