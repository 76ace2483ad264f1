/* newfile - see newfile.h */
#include "sys/newfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h> /* rename(2) */
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/path.h"

enum { LINKS = 40 }; /* as many as the kernel follows */

/* Where a link leads to is seen from its own directory. */
static int follow(struct newfile *n)
{
	char to[NEWFILE_PATH];

	for (int i = 0; i < LINKS; i++) {
		ssize_t len = readlink(n->path, to, sizeof to);
		size_t dir;
		if (len < 0)
			return errno == EINVAL || errno == ENOENT ? 0 : -1;
		dir = to[0] == '/' ? 0 : (size_t)(path_name(n->path) - n->path);
		if (dir + (size_t)len >= sizeof n->path) {
			errno = ENAMETOOLONG;
			return -1;
		}
		memcpy(n->path + dir, to, (size_t)len);
		n->path[dir + (size_t)len] = '\0';
	}
	errno = ELOOP;
	return -1;
}

static bool same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* An empty file of ours at that path: 0, 1: it was another's, who has put it into its place meanwhile; -1 with errno.
 * A file system without locks is no reason to write nothing. */
static int take(int fd, const char *path)
{
	struct stat held, there;

	while (flock(fd, LOCK_EX) && errno == EINTR)
		;
	if (fstat(fd, &held))
		return -1;
	if (lstat(path, &there) || !same(&held, &there))
		return 1;
	return ftruncate(fd, 0) || fchmod(fd, 0600) ? -1 : 0;
}

static int hold(const char *path)
{
	for (int i = 0;; i++) {
		struct stat st;
		int bad = 1, fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600), err = errno;

		if (fd < 0 && err != ELOOP && err != EACCES && err != ENXIO)
			return -1;
		if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_uid == geteuid() && st.st_nlink < 2)
			bad = take(fd, path);
		else if (unlink(path) && (errno != ENOENT || i == LINKS)) /* a trap, or left by another user */
			bad = -1;
		if (bad == 0)
			return fd;
		if (fd >= 0) {
			err = errno;
			close(fd);
		}
		if (bad < 0) {
			errno = err; /* that there is nothing to unlink is not why */
			return -1;
		}
	}
}

int newfile_open(struct newfile *n, const char *path)
{
	const char *name;

	n->fd = -1;
	if (fmt_into(n->path, sizeof n->path, "%s", path) || follow(n))
		return -1;
	n->was = lstat(n->path, &n->old) == 0;
	if (n->was && !S_ISREG(n->old.st_mode)) {
		errno = EINVAL;
		return -1;
	}
	name = path_name(n->path);
	fmt_into(n->beside, sizeof n->beside, "%.*s.%s.new", (int)(name - n->path), n->path, name);
	n->fd = hold(n->beside);
	return n->fd < 0 ? -1 : 0;
}

void newfile_drop(struct newfile *n)
{
	int err = errno;

	if (n->fd < 0)
		return;
	unlink(n->beside);
	close(n->fd); /* only now may another one go on */
	n->fd = -1;
	errno = err;
}

int newfile_commit(struct newfile *n, mode_t mode, uid_t uid, gid_t gid, bool sync)
{
	/* the owner late, as one who comes meanwhile takes what is another user's for a trap; the mode last: a change
	 * of owner takes the set-id bits away */
	if ((sync && fsync(n->fd)) || ((uid != (uid_t)-1 || gid != (gid_t)-1) && fchown(n->fd, uid, gid)) ||
	    fchmod(n->fd, mode) || rename(n->beside, n->path)) {
		newfile_drop(n);
		return -1;
	}
	close(n->fd);
	n->fd = -1;
	return 0;
}
