/* sink_stdio - the container's stdout or stderr as a place where lines go.
 *
 * Lines are gathered and written whole. The descriptor is shared with the user's command, so it must not become
 * non-blocking. To a pipe the bytes go by way of a pipe of our own, the stage, whence splice(2) moves their pages and
 * never waits. While the user's command writes to the same pipe (`shared`) at most PIPE_BUF (4,096) bytes of whole
 * lines lie on the stage: these are one page, which moves entirely or not at all, so no line is mixed with its output
 * (of longer ones a part may be). For the rest (a terminal, a socket, no stage) pwritev2(2) with RWF_NOWAIT says for
 * one write that it shall not wait; where the kernel or the kind of file does not know it, poll(2) is asked first.
 *
 * When nothing more fits the sink is `stuck` until sink_stdio_write() says 0. Nothing is dropped here.
 *
 * What is gathered and what lies on the stage outlives a killed logd, if `mem` and the stage do and `commit` keeps the
 * fields `at` to `open`: at every instant these tell what is to be written still. Of a write that was under way the
 * stage tells how much it did, a file its offset; elsewhere nobody knows, and it counts as done.
 */
#ifndef SVC_SINK_STDIO_H
#define SVC_SINK_STDIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "pure/format.h"

struct line;
struct lines;

enum { SINK_STDIO_BATCH = 98304, SINK_STDIO_MEM = SINK_STDIO_BATCH + 6 * (1 << 20) + 8192 };

struct sink_stdio {
	int fd;
	bool shared; /* somebody else writes to it too */
	bool stuck;  /* waits for its reader, or for space on its disk */
	bool full;   /* stuck for want of disk space: poll(2) cannot tell when there is some, try again later */
	bool closed; /* nobody reads any more: what comes is dropped */
	int error;   /* errno when it closed, or when it was full */
	bool tty;
	bool waits;     /* a write could wait for a reader */
	bool nowait;    /* RWF_NOWAIT works */
	bool file;      /* its offset tells what was written */
	int stage[2];   /* a pipe of ours: read end, write end; -1: none */
	size_t staged;  /* bytes in it */
	char *mem;      /* SINK_STDIO_MEM bytes */
	size_t at, len; /* [at, len) is still to be written */
	size_t putting; /* so many of it by a write that is under way */
	off_t offset;   /* of a file: before that write */
	uint32_t open;  /* raw: stands for the service whose output did not end with a newline; 0: none */
	struct format format;
	void (*commit)(struct sink_stdio *); /* or NULL */
};

/* name: of its memory, as keep_piece() has it. stage: the caller's pipe, both ends; -1: one is made for a pipe, if the
 * memory does not last (keep_lasts()). colour: on a terminal. The rest of the struct is zero or the caller's choice
 * (shared, format, commit). 0, or -1 with errno (ENOMEM). */
int sink_stdio_open(struct sink_stdio *, int fd, const char *name, const int stage[2], bool colour);

/* Shall there be colours, as far as NO_COLOR and TERM say? */
bool sink_stdio_colour(void);

/* After sink_stdio_open(): the fields that were kept are there again. Returns how many bytes may be lost, or written
 * for all we know. */
size_t sink_stdio_recall(struct sink_stdio *);

/* How many bytes are to be written still. */
size_t sink_stdio_left(const struct sink_stdio *);

/* Makes what the next lines have in common (format_head()). */
void sink_stdio_head(struct sink_stdio *, const struct line *);

/* Takes as many whole lines as there is room for, at small cost (format_lines()); never while it is stuck. */
void sink_stdio_lines(struct sink_stdio *, struct lines *);

/* Takes a line. The memory has room for lines of FLOW_TEXT_MAX bytes together, or one of FLOW_LINE_MOST bytes, beyond a
 * batch; it is full when there is a batch: then nothing is to be put but after sink_stdio_write(). */
void sink_stdio_put(struct sink_stdio *, const struct line *);
bool sink_stdio_full(const struct sink_stdio *);

/* What the service writes next begins a new line, whatever it left. */
void sink_stdio_end(struct sink_stdio *, const char *service);

/* Writes all it has taken. 0, or -1 if it is stuck. */
int sink_stdio_write(struct sink_stdio *);

/* Its buffer, empty now, will not be used for a while. */
void sink_stdio_calm(struct sink_stdio *);

#endif
