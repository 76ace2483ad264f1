/* path - the pieces of a path. */
#ifndef BASE_PATH_H
#define BASE_PATH_H

#include <string.h>

/* What follows its last slash; all of it if it has none. */
static inline const char *path_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

#endif
