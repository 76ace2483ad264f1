/* tmpfile - a line of tmpfiles.d(5): what shall be there at boot.
 *
 *	TYPE[+!-=~^]  PATH  MODE  USER  GROUP  AGE  ARGUMENT
 */
#ifndef PURE_TMPFILE_H
#define PURE_TMPFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* The texts lie in the line, which was changed for it: the caller's. */
struct tmpfile {
	char type;      /* d D e f L z Z r R … */
	bool plus;      /* +: what is in the way is replaced; of f: written anew */
	bool boot_only; /* ! */
	bool lenient;   /* -: a failure is none */
	bool replace;   /* =: what is in the way and of another kind goes */
	bool masked;    /* ~ before the mode */
	bool mode_once; /* : before the mode: only if it is made */
	bool user_once, group_once;
	mode_t mode; /* (mode_t)-1: the type's */
	char *path;
	char *user, *group; /* NULL: - */
	char *argument;     /* NULL: none; escapes are done */
	size_t argument_len;
};

enum tmpfile_answer { TMPFILE_NONE, TMPFILE_LINE, TMPFILE_WRONG, TMPFILE_UNKNOWN };

/* One line without its newline, NUL behind it. NONE: empty or a comment. WRONG, and UNKNOWN (a type of systemd's that
 * is not done here): `why` and the column from 1. `specifier` gives what %X stands for (NULL: not known). */
enum tmpfile_answer tmpfile_read(struct tmpfile *, char *line, const char *(*specifier)(char), const char **why,
                                 unsigned *column);

#endif
