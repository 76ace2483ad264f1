/* install - make directories, or copy files, with the owner and mode that they shall have
 *
 * config:  INSTALL_TOOL
 * group:   small tools
 * install: /usr/bin
 *
 * usage: install -d [-m MODE] [-o USER] [-g GROUP] DIR...
 *        install [-D] [-m MODE] [-o USER] [-g GROUP] FILE... TO
 *
 *   -d  directories, with those above them; one that is there gets owner and mode
 *   -D  makes the directories above TO
 *   -m  octal, 755 if not given
 *   -t DIR  TO, if it stands before the files
 *
 * TO is a directory or, of one FILE, the copy, which takes the place of what is there.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/die.h"
#include "base/fmt.h"
#include "base/msg.h"
#include "base/num.h"
#include "base/opts.h"
#include "base/path.h"
#include "sys/files.h"
#include "sys/tree.h"
#include "sys/users.h"

static struct users_user user = {.uid = (uid_t)-1};
static gid_t gid = (gid_t)-1;
static unsigned long mode = 0755;

/* Owner first: a change of it takes the set-id bits away. */
static bool adjust(int fd)
{
	return fchown(fd, user.uid, gid) == 0 && fchmod(fd, (mode_t)mode) == 0;
}

static int make_dir(const char *dir)
{
	int fd, rc = -1;

	if (files_make_dirs(dir))
		return -1;
	fd = files_open_dir(AT_FDCWD, dir);
	if (fd >= 0 && adjust(fd))
		rc = 0;
	close(fd);
	return rc;
}

static int copy(const char *from, const char *to, bool parents)
{
	int in = open(from, O_RDONLY | O_CLOEXEC), at, out, rc;
	const char *name;
	struct stat st;

	if (in < 0 || fstat(in, &st))
		return -1;
	errno = EISDIR;
	if (S_ISDIR(st.st_mode))
		return -1;
	at = tree_parent(to, parents, &name);
	out = at < 0 ? -1 : tree_new(at);
	if (out < 0)
		return -1;
	rc = tree_put(at, out, name, files_copy(out, in) == 0 && adjust(out));
	close(at);
	close(in);
	return rc;
}

static bool is_dir(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* FILE into DIR. */
static int copy_into(const char *from, const char *dir, bool parents)
{
	char to[PATH_ROOM];

	return fmt_into(to, sizeof to, "%s/%s", dir, path_name(from)) || copy(from, to, parents) ? -1 : 0;
}

int install_main(int argc, char **argv);

int install_main(int argc, char **argv)
{
	struct opts o = {.argc = argc, .argv = argv};
	bool dirs = false, parents = false;
	const char *to = NULL;
	int code = 0, rc;

	for (int c; (c = opts_next(&o, "dDm:o:g:t:", NULL)) != -1;)
		switch (c) {
		case 'd':
			dirs = true;
			break;
		case 'D':
			parents = true;
			break;
		case 'm':
			if (num_octal(o.arg, 07777, &mode))
				die(1, "invalid mode '%s': octal digits are expected", o.arg);
			break;
		case 'o':
			if (users_find(o.arg, &user))
				die(1, "invalid user '%s'", o.arg);
			break;
		case 'g':
			if (users_group(o.arg, &gid))
				die(1, "invalid group '%s'", o.arg);
			break;
		case 't':
			to = o.arg;
			break;
		default:
			die_usage(1, "%s", o.why);
		}
	argv += o.index;
	argc -= o.index;
	if (!dirs && !to && argc > 1 && (argc > 2 || is_dir(argv[1]))) {
		to = argv[--argc];
		if (!is_dir(to))
			die(1, "target '%s' is not a directory", to);
	}
	if (argc < 1 + !(dirs || to))
		die_usage(1, "%s", dirs ? "no directory" : "files and where to are expected");
	for (int i = 0; i < (dirs || to ? argc : 1); i++) {
		const char *what = argv[i];
		rc = dirs ? make_dir(what) : to ? copy_into(what, to, parents) : copy(what, argv[1], parents);
		if (rc) {
			msg_error("cannot %s '%s': %s", dirs ? "create directory" : "install", what, tree_why());
			code = 1;
		}
	}
	return code;
}
