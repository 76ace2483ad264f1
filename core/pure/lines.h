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
 *
 * With `headed`, a line may begin with a heading (pure/heading.h), which is no part of its text nor of max; the heading
 * of a line that is unfinished has to stay where it is. To a line with a heading is joined only one with the same name,
 * and its text then has that one's heading in it; and no more than makes max bytes.
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
	bool join, headed;
	const char *heading; /* of the line at `at` */
	size_t heading_len;  /* 0: it has none, or it was not looked for yet */
};

/* With `headed`: finds the heading of the line at `at`, which moves behind it. lines_next() does it too. false: it has
 * not all come. */
bool lines_heading(struct lines *);

/* Fills the text, len, newline and parts of the next line; false if no line and no full part is left. */
bool lines_next(struct lines *, struct line *);

/* Copies such a text without the headings in it, which makes it shorter. Returns the end. */
char *lines_unhead(char *to, const struct line *);

/* Is what is unfinished whole, but for what may be joined to it? */
bool lines_waiting(const struct lines *);

/* part_ids go on behind that one. */
void lines_ids(unsigned last);

/* The writer ended, or nothing more belongs to it: what is unfinished is a line. false if there is nothing. */
bool lines_rest(struct lines *, struct line *);

/* Of a text that is longer than max (at least 4): how much to take of it, at most max, to cut no UTF-8 character. */
size_t lines_cut(const char *text, size_t max);

#endif
