/* path - the pieces of a path; the places that a PATH names. */
#ifndef BASE_PATH_H
#define BASE_PATH_H

#include <stdbool.h>
#include <string.h>

enum { PATH_ROOM = 4096 };

/* What follows its last slash; all of it if it has none. */
static inline const char *path_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* Where a program of that name may be, one place after the other: the name itself if it has a slash, else in each
 * directory of *list (PATH's value; an empty one is the working directory). Moves *list on, NULL behind the last; what
 * does not fit is left out. False at the end. */
bool path_next(const char *name, const char **list, char place[PATH_ROOM]);

#endif
