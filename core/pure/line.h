/* line - one log record, as it goes from its source to the sinks. */
#ifndef PURE_LINE_H
#define PURE_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

enum line_stream { LINE_STDOUT = 1, LINE_STDERR = 2 };

/* All memory is the source's, and good only while the line is handed on. */
struct line {
	struct timespec time;    /* wall clock, when it was read */
	const char *service;     /* who wrote it */
	enum line_stream stream; /* where to */
	int severity;            /* syslog's, 0 (emerg) to 7 (debug) */
	const char *text;        /* without its newline */
	size_t len;
	bool newline;     /* there was one: false for a part that goes on, and for an unterminated last line */
	unsigned part;    /* 0: a whole line; else which part of a long one, from 1 */
	unsigned part_id; /* the same for all parts of one line */
	bool last;        /* its last part */
};

#endif
