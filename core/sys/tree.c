/* tree - see tree.h */
#include "sys/tree.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h> /* renameat(2) */
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/path.h"
#include "sys/files.h"

#ifndef SYS_fchmodat2
#define SYS_fchmodat2 452 /* Linux 6.6, on every machine */
#endif

enum {
	STEPS = 4096,        /* of a way with links; as many as a path can have */
	DEPTH = 512,         /* of directories: each takes a descriptor and 3 kB of the stack */
	MOUNT_ROOT = 0x2000, /* of stx_attributes, linux/stat.h */
	DIR_FLAGS = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC,
	PLACE_FLAGS = O_PATH | O_NOFOLLOW | O_CLOEXEC,
};

/* A file in the making has this name: it is no one else's. */
static const char unborn[] = ".initbox.new";

/* A directory that is worked in. */
struct place {
	int fd;
	int to;         /* its copy */
	const char *as; /* what the copy of the one entry is called; NULL: as it is */
	size_t len;     /* of `path` */
	unsigned depth;
};

/* On one entry. 0, or -1 with errno. */
typedef int work_fn(struct tree *, const struct place *, const char *name);

/* Where we are. */
static char path[PATH_MAX];

/* The way ------------------------------------------------------------- */

/* What is left of a way, from p on; more may come in front. */
struct way {
	char *p;
	uid_t owner; /* of the step before */
	char mem[PATH_MAX];
};

/* Takes one step ("/" is one too): *fd becomes the directory that it is, or stays if it is a link, which is to be
 * walked first. */
static int step(struct way *w, int *fd, bool make)
{
	char *name = w->p, *end = name + strcspn(name, "/"), to[PATH_MAX];
	struct stat st;
	ssize_t n = 0;
	int next;

	w->p = end + strspn(end, "/");
	*end = '\0';
	if (end == name)
		name = "/";
	next = openat(*fd, name, PLACE_FLAGS);
	if (next < 0 && make && mkdirat(*fd, name, 0755) == 0)
		next = openat(*fd, name, PLACE_FLAGS);
	if (next < 0 || fstat(next, &st))
		return -1;
	if (S_ISLNK(st.st_mode))
		n = readlinkat(next, "", to, sizeof to);
	if (n >= w->p - w->mem) {
		errno = ENAMETOOLONG;
		n = -1;
	}
	/* whoever owns the last step chose this one: he may choose his own */
	if (w->owner && w->owner != st.st_uid && w->owner != geteuid()) {
		errno = ENOLINK;
		n = -1;
	}
	w->owner = st.st_uid;
	if (n > 0) {
		*--w->p = '/';
		memcpy(w->p -= n, to, (size_t)n);
	}
	close(n ? next : *fd);
	if (n == 0)
		*fd = next;
	return n < 0 ? -1 : 0;
}

int tree_parent(const char *whole, bool make, const char **name)
{
	struct way w;
	size_t len;
	int fd = AT_FDCWD;

	*name = path_name(whole);
	len = (size_t)(*name - whole);
	if (len > sizeof w.mem - 3) {
		errno = ENAMETOOLONG;
		return -1;
	}
	if (!**name)
		*name = ".";
	w.owner = 0;
	w.p = w.mem + sizeof w.mem - 1;
	*w.p = '\0';
	memcpy(w.p -= len, whole, len);
	if (*whole != '/')
		memcpy(w.p -= 2, "./", 2);
	for (int steps = STEPS; *w.p; steps--) {
		if (steps && step(&w, &fd, make) == 0)
			continue;
		if (!steps)
			errno = ELOOP;
		close(fd);
		return -1;
	}
	return fd;
}

const char *tree_why(void)
{
	return errno == ENOLINK  ? "another user's link or directory is on its way"
	       : errno == EMLINK ? "it has other names too"
	                         : strerror(errno);
}

/* All below ------------------------------------------------------------ */

static void fail(struct tree *t)
{
	t->failed++;
	if (t->failure)
		t->failure(path);
}

/* The entry that `path` names. */
static int visit(struct tree *t, const struct place *p, const char *name, work_fn *work)
{
	t->seen++;
	return t->spared && strcmp(path, t->spared) == 0 ? 0 : work(t, p, name);
}

/* Closes the directory. */
static int below(struct tree *t, const struct place *p, work_fn *work)
{
	struct files_walk w = {.fd = p->fd};
	int rc = -1;

	if (p->depth > DEPTH) {
		errno = ENAMETOOLONG;
	} else {
		for (const char *name; (name = files_next(&w));)
			if (fmt_into(path + p->len, sizeof path - p->len, "/%s", name) || visit(t, p, name, work))
				fail(t);
		path[p->len] = '\0';
		rc = w.end;
	}
	close(p->fd);
	return rc;
}

