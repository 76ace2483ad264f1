/* paths - see paths.h */
#include "sys/paths.h"

#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "base/glob.h"
#include "sys/files.h"

static char path[PATH_MAX];

/* The directory that the first `len` bytes of the path are. */
static void on_way(const struct paths *p, size_t len, bool names)
{
	char behind = path[len];

	if (!p->on_way)
		return;
	path[len] = '\0';
	p->on_way(len ? path : "/", names);
	path[len] = behind;
}

/* A component behind the first `len` bytes: the new length, 0: too long. */
static size_t append(size_t len, const char *name, size_t name_len)
{
	if (len + name_len + 2 > sizeof path)
		return 0;
	path[len] = '/';
	memcpy(path + len + 1, name, name_len);
	len += name_len + 1;
	path[len] = '\0';
	return len;
}

/* `rest`: the components still to come, each with its slash. */
static void walk(const struct paths *p, size_t len, const char *rest)
{
	size_t name_len = strcspn(rest + 1, "/"), more;
	const char *name = rest + 1, *behind = name + name_len, *n;
	struct files_walk w = {.fd = -1};

	if (strcspn(name, "*?[") >= name_len) {
		more = append(len, name, name_len);
		if (!*behind || !more || access(path, F_OK))
			on_way(p, len, true);
		else
			on_way(p, more, false);
		if (more && *behind)
			walk(p, more, behind);
		else if (more)
			p->found(path);
		return;
	}
	on_way(p, len, true);
	path[len] = '\0';
	w.fd = files_open_dir(AT_FDCWD, len ? path : "/");
	if (w.fd < 0) {
		if (p->failed)
			p->failed(path);
		return;
	}
	while ((n = files_next(&w))) {
		if ((*n == '.' && *name != '.') || !glob_fits(name, name_len, n, strlen(n)) ||
		    !(more = append(len, n, strlen(n))))
			continue;
		if (*behind)
			walk(p, more, behind);
		else
			p->found(path);
	}
	close(w.fd);
}

void paths_walk(const struct paths *p, const char *pattern)
{
	walk(p, 0, pattern);
}
