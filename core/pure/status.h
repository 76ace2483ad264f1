/* status - the three faces of a service's state in its supervise/ directory.
 *
 *	status  20 bytes, runit's, byte for byte (supervise/status; runit's runsv.c, sv.c)
 *	stat    one line of text, runit's: "run, got TERM, want down"
 *	state   key=value lines, ours: what runit has no place for
 */
#ifndef PURE_STATUS_H
#define PURE_STATUS_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

struct fmt;

enum { STATUS_SIZE = 20 };

enum status_state { STATUS_DOWN, STATUS_RUN, STATUS_FINISH };
enum status_want { STATUS_WANT_UP, STATUS_WANT_DOWN, STATUS_WANT_EXIT };

/* What both sides of supervise/status mean. */
struct status {
	struct timespec since; /* wall clock: start of run, or the moment it went down */
	uint32_t pid;          /* 0: none. While finish runs, finish's */
	bool paused;
	bool got_term;
	enum status_want want;
	enum status_state state;
};

/* runit writes 'd' for "exit" too, so status_read never returns STATUS_WANT_EXIT. */
void status_write(const struct status *, unsigned char mem[STATUS_SIZE]);
void status_read(struct status *, const unsigned char mem[STATUS_SIZE]);

/* The line of `stat`, with its newline. */
void status_text(const struct status *, struct fmt *);

#endif
