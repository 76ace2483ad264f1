/* tmpfile - a line of tmpfiles.d(5): what shall be there at boot.
 *
 *	TYPE[+!-=?]  PATH  MODE  USER  GROUP  AGE  ARGUMENT
 *
 * Fields may be quoted, but the argument, which is the rest of the line; \n, \x20, \040 and so on are read everywhere,
 * %X in the path and the argument. Types: d D e f w p L C r R z Z; v q Q are d, F is f+. The age is not looked at, and
 *x and X say nothing, as nobody cleans up by age here. Not done are b c t T h H a A m and the modifier ~ (base64).
 */
#ifndef PURE_TMPFILE_H
#define PURE_TMPFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Modifiers. */
enum {
	TMPFILE_PLUS = 1,     /* +: of L and p, what is in the way is replaced; f is written anew; w appends */
	TMPFILE_BOOT = 2,     /* !: only at boot */
	TMPFILE_LENIENT = 4,  /* -: a failure is none */
	TMPFILE_REPLACE = 8,  /* =: what is in the way and of another kind goes */
	TMPFILE_IF_THERE = 16 /* ?: L only if there is what it leads to */
};

struct tmpfile {
	char type;
	unsigned flags;
	bool masked;    /* ~ before the mode */
	bool mode_once; /* : before the mode: only if it is made */
	bool user_once, group_once;
	mode_t mode;        /* (mode_t)-1: the type's */
	char *path;         /* absolute, without . .. // and / at its end */
	char *user, *group; /* NULL: - */
	char *argument;     /* NULL: none */
	char *mem;          /* where the texts lie: free() it */
};

enum tmpfile_answer { TMPFILE_NONE, TMPFILE_LINE, TMPFILE_WRONG, TMPFILE_UNKNOWN };

enum { TMPFILE_VALUE = 255 };

/* One line without its newline and the blanks before that. NONE: empty, a comment, or nothing to be done. WRONG, and
 * UNKNOWN (what systemd knows and is not done here): `why` and the column from 1. `specifier` gives what %X stands for,
 * of which no more than TMPFILE_VALUE bytes are taken (NULL: not known). Only of a LINE there is something to free. */
enum tmpfile_answer tmpfile_read(struct tmpfile *, const char *line, const char *(*specifier)(char), const char **why,
                                 unsigned *column);

/* May its path be a pattern, which changes what is there already? */
bool tmpfile_alters(char type);

#endif
