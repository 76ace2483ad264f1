/* lines - cutting what was read from a source into lines, in place.
 *
 * The bytes [at, end) of one memory are what the source left unfinished and, from `fresh`, what was just read behind
 * it. Lines point into it; nothing is copied. A line of more than `max` bytes comes as parts of at most max bytes, cut
 * between UTF-8 characters. What remains in [at, end) when lines_next() has no more is unfinished: at most max bytes,
 * to be put before the next read. part and part_id belong to it.
 *
 * With `join`, a line that begins with a blank or a tab belongs to the one before: both are one, with the newline in
 * its text. So a line is unfinished until the byte behind its newline is there, or lines_rest() says that it will not
 * come.
 */
#ifndef PURE_LINES_H
#define PURE_LINES_H

#include <stdbool.h>
#include <stddef.h>

struct line;

struct lines {
	const char *at, *fresh, *end;
	size_t max;       /* at least 4 */
	unsigned part;    /* how many parts of the line at `at` have been handed out */
	unsigned part_id; /* theirs */
	bool join;
};

/* Fills the text, len, newline and parts of the next line; false if no line and no full part is left. */
bool lines_next(struct lines *, struct line *);

/* Is what is unfinished whole, but for what may be joined to it? */
bool lines_waiting(const struct lines *);

/* part_ids go on behind that one. */
void lines_ids(unsigned last);

/* The writer ended, or nothing more belongs to it: what is unfinished is a line. false if there is nothing. */
bool lines_rest(struct lines *, struct line *);

/* Of a text that is longer than max (at least 4): how much to take of it, at most max, to cut no UTF-8 character. */
size_t lines_cut(const char *text, size_t max);

#endif
