/* render - see render.h; one stream is render_stream.c's */
#include "svc/render.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/msg.h"
#include "base/path.h"
#include "sys/files.h"
#include "sys/newfile.h"
#include "sys/parts.h"

enum { LARGE = 1 << 20 }; /* what is not rendered in memory only to see whether its file is so already */

static const char default_suffix[] = ".tmpl";

static bool lost; /* something below a tree's root cannot be rendered */

static int sorry(const char *path)
{
	msg_error("%s: %m%s", path, errno == EROFS ? "; make it a link to where there is room" : "");
	return -1;
}

/* Mode and owner that the file is to have. What comes from no file is as what a shell makes. */
static void wanted(const struct render *r, const struct stat *old, int from, struct stat *w)
{
	if (old) {
		*w = *old;
	} else if (fstat(from, w) || !S_ISREG(w->st_mode)) {
		mode_t mask = umask(0);
		umask(mask);
		w->st_mode = 0666 & ~mask;
		w->st_uid = (uid_t)-1;
		w->st_gid = (gid_t)-1;
	}
	if (r->mode != (mode_t)-1)
		w->st_mode = r->mode;
	if (r->uid != (uid_t)-1)
		w->st_uid = r->uid;
	if (r->gid != (gid_t)-1)
		w->st_gid = r->gid;
	w->st_mode &= 07777;
}

/* An owner that is only kept is so as far as we may; one that is asked for must be. */
static int own(const struct render *r, int fd, const struct stat *w)
{
	if (fchown(fd, w->st_uid, w->st_gid) == 0)
		return 0;
	(void)!fchown(fd, (uid_t)-1, w->st_gid);
	return fchown(fd, r->uid, r->gid);
}

static bool same_text(int fd, const char *path)
{
	char a[4096], b[sizeof a];
	int old = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = -1;

	for (off_t at = 0; old >= 0; at += n) {
		n = pread(fd, a, sizeof a, at);
		if (n <= 0 || pread(old, b, sizeof b, at) != n || memcmp(a, b, (size_t)n) != 0)
			break;
	}
	close(old);
	return n == 0;
}

/* Whether the old file is so already, with that text. */
static bool is_so(const char *path, const struct stat *old, int text, const struct stat *w)
{
	struct stat st;

	return (old->st_mode & 07777) == w->st_mode && old->st_uid == w->st_uid && old->st_gid == w->st_gid &&
	       fstat(text, &st) == 0 && st.st_size == old->st_size && same_text(text, path);
}

/* The only way where nothing can be renamed: a short moment in which a reader sees less than all. */
static int overwrite(const struct render *r, int text, const char *path, const char *why)
{
	int to = open(path, O_WRONLY | O_CLOEXEC), rc;

	if (to < 0)
		return -1;
	rc = lseek(text, 0, SEEK_SET) || files_copy(to, text) || ftruncate(to, lseek(to, 0, SEEK_CUR)) ||
	     fchown(to, r->uid, r->gid) || (r->mode != (mode_t)-1 && fchmod(to, r->mode));
	close(to);
	if (!rc)
		msg_warn("%s: overwritten where it is: %s", path, why);
	return -rc;
}

/* The text is another descriptor of the new file, to have it still if that cannot be renamed; or memory. */
static int put(const struct render *r, struct newfile *n, int text, const struct stat *w, bool sync)
{
	if (n->was && is_so(n->path, &n->old, text, w))
		return 0;
	if (n->fd < 0)
		return overwrite(r, text, n->path, "its directory cannot be written to");
	if (own(r, text, w))
		return -1;
	if (newfile_commit(n, w->st_mode, (uid_t)-1, (gid_t)-1, sync) == 0)
		return 0;
	return errno == EBUSY ? overwrite(r, text, n->path, "it is a mount point") : -1;
}

static bool may_overwrite(const struct newfile *n)
{
	int err = errno;
	bool may = n->was && (err == EROFS || err == EACCES || err == EPERM) && access(n->path, W_OK) == 0;

	errno = err;
	return may;
}

static int replace(struct render *r, int from, const char *name, const char *out, bool sync)
{
	struct newfile n = {0};
	struct stat w;
	int text, rc;

	if (newfile_open(&n, out) && !may_overwrite(&n))
		return sorry(out);
	text = n.fd < 0 ? memfd_create("render", MFD_CLOEXEC) : fcntl(n.fd, F_DUPFD_CLOEXEC, 0);
	rc = text < 0 ? sorry(out) : render_stream(r, from, text, name);
	if (rc == 0) {
		wanted(r, n.was ? &n.old : NULL, from, &w);
		if (put(r, &n, text, &w, sync))
			rc = sorry(out);
	}
	newfile_drop(&n);
	close(text);
	return rc;
}

static int straight(struct render *r, int from, const char *name, const char *out)
{
	int to = open(out, O_WRONLY | O_CLOEXEC | O_NOCTTY), rc;

	if (to < 0)
		return sorry(out);
	rc = render_stream(r, from, to, name);
	close(to);
	return rc;
}

