/* line - one log record, as it goes from its source to the sinks. */
#ifndef PURE_LINE_H
#define PURE_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <time.h>

enum line_stream { LINE_STDOUT = 1, LINE_STDERR = 2 };

/* All memory is the source's, and good only while the line is handed on. */
struct line {
	struct timespec time;    /* wall clock, when it was read */
	const char *service;     /* who wrote it; of a syslog message whose sender is no service: its tag */
	enum line_stream stream; /* where to */
	int severity;            /* syslog's, 0 (emerg) to 7 (debug) */
	bool syslog;             /* it came as a syslog message: text may hold any byte, and has a facility */
	int facility;            /* syslog's, 0 (kern) to 23 (local7); of a line: 0 and classed false if it has none */
	bool classed;            /* it is no message, and has a facility */
	pid_t pid;               /* the writer's; 0: unknown */
	const char *tag;         /* what the sender calls itself, where that is not `service`; else NULL */
	const char *host;        /* where it came from; NULL: here */
	const char *members;     /* what its heading says beside (pure/heading.h); NULL: it has no heading */
	size_t members_len;
	const char *text; /* without its newline */
	size_t len;
	bool joined;      /* text may hold newlines, each before a line that belongs to the first */
	bool newline;     /* there was one: false for a part that goes on, and for an unterminated last line */
	unsigned part;    /* 0: a whole line; else which part of a long one, from 1 */
	unsigned part_id; /* the same for all parts of one line */
	bool last;        /* its last part */
};

#endif