/* The directory that the entry is, as a place. */
static int descend(const struct place *p, const char *name, struct place *in)
{
	*in = (struct place){.fd = openat(p->fd, name, DIR_FLAGS), .len = strlen(path), .depth = p->depth + 1};
	return in->fd < 0 ? -1 : 0;
}

static int at_path(struct tree *t, struct place *p, const char *whole, work_fn *work)
{
	const char *name;
	int rc;

	p->depth = 0;
	p->fd = tree_parent(whole, false, &name);
	if (p->fd < 0)
		return -1;
	rc = fmt_into(path, sizeof path, "%s", whole) ? -1 : visit(t, p, name, work);
	close(p->fd);
	return rc;
}

/* Owner and mode ------------------------------------------------------- */

static mode_t masked(mode_t mode, mode_t old)
{
	for (mode_t bits = 0111; bits <= 0444; bits <<= 1)
		if (!(old & bits))
			mode &= ~bits;
	return S_ISDIR(old) ? mode : mode & 0777;
}

/* Is it as it shall be? If not, in st, how it shall be. */
static bool right(const struct tree *t, struct stat *st)
{
	struct stat was = *st;

	if (t->uid != (uid_t)-1)
		st->st_uid = t->uid;
	if (t->gid != (gid_t)-1)
		st->st_gid = t->gid;
	if (t->mode != (mode_t)-1 && !S_ISLNK(st->st_mode))
		st->st_mode = (st->st_mode & S_IFMT) | (t->masked ? masked(t->mode, st->st_mode) : t->mode);
	return st->st_uid == was.st_uid && st->st_gid == was.st_gid && st->st_mode == was.st_mode;
}

static int set_mode(int fd, mode_t mode)
{
	char name[32];
	int err;

	if (syscall(SYS_fchmodat2, fd, "", mode & 07777, AT_EMPTY_PATH) == 0)
		return 0;
	err = errno;
	fmt_into(name, sizeof name, "/proc/self/fd/%d", fd);
	if (chmod(name, mode & 07777) == 0)
		return 0;
	if (errno == ENOENT) /* not what is looked for: /proc is not there */
		errno = err;
	return -1;
}

/* May a user have given this file, of another, a name in the tree? */
static bool foreign(const struct stat *st)
{
	char word[4];

	return !S_ISDIR(st->st_mode) && st->st_nlink > 1 &&
	       (files_read(AT_FDCWD, "/proc/sys/fs/protected_hardlinks", word, sizeof word) < 0 || *word != '1');
}

static int set(struct tree *t, int fd)
{
	struct stat st, want;

	if (fstat(fd, &st))
		return -1;
	want = st;
	if (right(t, &want))
		return 0;
	if (foreign(&st)) {
		errno = EMLINK;
		return -1;
	}
	t->changed++;
	if (want.st_uid == st.st_uid && want.st_gid == st.st_gid)
		return set_mode(fd, want.st_mode);
	/* never more than both allow to the old owner or the new one */
	if (want.st_mode != st.st_mode && set_mode(fd, want.st_mode & st.st_mode))
		return -1;
	if (fchownat(fd, "", want.st_uid, want.st_gid, AT_EMPTY_PATH))
		return -1;
	return t->mode == (mode_t)-1 || S_ISLNK(st.st_mode) ? 0 : set_mode(fd, want.st_mode);
}

static int set_one(struct tree *t, const struct place *p, const char *name)
{
	struct stat st;
	struct place in;
	int fd, rc = 0;

	if (fstatat(p->fd, name, &st, AT_SYMLINK_NOFOLLOW))
		return -1;
	in.depth = t->deep && S_ISDIR(st.st_mode);
	if (!right(t, &st)) {
		fd = openat(p->fd, name, PLACE_FLAGS);
		if (fd < 0)
			return -1;
		rc = set(t, fd);
		close(fd);
	}
	if (!in.depth)
		return rc;
	if (rc)
		fail(t);
	return descend(p, name, &in) ? -1 : below(t, &in, set_one);
}

int tree_set(struct tree *t, const char *whole, bool deep)
{
	struct place p;

	t->deep = deep;
	return at_path(t, &p, whole, set_one);
}

/* Copies --------------------------------------------------------------- */