static int make(struct render *r, const char *in, const char *out, bool sync)
{
	int from = in ? open(in, O_RDONLY | O_CLOEXEC | O_NOCTTY) : 0, rc;
	const char *name = in ? in : "standard input";
	struct stat st;

	if (from < 0)
		return sorry(in);
	if (!out || strcmp(out, "/dev/stdout") == 0) /* which may be a file that others write to, or not be there */
		rc = render_stream(r, from, 1, name);
	else if (stat(out, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))
		rc = straight(r, from, name, out);
	else
		rc = replace(r, from, name, out, sync);
	if (in)
		close(from);
	if (rc == 0)
		r->files++;
	return rc;
}

int render_file(struct render *r, const char *in, const char *out)
{
	return make(r, in, out, true);
}

static void left_out(const char *path, const char *why, int err)
{
	if (err)
		msg_error("%s: %s", path, why);
	else
		msg_warn("%s left out: %s", path, why);
	lost |= err != 0;
}

/* How much of a template's path the path it makes has: 0: it is no template. */
static size_t stem(const struct render *r, const char *path)
{
	const char *suffix = r->suffix ? r->suffix : default_suffix;
	size_t len = strlen(path), n = strlen(suffix);

	if (len > n && path[len - n - 1] != '/' && strcmp(path + len - n, suffix) == 0)
		return len - n;
	return r->suffix ? 0 : len;
}

/* Two templates of one file, NAME and NAME.tmpl. */
static bool twofold(const struct render *r, char *template)
{
	size_t n = stem(r, template);
	char dot = template[n];
	bool there;

	if (!dot || r->suffix)
		return false;
	template[n] = '\0';
	there = access(template, F_OK) == 0;
	template[n] = dot;
	if (there)
		msg_error("%s: there is one without %s, too", template, template + n);
	return there;
}

/* What is made of a template, without making it. 1: its file is so already; -1: there are faults. */
static int look(struct render *r, const char *template, const char *path, int memory)
{
	int from = open(template, O_RDONLY | O_CLOEXEC), rc;
	struct stat st, w;

	if (from < 0)
		return sorry(template);
	if (fstat(from, &st) || st.st_size > LARGE || lseek(memory, 0, SEEK_SET) || ftruncate(memory, 0))
		memory = -1;
	rc = render_stream(r, from, memory, template);
	if (rc == 0 && memory >= 0 && stat(path, &st) == 0 && S_ISREG(st.st_mode)) {
		wanted(r, &st, from, &w);
		rc = is_so(path, &st, memory, &w);
	}
	close(from);
	return rc;
}

/* Those that are missing between `base` and its end of a path; rest: what is the same in the template's path. */
static int directories(char *path, size_t base, char *template, size_t rest)
{
	for (char *p = path + base; (p = strchr(p, '/')); p++) {
		char *like = template + rest + (p - path) - base;
		struct stat st;
		bool made;
		*p = *like = '\0';
		made = mkdir(path, 0700) == 0;
		if (!made && errno != EEXIST)
			return sorry(path);
		if (made && stat(template, &st) == 0) {
			(void)!lchown(path, st.st_uid, st.st_gid); /* as far as we may */
			chmod(path, st.st_mode & 07777);
		}
		*p = *like = '/';
	}
	return 0;
}

/* The path of what becomes of a template, `base` of whose path is in the place of `to`. Its length up to there, or 0:
 * it was said why. */
static size_t place(const struct render *r, const char *template, size_t base, const char *to, char *path)
{
	const char *slash = to[0] && path_name(to)[0] ? "/" : "";

	if (fmt_into(path, NEWFILE_PATH, "%s%s%.*s", to, slash, (int)(stem(r, template) - base), template + base) == 0)
		return strlen(to) + strlen(slash);
	sorry(template);
	return 0;
}

int render_tree(struct render *r, const char *from, const char *to)
{
	size_t count, base = strlen(from), len;
	unsigned made = 0;
	int memory;
	bool failed = false;
	char **list, path[NEWFILE_PATH];

	lost = false;
	list = parts_list(from, PARTS_DEEP | PARTS_ALL, left_out, &count);
	if (!list)
		return sorry(from);
	base += from[base - 1] != '/';
	if (!*to)
		to = ".";
	memory = memfd_create("render", MFD_CLOEXEC);
	for (size_t i = 0; i < count; i++) {
		int so = -1;
		if (!stem(r, list[i]))
			continue;
		if (!twofold(r, list[i]) && place(r, list[i], base, to, path))
			so = look(r, list[i], path, memory);
		lost |= so < 0;
		if (so > 0) {
			list[i][0] = '\0'; /* no template any more */
			made++;
		}
	}
	if (!lost && count && files_make_dirs(to))
		lost = sorry(to);
	r->files += lost ? 0 : made;
	for (size_t i = 0; i < count && !lost; i++)
		if (stem(r, list[i]) && (len = place(r, list[i], base, to, path)) &&
		    (directories(path, len, list[i], base) || make(r, list[i], path, false)))
			failed = true;
	parts_free(list);
	close(memory);
	return lost || failed ? -1 : 0;
}
