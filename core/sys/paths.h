/* paths - all paths that a pattern with * ? [ in some of its components (base/glob.h) leads to. */
#ifndef SYS_PATHS_H
#define SYS_PATHS_H

#include <stdbool.h>

/* What who asks is told: all but `found` may be NULL. In the middle of that it must not ask again. */
struct paths {
	void (*found)(const char *path); /* there may be nothing there, if its name is no pattern */

	/* A directory that matters: called before it is looked into. `names`: what comes and goes in it matters; else
	 * only whether it stays where it is. */
	void (*on_way)(const char *dir, bool names);

	void (*failed)(const char *dir); /* it cannot be read: errno */
};

/* Walks along the pattern, which begins with a slash and ends without one. Names that begin with a dot are not meant
 * unless the pattern's begins so too. */
void paths_walk(const struct paths *, const char *pattern);

#endif
