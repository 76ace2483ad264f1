/* tmpfiles - see tmpfiles.h */
#include "svc/tmpfiles.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/msg.h"
#include "base/path.h"
#include "base/sort.h"
#include "pure/tmpfile.h"
#include "svc/boot.h"
#include "sys/clock.h"
#include "sys/files.h"
#include "sys/paths.h"
#include "sys/tree.h"
#include "sys/users.h"

enum { PATH_MOST = 4096, SAID_MOST = 5 };

/* A line of a file. Those of one path stand together, patterns and others each by themselves. */
struct tmpfiles_line {
	struct tmpfile f;
	struct tmpfiles_line *next;
	const char *file;
	unsigned number;
	bool done;
};

/* What is being carried out. */
static struct tmpfiles *job;
static const struct tmpfiles_line *line;
static struct tree shall;    /* owner and mode that it gives */
static const char *argument; /* that it has or means */
static unsigned said;        /* failures below its path */

/* Failures -------------------------------------------------------------- */

static void fail(const char *path, const char *why)
{
	(line->f.lenient ? msg_info : msg_error)("%s:%u: %s: %s", line->file, line->number, path, why);
	job->failures += !line->f.lenient;
}

static void cannot(const char *path)
{
	fail(path, errno == ENOLINK  ? "on its way is another user's link or directory"
	           : errno == EMLINK ? "it has other names as well"
	                             : strerror(errno));
}

static void cannot_below(const char *path)
{
	if (said++ < SAID_MOST)
		cannot(path);
}

static void cannot_more(const char *path)
{
	char text[32];

	if (said <= SAID_MOST)
		return;
	fmt_into(text, sizeof text, "%u more below", said - SAID_MOST);
	fail(path, text);
}

/* What is there ---------------------------------------------------------- */

/* Owner and mode. */
static void adjust(const char *path, bool made)
{
	const struct tmpfile *f = &line->f;
	bool deep = f->type == 'Z';
	struct tree t = shall;
	int64_t start = clock_ms();

	if (!made && f->user_once)
		t.uid = (uid_t)-1;
	if (!made && f->group_once)
		t.gid = (gid_t)-1;
	if (!made && f->mode_once)
		t.mode = (mode_t)-1;
	if (t.uid == (uid_t)-1 && t.gid == (gid_t)-1 && t.mode == (mode_t)-1)
		return;
	if (tree_set(&t, path, deep) && errno != ENOENT)
		cannot(path);
	cannot_more(path);
	if (deep && t.changed)
		msg_info("%s: %lu looked at, %lu changed in %lld ms", path, t.seen, t.changed,
		         (long long)(clock_ms() - start));
}

/* Not through a link, and not to what has another name where it may matter more. */
static int open_file(int at, const char *name, int flags)
{
	int fd = openat(at, name, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC | flags);
	struct stat st;

	if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_nlink > 1) {
		close(fd);
		errno = EMLINK;
		return -1;
	}
	return fd;
}

/* Into a file that is there; `anew`: instead of what is in it. */
static int write_file(int at, const char *name, bool anew)
{
	int fd = open_file(at, name, line->f.plus && !anew ? O_APPEND : 0), rc = -1;

	if (fd < 0)
		return -1;
	if ((!anew || ftruncate(fd, 0) == 0) && (!argument || files_write_all(fd, argument, strlen(argument)) == 0))
		rc = 0;
	close(fd);
	return rc;
}

/* One that the path of a line, perhaps a pattern, leads to. */
static void change(const char *path)
{
	const char *name;
	struct stat st;
	int at = tree_parent(path, false, &name), rc = 0;

	if (at < 0 || fstatat(at, name, &st, AT_SYMLINK_NOFOLLOW)) {
		rc = -1;
	} else if (line->f.type == 'w') {
		rc = write_file(at, name, false);
	} else if (line->f.type == 'e' && !S_ISDIR(st.st_mode)) {
		msg_warn("%s:%u: %s is no directory", line->file, line->number, path);
	} else {
		adjust(path, false);
	}
	if (rc && errno != ENOENT && errno != ENOTDIR)
		cannot(path);
	if (at >= 0)
		close(at);
}

