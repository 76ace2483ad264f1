/* parts - see parts.h */
#include "sys/parts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/fmt.h"
#include "base/sort.h"
#include "sys/files.h"

const char parts_leftover[] = "a leftover by its name";

/* One walk: what was found so far, and the path it is at. */
struct walk {
	parts_skipped_fn *skipped;
	unsigned flags;
	char **found;
	size_t count, room;
	struct stat above[PARTS_DEPTH_MAX + 1]; /* the directories from the first to this one's */
	char path[4096];
};

static void skip(const struct walk *w, const char *why, int err)
{
	if (w->skipped)
		w->skipped(w->path, why, err);
}

static bool leftover(const char *name)
{
	size_t len = strlen(name);

	if (len && name[len - 1] == '~')
		return true;
	for (const char *dot = name; (dot = strchr(dot, '.')); dot++)
		if (strcmp(dot, ".bak") == 0 || strcmp(dot, ".orig") == 0 || strncmp(dot, ".dpkg-", 6) == 0 ||
		    strncmp(dot, ".rpm", 4) == 0)
			return true;
	return false;
}

static int keep(struct walk *w)
{
	if (w->count + 1 >= w->room) {
		size_t room = w->room * 2 + 16;
		char **more = realloc(w->found, room * sizeof *more);
		if (!more)
			return -1;
		w->found = more;
		w->room = room;
	}
	if (!(w->found[w->count] = strdup(w->path)))
		return -1;
	w->found[++w->count] = NULL;
	return 0;
}

static int directory(struct walk *, int depth);

static bool leads_up(const struct walk *w, const struct stat *st, int depth)
{
	while (depth--)
		if (w->above[depth].st_dev == st->st_dev && w->above[depth].st_ino == st->st_ino)
			return true;
	return false;
}

static int entry(struct walk *w, const char *name, int depth)
{
	struct stat st;

	if (stat(w->path, &st)) {
		skip(w, errno == ENOENT ? "a link to nothing" : "cannot be read", errno);
		return 0;
	}
	if (S_ISDIR(st.st_mode)) {
		if (!(w->flags & PARTS_DEEP) || (!(w->flags & PARTS_ALL) && lstat(w->path, &st)) ||
		    !S_ISDIR(st.st_mode))
			return 0;
		w->above[depth] = st;
		if (depth == PARTS_DEPTH_MAX || leads_up(w, &st, depth)) {
			skip(w, "too deep", ELOOP);
		} else if (directory(w, depth + 1)) {
			if (errno == ENOMEM)
				return -1;
			skip(w, "cannot be read", errno);
		}
		return 0;
	}
	if (!S_ISREG(st.st_mode))
		skip(w, "not a regular file", 0);
	else if (!(w->flags & PARTS_ALL) && leftover(name))
		skip(w, parts_leftover, 0);
	else if (!(w->flags & (PARTS_ANY | PARTS_ALL)) && !(st.st_mode & 0111))
		skip(w, "no x bit", 0);
	else
		return keep(w);
	return 0;
}

static int directory(struct walk *w, int depth)
{
	size_t len = strlen(w->path), count;
	char **names = files_list(AT_FDCWD, w->path, &count);
	int rc = 0;

	if (!names)
		return -1;
	for (char **n = names; *n && rc == 0; n++) {
		if (**n == '.' && (!(w->flags & PARTS_ALL) || (*n)[1] == '.'))
			continue;
		if (fmt_into(w->path + len, sizeof w->path - len, "%s%s", len && w->path[len - 1] == '/' ? "" : "/",
		             *n))
			skip(w, "the path is too long", ENAMETOOLONG);
		else
			rc = entry(w, *n, depth);
		w->path[len] = '\0';
	}
	free(names);
	return rc;
}

char **parts_list(const char *dir, unsigned flags, parts_skipped_fn *skipped, size_t *count)
{
	struct walk w = {.skipped = skipped, .flags = flags};

	if (fmt_into(w.path, sizeof w.path, "%s", dir))
		return NULL;
	w.room = 16;
	w.found = calloc(w.room, sizeof *w.found);
	if (!w.found)
		return NULL;
	if (stat(dir, w.above) || directory(&w, 1)) {
		parts_free(w.found);
		return NULL;
	}
	/* "a-b" comes before "a/b" bytewise: the walk's own order is not that of the whole paths */
	sort_names(w.found, w.count);
	*count = w.count;
	return w.found;
}

void parts_free(char **paths)
{
	for (char **p = paths; *p; p++)
		free(*p);
	free(paths);
}
