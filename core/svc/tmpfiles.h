/* tmpfiles - carries out tmpfiles.d(5): directories, files, links and their owners, without a shell. */
#ifndef SVC_TMPFILES_H
#define SVC_TMPFILES_H

#include <stdbool.h>

/* What is asked for, and what came of it; zero counts at first. */
struct tmpfiles {
	bool create, clean_up, remove; /* tmpfiles --create, --clean, --remove: what is not done by us is refused */
	bool boot;                     /* lines with ! count too */
	const char *root;              /* NULL: / */
	unsigned lines, warnings, failures;
};

/* One file of lines; each that is wrong or fails is said (FILE:LINE:COLUMN: …), the rest holds. */
void tmpfiles_file(struct tmpfiles *, const char *path);

/* All *.conf of the directories, sorted by name across them; a name in an earlier directory hides it in a later one.
 * `dirs` ends with NULL. */
void tmpfiles_dirs(struct tmpfiles *, const char *const *dirs);

#endif
