/* tmpfiles - what lines say is carried out; see tmpfiles.h */
#include "svc/tmpfiles.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/msg.h"
#include "base/path.h"
#include "pure/tmpfile.h"
#include "svc/boot.h"
#include "svc/tmpfiles_state.h"
#include "sys/bootwork.h"
#include "sys/clock.h"
#include "sys/files.h"
#include "sys/paths.h"
#include "sys/tree.h"
#include "sys/users.h"

enum { SAID_MOST = 5 };

/* What is being carried out. */
static struct tmpfiles *job;
static const struct tmpfiles_line *line;
static struct tree shall;    /* owner and mode that it gives */
static const char *argument; /* that it has or means */
static unsigned said;        /* failures below its path */
static const char *run_dir;  /* init's, on which nobody lays hands */

static bool has(unsigned modifier)
{
	return line->f.flags & modifier;
}

/* Failures -------------------------------------------------------------- */

static void fail(const char *path, const char *why)
{
	bool lenient = has(TMPFILE_LENIENT);

	(lenient ? msg_info : msg_error)("%s:%u: %s: %s", line->file, line->number, path, why);
	job->failures += !lenient;
}

static void cannot(const char *path)
{
	fail(path, tree_why());
}

/* What is to be changed or removed need not be there. */
static void cannot_change(const char *path)
{
	if (errno != ENOENT && errno != ENOTDIR)
		cannot(path);
}

static void cannot_below(const char *path)
{
	if (said++ < SAID_MOST)
		cannot(path);
}

static void cannot_more(void)
{
	char text[32];

	if (said > SAID_MOST && fmt_into(text, sizeof text, "%u more below", said - SAID_MOST) == 0)
		fail(line->f.path, text);
}

static void warn(const char *path, const char *why)
{
	msg_warn("%s:%u: %s: %s", line->file, line->number, path, why);
}

/* What is there ---------------------------------------------------------- */

/* Owner and mode. */
static void adjust(const char *path, bool made)
{
	const struct tmpfile *f = &line->f;
	struct tree t = shall;
	int64_t start = clock_ms();

	if (!made && f->user_once)
		t.uid = (uid_t)-1;
	if (!made && f->group_once)
		t.gid = (gid_t)-1;
	if (!made && f->mode_once)
		t.mode = (mode_t)-1;
	if ((t.uid & t.gid & t.mode) == (uid_t)-1)
		return;
	if (tree_set(&t, path, f->type == 'Z'))
		cannot_change(path);
	if (f->type == 'Z' && t.changed)
		msg_info("%s: %lu looked at, %lu changed in %lld ms", path, t.seen, t.changed,
		         (long long)(clock_ms() - start));
}

static int put_text(int fd)
{
	return argument ? files_write_all(fd, argument, strlen(argument)) : 0;
}

/* Into a file that is there, not through a link, and not into one that may have another name where it matters more. */
static int write_file(int at, const char *name, int flags)
{
	int fd = openat(at, name, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC | flags), rc = -1;
	struct stat st;

	if (fd < 0 || fstat(fd, &st))
		return -1;
	if (S_ISREG(st.st_mode) && st.st_nlink > 1)
		errno = EMLINK;
	else if (line->f.type == 'w' || ftruncate(fd, 0) == 0)
		rc = put_text(fd);
	close(fd);
	return rc;
}

/* What the path of a line, perhaps a pattern, leads to. */
static void change(const char *path)
{
	const char *name;
	struct stat st;
	int at;

	if (line->f.type == 'w') {
		at = tree_parent(path, false, &name);
		if (at < 0 || write_file(at, name, has(TMPFILE_PLUS) ? O_APPEND : 0))
			cannot_change(path);
		close(at);
	} else if (line->f.type == 'e' && lstat(path, &st) == 0 && !S_ISDIR(st.st_mode)) {
		warn(path, "no directory");
	} else {
		adjust(path, false);
	}
}

static void remove_path(const char *path)
{
	struct tree t = {.spared = run_dir, .failure = cannot_below};
	const char *name;
	int at, rc;

	if (line->f.type == 'r') {
		at = tree_parent(path, false, &name);
		rc = at < 0 ? -1 : unlinkat(at, name, 0);
		if (rc && errno == EISDIR)
			rc = unlinkat(at, name, AT_REMOVEDIR);
		if (rc)
			cannot_change(path);
		close(at);
		return;
	}
	if (tree_remove(&t, path, line->f.type == 'R'))
		cannot_change(path);
}

static void along(void (*found)(const char *path))
{
	const struct paths walk = {.found = found, .failed = cannot_change};

	paths_walk(&walk, line->f.path);
}

/* What is made ----------------------------------------------------------- */

