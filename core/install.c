/* install - initbox --install: symlinks for all names, relative, so that they hold when the tree is moved.
 *
 * config:  INSTALL
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "applet.h"
#include "base/fmt.h"
#include "base/msg.h"
#include "sys/files.h"
#include "sys/spawn.h"

/* The way from the directory `from` to the file `to`; both absolute and without links. */
static int relative(char *mem, size_t cap, const char *from, const char *to)
{
	size_t common = 0, i = 0;
	struct fmt f;

	for (;; i++) {
		if (to[i] == '/' && (from[i] == '/' || !from[i]))
			common = i + 1;
		if (!from[i] || from[i] != to[i])
			break;
	}
	fmt_open(&f, mem, cap);
	if (common <= strlen(from) && from[common]) {
		fmt_str(&f, "../");
		for (i = common; from[i]; i++)
			if (from[i] == '/')
				fmt_str(&f, "../");
	}
	fmt_str(&f, to + common);
	return f.cut ? -1 : 0;
}

/* Links in the working directory, called `dir`, those names that belong there; all of them if `only` is NULL. */
static int fill(const char *dir, const char *only, const char *self, const struct stat *me)
{
	char here[PATH_MAX], target[PATH_MAX];
	struct stat st;
	int code = 0;

	if (!getcwd(here, sizeof here) || relative(target, sizeof target, here, self)) {
		msg_error("%s: %m", dir);
		return 1;
	}
	for (const struct applet *a = applets; a->name; a++) {
		if ((only && strcmp(applet_dirs[a->dir], only) != 0) || symlink(target, a->name) == 0)
			continue;
		if (errno != EEXIST)
			msg_error("cannot make the link %s/%s: %m", dir, a->name);
		else if (stat(a->name, &st) == 0 && st.st_dev == me->st_dev && st.st_ino == me->st_ino)
			continue;
		else
			msg_error("%s/%s exists and is no link to %s: left as it is", dir, a->name, self);
		code = 1;
	}
	return code;
}

/* This binary's path, free of links in its directory. 0, or -1 with errno. */
static int find_self(char *mem, size_t cap, struct stat *st)
{
	const char *path = spawn_self(), *name;
	char link[PATH_MAX], dir[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", link, sizeof link - 1);

	if (n > 0) {
		link[n] = '\0';
		path = link;
	}
	name = strrchr(path, '/');
	if (!name || stat(path, st) || fmt_into(dir, sizeof dir, "%.*s/", (int)(name - path), path) || chdir(dir) ||
	    !getcwd(dir, sizeof dir))
		return -1;
	return fmt_into(mem, cap, "%s%s", dir[1] ? dir : "", name);
}

int applet_install(const char *dir)
{
	int start = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), code = 0;
	char self[PATH_MAX];
	struct stat me;

	if (find_self(self, sizeof self, &me)) {
		msg_error("cannot find my own file: %m");
		return 1;
	}
	for (unsigned i = 0; dir ? !i : applet_dirs[i] != NULL; i++) {
		const char *at = dir ? dir : applet_dirs[i];
		if (at[0] != '/' && fchdir(start))
			code = 1;
		if (files_make_dirs(at) || chdir(at)) {
			msg_error("cannot enter the directory %s: %m", at);
			code = 1;
			continue;
		}
		code |= fill(at, dir ? NULL : at, self, &me);
	}
	return code;
}