static void remove_path(const char *path)
{
	struct tree t = {.failure = cannot_below};
	const char *name;
	int at = 0, rc;

	if (line->f.type == 'r') {
		rc = at = tree_parent(path, false, &name);
		if (at >= 0) {
			rc = unlinkat(at, name, 0);
			if (rc && errno == EISDIR)
				rc = unlinkat(at, name, AT_REMOVEDIR);
			close(at);
		}
	} else {
		rc = tree_remove(&t, path, line->f.type == 'R');
	}
	if (rc && errno != ENOENT && errno != ENOTDIR)
		cannot(path);
	cannot_more(path);
}

static void on_way(const char *dir, bool names)
{
	(void)dir;
	(void)names;
}

static void no_way(const char *dir)
{
	if (errno != ENOENT && errno != ENOTDIR)
		cannot(*dir ? dir : "/");
}

/* What is made ----------------------------------------------------------- */

static bool is_empty(int at, const char *name)
{
	struct files_walk w = {.fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
	bool is;

	if (w.fd < 0)
		return false;
	is = !files_next(&w);
	close(w.fd);
	return is;
}

static int make_file(int at, const char *name, mode_t mode)
{
	int fd = tree_new(at);

	if (fd < 0)
		return -1;
	return tree_put(at, fd, name,
	                (!argument || files_write_all(fd, argument, strlen(argument)) == 0) && fchmod(fd, mode) == 0);
}

static int make(int at, const char *name)
{
	const struct tmpfile *f = &line->f;
	mode_t mode = f->mode == (mode_t)-1 ? 0644 : f->mode & 0777;

	switch (f->type) {
	case 'f':
		return make_file(at, name, mode);
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

/* Of what kind it shall be, and how that is called. */
static mode_t kind(const char **called)
{
	struct stat st;

	switch (line->f.type) {
	case 'f':
		*called = "regular file";
		return S_IFREG;
	case 'p':
		*called = "FIFO";
		return S_IFIFO;
	case 'L':
		*called = NULL;
		return S_IFLNK;
	case 'C':
		*called = "copy of its source";
		return lstat(argument, &st) ? 0 : st.st_mode & S_IFMT;
	default:
		*called = "directory";
		return S_IFDIR;
	}
}

static bool leads_elsewhere(int at, const char *name)
{
	char to[PATH_MOST];
	ssize_t n = readlinkat(at, name, to, sizeof to);

	return n >= 0 && ((size_t)n != strlen(argument) || memcmp(to, argument, (size_t)n) != 0);
}

/* Something is there: 1 if it can stay as what it is, 0 if it went, -1 if there is nothing more to do. */
static int settle(int at, const char *name, const struct stat *st)
{
	const struct tmpfile *f = &line->f;
	const char *called;
	mode_t want = kind(&called);
	bool fits = (st->st_mode & S_IFMT) == want, link = f->type == 'L';
	struct tree t = {.failure = cannot_below};

	if (f->type == 'C' && !want)
		return -1;
	if (fits && !(link && f->plus && leads_elsewhere(at, name)))
		return 1;
	if (!f->replace && !(f->plus && (link || f->type == 'p'))) {
		if (called)
			msg_warn("%s:%u: %s is there already and no %s", line->file, line->number, f->path, called);
		job->failures += f->type == 'f' && !f->lenient;
		return -1;
	}
	if (tree_remove(&t, f->path, true)) {
		cannot(f->path);
		return -1;
	}
	return 0;
}

static void create_in(int at, const char *name)
{
	const struct tmpfile *f = &line->f;
	struct stat st;
	bool there = fstatat(at, name, &st, AT_SYMLINK_NOFOLLOW) == 0;
	int rc = 0;

	if (f->if_there && faccessat(at, argument, F_OK, 0))
		return;
	if (there) {
		rc = settle(at, name, &st);
		if (rc < 0)
			return;
		there = rc;
	}
	if (!there || (f->type == 'C' && is_empty(at, name)))
		rc = make(at, name);
	else
		rc = f->type == 'f' && f->plus ? write_file(at, name, true) : 0;
	if (rc && f->type == 'C' && errno == ENOENT)
		return;
	if (rc)
		cannot(f->path);
	else if (f->type != 'L')
		adjust(f->path, !there);
}

static void create(void)
{
	const char *name;
	int at = tree_parent(line->f.path, true, &name);

	if (at < 0) {
		cannot(line->f.path);
		return;
	}
	create_in(at, name);
	close(at);
}

/* Lines ------------------------------------------------------------------ */

/* Its owner, its argument. False: there is no such user. */
static bool prepare(const struct tmpfiles_line *l)
{
	static char factory[PATH_MOST];
	const struct tmpfile *f = &l->f;
	struct users_user user;
	bool bad;

	line = l;
	said = 0;
	shall = (struct tree){
	        .uid = (uid_t)-1, .gid = (gid_t)-1, .mode = f->mode, .masked = f->masked, .failure = cannot_below};
	argument = f->argument;
	if (!argument && f->type != 'f') {
		fmt_into(factory, sizeof factory, "/usr/share/factory%s", f->path);
		argument = factory;
	}
	bad = f->user && users_find(f->user, &user);
	if (f->user && !bad)
		shall.uid = user.uid;
	if (bad || (f->group && users_group(f->group, &shall.gid))) {
		msg_error("%s:%u: no such %s: %s", l->file, l->number, bad ? "user" : "group",
		          bad ? f->user : f->group);
		job->wrong++;
		return false;
	}
	return true;
}

static void carry_out(struct tmpfiles_line *l)
{
	static struct paths walk = {.on_way = on_way, .failed = no_way};

	l->done = true;
	if (!prepare(l))
		return;
	if (!tmpfile_alters(l->f.type)) {
		create();
	} else if (l->f.type != 'r' && l->f.type != 'R') {
		walk.found = change;
		paths_walk(&walk, l->f.path);
	}
}

/* D only loses what is in it. */
static void take_away(const struct tmpfiles_line *l)
{
	static const struct paths walk = {.found = remove_path, .on_way = on_way, .failed = no_way};

	if (!strchr("DrR", l->f.type) || !prepare(l))
		return;
	if (l->f.type == 'D')
		remove_path(l->f.path);
	else
		paths_walk(&walk, l->f.path);
}

/* The line of the nearest path above, those that make something first. */
static struct tmpfiles_line *above(const struct tmpfiles_line *l)
{
	struct tmpfiles_line *found = NULL;
	size_t most = 0;

	for (struct tmpfiles_line *m = job->first; m; m = m->next) {
		size_t len = strlen(m->f.path);
		if (strncmp(m->f.path, l->f.path, len) == 0 && (l->f.path[len] == '/' || len == 1) && l->f.path[len] &&
		    len + !tmpfile_alters(m->f.type) > most) {
			most = len + !tmpfile_alters(m->f.type);
			found = m;
		}
	}
	return found;
}

static bool together(const struct tmpfile *a, const struct tmpfile *b)
{
	return tmpfile_alters(a->type) == tmpfile_alters(b->type) && strcmp(a->path, b->path) == 0;
}

/* All of that line's path, after what is above. */
static void carry_out_path(struct tmpfiles_line *l)
{
	struct tmpfiles_line *before = above(l);

	if (before && !before->done)
		carry_out_path(before);
	for (struct tmpfiles_line *m = l; m && together(&m->f, &l->f); m = m->next)
		if (!m->done)
			carry_out(m);
}

void tmpfiles_run(struct tmpfiles *t)
{
	mode_t old = umask(022);

	job = t;
	for (int late = 0; late < 2 && t->remove; late++)
		for (struct tmpfiles_line *l = t->first; l; l = l->next)
			if (tmpfile_alters(l->f.type) == late)
				take_away(l);
	for (int late = 0; late < 2 && t->create; late++)
		for (struct tmpfiles_line *l = t->first; l; l = l->next)
			if (tmpfile_alters(l->f.type) == late && !l->done)
				carry_out_path(l);
	umask(old);
}

/* Files ------------------------------------------------------------------ */

static const char *specifier(char c)
{
	static const char values[] =
	        "t/run\0S/var/lib\0C/var/cache\0L/var/log\0T/tmp\0V/var/tmp\0h/root\0uroot\0groot\0U0\0G0\0";
	static struct utsname host;
	static char machine[64];

	for (const char *p = values; *p; p += strlen(p) + 1)
		if (*p == c)
			return p + 1;
	uname(&host);
	return c == 'H'                                                                                ? host.nodename
	       : c == 'v'                                                                              ? host.release
	       : c == 'm' && files_read_word(AT_FDCWD, "/etc/machine-id", machine, sizeof machine) > 0 ? machine
	                                                                                               : NULL;
}

/* Only one line makes a path what it is; it is the first to be carried out. */
static bool is_the_one(const struct tmpfile *f)
{
	return (f->type | 32) != 'z';
}

static int rank(const struct tmpfile *f)
{
	return is_the_one(f) ? f->type : f->type + 256;
}

static void add(struct tmpfiles *t, struct tmpfiles_line *l)
{
	struct tmpfiles_line **at = &t->first;

	while (*at && !together(&(*at)->f, &l->f))
		at = &(*at)->next;
	for (; *at && together(&(*at)->f, &l->f); at = &(*at)->next) {
		if (is_the_one(&(*at)->f) && is_the_one(&l->f) && !(l->f.type == 'w' && l->f.plus)) {
			msg_warn("%s:%u: left out: %s is what %s:%u says", l->file, l->number, l->f.path, (*at)->file,
			         (*at)->number);
			return;
		}
		if (rank(&(*at)->f) > rank(&l->f))
			break;
	}
	l->next = *at;
	*at = l;
	t->lines++;
}

static void read_line(struct tmpfiles *t, const char *file, unsigned number, char *text)
{
	struct tmpfiles_line *l, new = {.file = file, .number = number};
	enum tmpfile_answer answer;
	size_t len = strlen(text);
	unsigned column;
	const char *why;

	while (len && strchr(" \t\r", text[len - 1]))
		text[--len] = '\0';
	answer = tmpfile_read(&new.f, text, specifier, &why, &column);
	if (answer == TMPFILE_WRONG || answer == TMPFILE_UNKNOWN) {
		(answer == TMPFILE_WRONG ? msg_error : msg_warn)("%s:%u:%u: %s; the line is left out", file, number,
		                                                 column, why);
		t->wrong += answer == TMPFILE_WRONG;
	}
	if (answer != TMPFILE_LINE || (new.f.boot_only && !t->boot) || (t->wanted && !t->wanted(new.f.path)))
		return;
	l = malloc(sizeof *l);
	if (!l)
		return;
	*l = new;
	add(t, l);
}

void tmpfiles_file(struct tmpfiles *t, const char *path)
{
	int fd = strcmp(path, "-") == 0 ? 0 : open(path, O_RDONLY | O_CLOEXEC);
	unsigned number = 0;
	size_t len;
	char *rest = fd < 0 ? NULL : files_drain(fd, 4096, &len);

	if (!rest) {
		msg_error("%s: %m", path);
		t->failures++;
	}
	for (char *text; (text = strsep(&rest, "\n"));)
		read_line(t, path, ++number, text);
	if (fd > 0)
		close(fd);
}

void tmpfiles_named(struct tmpfiles *t, const char *const *dirs, const char *name)
{
	char path[PATH_MOST];

	for (; *dirs; dirs++)
		if (fmt_into(path, sizeof path, "%s/%s", *dirs, name) == 0 && access(path, F_OK) == 0) {
			char *kept = strdup(path);
			if (kept)
				tmpfiles_file(t, kept);
			return;
		}
	msg_error("%s: %m", name);
	t->failures++;
}

void tmpfiles_dirs(struct tmpfiles *t, const char *const *dirs)
{
	char **all = NULL, **names, **more;
	size_t count = 0, n;

	for (const char *const *dir = dirs; *dir; dir++) {
		names = files_list(AT_FDCWD, *dir, &n);
		more = names ? realloc(all, (count + n + 1) * sizeof *all) : NULL;
		if (!more) {
			if (errno != ENOENT && errno != ENOTDIR)
				msg_error("%s: %m", *dir);
			continue;
		}
		all = more;
		for (size_t i = 0; i < n; i++) {
			size_t len = strlen(names[i]);
			if (len > 5 && strcmp(names[i] + len - 5, ".conf") == 0)
				all[count++] = names[i];
		}
	}
	sort_names(all, count);
	for (size_t i = 0; i < count; i++)
		if (!i || strcmp(all[i], all[i - 1]) != 0)
			tmpfiles_named(t, dirs, all[i]);
}

int tmpfiles_boot(struct boot *b)
{
	static const char *const dirs[] = {"/etc/tmpfiles.d", NULL};
	struct tmpfiles t = {.create = true, .remove = true, .boot = true};

	tmpfiles_dirs(&t, dirs);
	tmpfiles_run(&t);
	b->lines = t.lines;
	return 0;
}
