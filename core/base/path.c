/* path - see path.h */
#include "base/path.h"

#include "base/fmt.h"

bool path_next(const char *name, const char **list, char place[PATH_ROOM])
{
	const char *dir = *list;

	if (strchr(name, '/')) {
		*list = NULL;
		return dir && fmt_into(place, PATH_ROOM, "%s", name) == 0;
	}
	while (dir && *name) {
		size_t len = strcspn(dir, ":");
		bool fits = fmt_into(place, PATH_ROOM, "%.*s%s%s", (int)len, dir, len ? "/" : "", name) == 0;
		dir = dir[len] ? dir + len + 1 : NULL;
		*list = dir;
		if (fits)
			return true;
	}
	return false;
}
