/* logfile - bytes on their way into a file that is rotated: what cannot be written (the disk is full) waits and is
 * tried again, with one message.
 *
 * The bytes are the owner's, at most one run of them at a time. While it is `stuck` they stay where they are; its owner
 * makes the writers wait, or counts what it throws away.
 */
#ifndef SVC_LOGFILE_H
#define SVC_LOGFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sys/loop.h"

/* Zeroed but for name, fd -1 and the functions. */
struct logfile {
	const char *name;     /* for messages; the owner's */
	int fd;               /* opened to append; -1: rotate() has to make it */
	uint64_t size;        /* bytes in it */
	uint64_t max;         /* no byte comes behind that; 0: any number may */
	bool whole;           /* … but for the rest of a line */
	uint64_t slack;       /* a line that ends within so many bytes before max is the last */
	const char *at, *end; /* what waits to be written */
	bool due;             /* it is to be rotated at the next end of a line */
	bool inside;          /* its last byte is no newline */
	bool stuck;           /* the bytes wait; `moved` is called when they are written */
	bool told;
	int error;               /* errno of the last failure */
	struct loop_timer again; /* its `fire` is logfile_again */

	/* Begins a new file: sets fd and size. -1 with errno, to be called again; EINPROGRESS: when logfile_write()
	 * is called again. */
	int (*rotate)(struct logfile *);
	/* There is no space: may something have been made? NULL: no. */
	bool (*make_room)(struct logfile *);
	/* All is written, after it was stuck. */
	void (*moved)(struct logfile *);
};

/* Writes what waits, and rotates where it is due. 0 when nothing waits any more, else -1: it is stuck. */
int logfile_write(struct logfile *);
void logfile_again(struct loop_timer *);

/* What messages go through; msg_error unless changed. */
extern __attribute__((format(printf, 1, 2))) void (*logfile_say)(const char *, ...);

#endif
