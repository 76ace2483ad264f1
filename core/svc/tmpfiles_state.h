/* tmpfiles_state - what tmpfiles.c and tmpfiles_read.c have in common, and nobody else. */
#ifndef SVC_TMPFILES_STATE_H
#define SVC_TMPFILES_STATE_H

#include <stdbool.h>
#include <string.h>

#include "pure/tmpfile.h"

/* A line of a file. Those of one path stand together, patterns and others each by themselves. */
struct tmpfiles_line {
	struct tmpfile f;
	struct tmpfiles_line *next;
	const char *file;
	unsigned number;
	bool done;
};

/* Are both of one path? */
static inline bool tmpfiles_together(const struct tmpfiles_line *a, const struct tmpfiles_line *b)
{
	return tmpfile_alters(a->f.type) == tmpfile_alters(b->f.type) && strcmp(a->f.path, b->f.path) == 0;
}

#endif
