/* rm - remove files and directories
 *
 * config:  RM
 * group:   small tools
 * install: /bin
 *
 * usage: rm [-rf] FILE...
 *
 *   -r, -R  directories too, with all below; what is mounted there stays
 *   -f      what is not there is fine
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/die.h"
#include "base/msg.h"
#include "base/opts.h"
#include "base/path.h"
#include "sys/tree.h"

static int code;

static void cannot(const char *path)
{
	msg_error("cannot remove '%s': %s", path, tree_why());
	code = 1;
}

static int take_away(char *path, bool deep)
{
	struct tree t = {.failure = cannot};
	size_t len = strlen(path);
	const char *name;

	while (len > 1 && path[len - 1] == '/')
		path[--len] = '\0';
	name = path_name(path);
	if (!deep)
		return unlink(path);
	if (strcmp(path, "/") != 0 && strcmp(name, ".") != 0 && strcmp(name, "..") != 0) {
		if (tree_remove(&t, path, true))
			return -1;
		if (t.failed || faccessat(AT_FDCWD, path, F_OK, AT_SYMLINK_NOFOLLOW))
			return 0;
	}
	errno = EBUSY; /* a mount */
	return -1;
}

int rm_main(int argc, char **argv);

int rm_main(int argc, char **argv)
{
	struct opts o = {.argc = argc, .argv = argv};
	bool deep = false, force = false;

	for (int c; (c = opts_next(&o, "rRf", NULL)) != -1;)
		switch (c) {
		case 'r':
		case 'R':
			deep = true;
			break;
		case 'f':
			force = true;
			break;
		default:
			die_usage(1, "%s", o.why);
		}
	if (!argv[o.index] && !force)
		die_usage(1, "no file");
	for (char **p = argv + o.index; *p; p++)
		if (take_away(*p, deep) && !(force && (errno == ENOENT || errno == ENOTDIR)))
			cannot(*p);
	return code;
}