static bool is_empty(int at, const char *name)
{
	struct files_walk w = {.fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
	bool is = w.fd >= 0 && !files_next(&w);

	close(w.fd);
	return is;
}

static int make(int at, const char *name)
{
	const struct tmpfile *f = &line->f;
	mode_t mode = f->mode == (mode_t)-1 ? 0644 : f->mode & 0777;
	int fd;

	switch (f->type) {
	case 'f':
		fd = tree_new(at);
		return fd < 0 ? -1 : tree_put(at, fd, name, put_text(fd) == 0 && fchmod(fd, mode) == 0);
	case 'p':
		return mknodat(at, name, S_IFIFO | mode, 0);
	case 'L':
		return symlinkat(argument, at, name);
	case 'C':
		return tree_copy(&shall, argument, f->path);
	default:
		return mkdirat(at, name, f->mode == (mode_t)-1 ? 0755 : mode);
	}
}

/* 0: a copy of what there is not. */
static mode_t kind(void)
{
	struct stat st;

	switch (line->f.type) {
	case 'f':
		return S_IFREG;
	case 'p':
		return S_IFIFO;
	case 'L':
		return S_IFLNK;
	case 'C':
		return lstat(argument, &st) ? 0 : st.st_mode & S_IFMT;
	default:
		return S_IFDIR;
	}
}

static bool leads_elsewhere(int at, const char *name)
{
	char to[PATH_ROOM];
	ssize_t n = readlinkat(at, name, to, sizeof to - 1);

	to[n < 0 ? 0 : n] = '\0';
	return strcmp(to, argument) != 0;
}

/* 0, or -1 with errno. */
static int create_in(int at, const char *name)
{
	const char *path = line->f.path;
	char type = line->f.type;
	bool link = type == 'L', plus = has(TMPFILE_PLUS), there, other;
	mode_t want = kind();
	struct stat st;
	int rc = 0;

	if (!want || (has(TMPFILE_IF_THERE) && faccessat(at, argument, F_OK, 0)))
		return 0;
	there = fstatat(at, name, &st, AT_SYMLINK_NOFOLLOW) == 0;
	other = there && (st.st_mode & S_IFMT) != want;
	if (other ? has(TMPFILE_REPLACE) || (plus && (link || type == 'p'))
	          : there && link && plus && leads_elsewhere(at, name)) {
		struct tree t = {.spared = run_dir, .failure = cannot_below};
		if (tree_remove(&t, path, true))
			return -1;
		there = false;
	} else if (other) {
		errno = EEXIST;
		if (type == 'f')
			return -1;
		if (!link)
			warn(path, "something else is there");
		return 0;
	}
	if (!there || (type == 'C' && is_empty(at, name)))
		rc = make(at, name);
	else if (type == 'f' && plus)
		rc = write_file(at, name, 0);
	if (rc == 0 && !link)
		adjust(path, !there);
	return rc;
}

static void create(void)
{
	const char *name;
	int at = tree_parent(line->f.path, true, &name);

	if (at < 0 || create_in(at, name))
		cannot(line->f.path);
	close(at);
}

/* Lines ------------------------------------------------------------------ */

/* Its owner, its argument. False: there is no such user. */
static bool prepare(const struct tmpfiles_line *l)
{
	static char factory[PATH_ROOM];
	const struct tmpfile *f = &l->f;
	struct users_user user;
	bool bad;

	line = l;
	said = 0;
	shall = (struct tree){.uid = (uid_t)-1, .gid = (gid_t)-1, .mode = f->mode, .masked = f->masked};
	shall.spared = run_dir;
	shall.failure = cannot_below;
	argument = f->argument;
	if (!argument && f->type != 'f') {
		fmt_into(factory, sizeof factory, "/usr/share/factory%s", f->path);
		argument = factory;
	}
	bad = f->user && users_find(f->user, &user);
	if (f->user && !bad)
		shall.uid = user.uid;
	if (!bad && (!f->group || users_group(f->group, &shall.gid) == 0))
		return true;
	msg_error("%s:%u: no such %s: %s", l->file, l->number, bad ? "user" : "group", bad ? f->user : f->group);
	job->wrong++;
	return false;
}

static void carry_out(struct tmpfiles_line *l)
{
	l->done = true;
	if (strchr("rR", l->f.type) || !prepare(l))
		return;
	if (tmpfile_alters(l->f.type))
		along(change);
	else
		create();
	cannot_more();
}

/* D only loses what is in it. */
static void take_away(const struct tmpfiles_line *l)
{
	if (!strchr("DrR", l->f.type) || !prepare(l))
		return;
	if (l->f.type == 'D')
		remove_path(l->f.path);
	else
		along(remove_path);
	cannot_more();
}

/* The line of the nearest path above; rather one that makes something. */
static struct tmpfiles_line *above(const struct tmpfiles_line *l)
{
	struct tmpfiles_line *found = NULL;
	size_t most = 0;

	for (struct tmpfiles_line *m = job->first; m; m = m->next) {
		size_t len = strlen(m->f.path), weight = len + !tmpfile_alters(m->f.type);
		const char *rest = l->f.path + len;
		if (weight > most && strncmp(m->f.path, l->f.path, len) == 0 && *rest && (*rest == '/' || len == 1)) {
			most = weight;
			found = m;
		}
	}
	return found;
}

/* All of that line's path, after what is above. */
static void carry_out_path(struct tmpfiles_line *l)
{
	struct tmpfiles_line *before = above(l);

	if (before && !before->done)
		carry_out_path(before);
	for (struct tmpfiles_line *m = l; m && tmpfiles_together(m, l); m = m->next)
		if (!m->done)
			carry_out(m);
}

void tmpfiles_run(struct tmpfiles *t)
{
	mode_t old = umask(022);

	job = t;
	run_dir = getenv("INIT_RUN_DIR");
	for (int pass = t->remove ? 0 : 2; pass < (t->create ? 4 : 2); pass++)
		for (struct tmpfiles_line *l = t->first; l; l = l->next)
			if (tmpfile_alters(l->f.type) == pass % 2) {
				if (pass < 2)
					take_away(l);
				else if (!l->done)
					carry_out_path(l);
			}
	job = NULL;
	umask(old);
}

int tmpfiles_boot(struct boot *b)
{
	const char *const dirs[] = {"/etc/tmpfiles.d", bootwork_units() ? "/usr/lib/tmpfiles.d" : NULL, NULL};
	struct tmpfiles t = {.create = true, .remove = true, .boot = true, .gentle = true};

	tmpfiles_dirs(&t, dirs);
	tmpfiles_run(&t);
	b->lines = t.lines;
	return 0;
}
