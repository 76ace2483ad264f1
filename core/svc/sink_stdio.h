/* sink_stdio - the container's stdout or stderr as a place where lines go.
 *
 * Lines are gathered and written whole. To a pipe goes with one write(2) what certainly fits, or at most PIPE_BUF
 * (4,096) bytes, which the kernel writes entirely or not at all: no line is torn when logd is killed. While
 * the user's command writes to the same pipe (`shared`), only the latter: no line is mixed with its output. A line
 * longer than that takes several writes.
 *
 * The descriptor is shared with the user's command, so it must not become non-blocking: pwritev2(2) with RWF_NOWAIT
 * says so for one write; where the kernel (pipes: before 6.4) or the kind of file does not know it, poll(2) is asked
 * first. When nothing more fits the sink is `stuck`: the caller gives it no line until sink_stdio_write() says 0.
 * Nothing is dropped, and what waits is bounded: a batch and a line.
 */
#ifndef SVC_SINK_STDIO_H
#define SVC_SINK_STDIO_H

#include <stdbool.h>
#include <stddef.h>

#include "pure/format.h"

struct line;
struct lines;

struct sink_stdio {
	int fd;
	bool shared; /* somebody else writes to it too */
	bool stuck;  /* waits for its reader, or for space on its disk */
	bool full;   /* stuck for want of disk space: poll(2) cannot tell when there is some, try again later */
	bool closed; /* nobody reads any more: what comes is dropped */
	int error;   /* errno when it closed, or when it was full */
	bool tty;
	bool waits;       /* a write could wait for a reader */
	bool nowait;      /* RWF_NOWAIT works */
	size_t pipe_size; /* of a pipe; else 0 */
	size_t taken;     /* of it, in whole pages, at most */
	char *mem;        /* heap: BATCH bytes and a line */
	size_t at, len;   /* [at, len) is still to be written */
	const char *open; /* raw: the service whose output did not end with a newline */
	struct format format;
};

/* Lines will have at most max bytes. colour: on a terminal. The rest of the struct is zero or the caller's choice
 * (shared, format). 0, or -1 with errno (ENOMEM). */
int sink_stdio_open(struct sink_stdio *, int fd, size_t max, bool colour);

/* Makes what the next lines have in common (format_head()). */
void sink_stdio_head(struct sink_stdio *, const struct line *);

/* Takes as many whole lines as there is room for, at small cost (format_lines()); never while it is stuck. */
void sink_stdio_lines(struct sink_stdio *, struct lines *);

/* Takes a line; never while it is stuck. */
void sink_stdio_put(struct sink_stdio *, const struct line *);

/* What the service writes next begins a new line, whatever it left. */
void sink_stdio_end(struct sink_stdio *, const char *service);

/* Writes all it has taken. 0, or -1 if it is stuck. */
int sink_stdio_write(struct sink_stdio *);

/* Its buffer, empty now, will not be used for a while. */
void sink_stdio_rest(struct sink_stdio *);

#endif