/* Owner and mode of what was made. Only root can give to others what is theirs in the original. */
static int finish(struct tree *t, int at, const char *name, const struct stat *st)
{
	struct tree as = {.uid = t->uid, .gid = t->gid, .mode = st->st_mode & 07777};
	struct place p = {.fd = at};

	if (as.uid == (uid_t)-1 && !geteuid())
		as.uid = st->st_uid;
	if (as.gid == (gid_t)-1 && !geteuid())
		as.gid = st->st_gid;
	t->changed++;
	return set_one(&as, &p, name);
}

int tree_new(int at)
{
	unlinkat(at, unborn, 0);
	return openat(at, unborn, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
}

int tree_put(int at, int fd, const char *name, bool good)
{
	int rc = good ? renameat(at, unborn, at, name) : -1;

	close(fd);
	if (rc)
		unlinkat(at, unborn, 0);
	return rc;
}

static int copy_file(struct tree *t, const struct place *p, const char *name, const char *as, const struct stat *st)
{
	int from = openat(p->fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC), to, rc = -1;

	if (from < 0)
		return -1;
	to = tree_new(p->to);
	if (to >= 0)
		rc = tree_put(p->to, to, as, files_copy(to, from) == 0 && finish(t, p->to, unborn, st) == 0);
	close(from);
	return rc;
}

static int copy_one(struct tree *t, const struct place *p, const char *name)
{
	const char *as = p->as ? p->as : name;
	struct stat st, have;
	char link[PATH_MAX];
	struct place in;
	bool there, dir;
	ssize_t n;

	if (fstatat(p->fd, name, &st, AT_SYMLINK_NOFOLLOW))
		return -1;
	dir = S_ISDIR(st.st_mode);
	there = fstatat(p->to, as, &have, AT_SYMLINK_NOFOLLOW) == 0;
	if (there && !(dir && S_ISDIR(have.st_mode)))
		return 0;
	if (S_ISREG(st.st_mode))
		return copy_file(t, p, name, as, &st);
	if (S_ISLNK(st.st_mode)) {
		n = readlinkat(p->fd, name, link, sizeof link - 1);
		link[n < 0 ? 0 : n] = '\0';
		n = symlinkat(link, p->to, as);
	} else {
		n = there ? 0 : dir ? mkdirat(p->to, as, 0700) : mknodat(p->to, as, st.st_mode, st.st_rdev);
	}
	if (n || (!there && finish(t, p->to, as, &st)))
		return -1;
	if (!dir)
		return 0;
	if (descend(p, name, &in))
		return -1;
	in.to = openat(p->to, as, DIR_FLAGS);
	n = below(t, &in, copy_one);
	close(in.to);
	return (int)n;
}

int tree_copy(struct tree *t, const char *from, const char *to)
{
	struct place p;
	int rc;

	p.to = tree_parent(to, false, &p.as);
	if (p.to < 0)
		return -1;
	rc = at_path(t, &p, from, copy_one);
	close(p.to);
	return rc;
}

/* Removal -------------------------------------------------------------- */

/* Is something else mounted there than where we began? */
static bool elsewhere(struct tree *t, int fd)
{
	/* struct statx: musl 1.2.3 has none. Before Linux 5.8 a mount of the same file system is not told apart. */
	uint64_t x[32] = {0};
	bool first = !t->device;
	struct stat st;

	if (fstat(fd, &st))
		return true;
	if (first)
		t->device = st.st_dev;
	return !first &&
	       (t->device != st.st_dev || (syscall(SYS_statx, fd, "", AT_EMPTY_PATH, 0, x) == 0 && x[1] & MOUNT_ROOT));
}

static int remove_one(struct tree *t, const struct place *p, const char *name);

/* The directory stays. 1: it is not empty now. */
static int empty_one(struct tree *t, const struct place *p, const char *name)
{
	unsigned long stay = t->seen - t->changed;
	struct place in;

	if (descend(p, name, &in))
		return -1;
	if (elsewhere(t, in.fd)) {
		close(in.fd);
		return 1;
	}
	return below(t, &in, remove_one) ? -1 : t->seen - t->changed != stay;
}

static int remove_one(struct tree *t, const struct place *p, const char *name)
{
	if (unlinkat(p->fd, name, 0)) {
		int rc = errno == EISDIR ? empty_one(t, p, name) : -1;
		if (rc > 0)
			return 0;
		if (rc == 0)
			rc = unlinkat(p->fd, name, AT_REMOVEDIR);
		if (rc)
			return errno == EBUSY ? 0 : -1;
	}
	t->changed++;
	return 0;
}

int tree_remove(struct tree *t, const char *whole, bool self)
{
	struct place p;

	t->device = 0;
	return at_path(t, &p, whole, self ? remove_one : empty_one) < 0 ? -1 : 0;
}
