/* tmpfiles - carries out tmpfiles.d(5): directories, files, links and their owners, without a shell.
 *
 * As systemd-tmpfiles 252 does it, but: nothing is cleaned up by age; patterns know * ? and [] and no {}; w does not
 * write through a link; f+ and w not to a file with several names; a program that changes hands is set-id no more.
 */
#ifndef SVC_TMPFILES_H
#define SVC_TMPFILES_H

#include <stdbool.h>

struct tmpfiles_line;

enum { TMPFILES_DIRS = 4 };

/* What is asked for, and what came of it; zero at first. */
struct tmpfiles {
	bool create, remove;
	bool boot;   /* lines with ! count too */
	bool gentle; /* lines of /usr remove nothing, and those that are not done here are not said */
	bool (*wanted)(const char *path); /* NULL: all */
	unsigned lines;                   /* there are */
	unsigned wrong, failures;         /* lines, or with a user that there is not; what could not be done */
	struct tmpfiles_line *first;      /* private: of the heap, for good */
};

/* Reads a file of lines ("-": fd 0), all *.conf of the directories, sorted by name across them: a name in an earlier
 * directory hides it in a later one, and the name of one file in them. `dirs` ends with NULL. What is wrong is said
 * (FILE:LINE:COLUMN: …) and left out; there may be no such directory. A path is kept, not copied. */
void tmpfiles_file(struct tmpfiles *, const char *path);
void tmpfiles_dirs(struct tmpfiles *, const char *const *dirs);
void tmpfiles_named(struct tmpfiles *, const char *const *dirs, const char *name);

/* Carries all out: removes first; then creates, what is in a directory after that, patterns last. What fails is said,
 * the rest goes on. */
void tmpfiles_run(struct tmpfiles *);

struct boot;

/* Boot's step: /etc/tmpfiles.d, all that it says; if there are units, what /usr/lib/tmpfiles.d makes for them. What is
 * wrong or fails is said and does not end the boot. */
int tmpfiles_boot(struct boot *);

#endif
