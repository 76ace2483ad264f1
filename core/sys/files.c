/* files - see files.h */
#include "sys/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h> /* renameat */
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/sort.h"

static int open_file(int at, const char *path, struct stat *st)
{
	int fd = openat(at, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd < 0)
		return -1;
	if (fstat(fd, st) == 0 && S_ISREG(st->st_mode))
		return fd;
	errno = S_ISDIR(st->st_mode) ? EISDIR : EINVAL;
	close(fd);
	return -1;
}

static ssize_t read_all(int fd, char *mem, size_t cap)
{
	size_t len = 0;

	while (len < cap) {
		ssize_t n = read(fd, mem + len, cap - len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if (n == 0)
			break;
		len += (size_t)n;
	}
	return (ssize_t)len;
}

ssize_t files_read(int at, const char *path, char *mem, size_t cap)
{
	struct stat st;
	int fd = open_file(at, path, &st);
	ssize_t len;

	if (fd < 0)
		return -1;
	len = read_all(fd, mem, cap - 1);
	close(fd);
	if (len >= 0)
		mem[len] = '\0';
	return len;
}

ssize_t files_read_word(int at, const char *path, char *mem, size_t cap)
{
	ssize_t len = files_read(at, path, mem, cap);

	while (len > 0 && strchr(" \t\r\n", mem[len - 1]))
		mem[--len] = '\0';
	return len;
}

int files_write_all(int fd, const void *mem, size_t len)
{
	const char *p = mem;

	while (len) {
		ssize_t n = write(fd, p, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

int files_copy(int to, int from)
{
	char mem[1024];
	ssize_t n;

	do
		n = sendfile(to, from, NULL, 1 << 30);
	while (n > 0);
	if (n == 0 || errno != EINVAL)
		return (int)n;
	/* a device, as /dev/null, or a pipe */
	while ((n = read(from, mem, sizeof mem)) > 0)
		if (files_write_all(to, mem, (size_t)n))
			return -1;
	return (int)n;
}

int files_replace(int at, const char *path, mode_t mode, const char *text, size_t len)
{
	char new[512];
	int fd, err;

	if (fmt_into(new, sizeof new, "%s.new", path))
		return -1;
	fd = openat(at, new, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode);
	if (fd < 0)
		return -1;
	if (files_write_all(fd, text, len) == 0) {
		close(fd);
		if (renameat(at, new, at, path) == 0)
			return 0;
		fd = -1;
	}
	err = errno;
	if (fd >= 0)
		close(fd);
	unlinkat(at, new, 0);
	errno = err;
	return -1;
}

char *files_drain(int fd, size_t cap, size_t *len)
{
	char *mem = NULL;

	for (size_t have = 0;; cap *= 2) {
		char *more = realloc(mem, cap);
		ssize_t n;
		if (!more)
			break;
		mem = more;
		n = read_all(fd, mem + have, cap - 1 - have);
		if (n < 0)
			break;
		have += (size_t)n;
		if (have < cap - 1) {
			mem[have] = '\0';
			*len = have;
			return mem;
		}
	}
	free(mem);
	return NULL;
}

char *files_load(int at, const char *path, size_t *len)
{
	struct stat st;
	int fd = open_file(at, path, &st);
	char *mem;

	if (fd < 0)
		return NULL;
	/* a file of /proc says 0 bytes and may hold more */
	mem = files_drain(fd, st.st_size > 0 ? (size_t)st.st_size + 2 : 4096, len);
	close(fd);
	return mem;
}

int files_make_dirs(const char *path)
{
	char mem[PATH_MAX];

	if (fmt_into(mem, sizeof mem, "%s", path))
		return -1;
	for (char *p = mem + 1; (p = strchr(p, '/')); *p++ = '/') {
		*p = '\0';
		if (mkdir(mem, 0755) && errno != EEXIST)
			return -1;
	}
	return mkdir(mem, 0755) && errno != EEXIST ? -1 : 0;
}

int files_open_dir(int at, const char *path)
{
	return openat(at, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

const char *files_next(struct files_walk *w)
{
	for (;;) {
		const struct dirent *d = (const void *)(w->mem + w->at);
		if (w->at >= w->end) {
			w->at = 0;
			w->end = (int)syscall(SYS_getdents64, w->fd, w->mem, sizeof w->mem);
			if (w->end <= 0)
				return NULL;
			continue;
		}
		w->at += d->d_reclen;
		if (strcmp(d->d_name, ".") != 0 && strcmp(d->d_name, "..") != 0)
			return d->d_name;
	}
}

/* Two passes would race with changes of the directory: the names are gathered first, the array is made behind. */
char **files_list(int at, const char *path, size_t *count)
{
	struct files_walk w = {.fd = files_open_dir(at, path)};
	size_t len = 0, cap = 0, n = 0, room;
	char *names = NULL, *more, **list = NULL;

	if (w.fd < 0)
		return NULL;
	for (const char *name; (name = files_next(&w)); n++) {
		size_t l = strlen(name) + 1;
		if (len + l > cap) {
			more = realloc(names, cap = (cap + l) * 2 + 512);
			if (!more)
				goto out;
			names = more;
		}
		memcpy(names + len, name, l);
		len += l;
	}
	room = (n + 1) * sizeof *list;
	list = malloc(room + len);
	if (!list)
		goto out;
	more = (char *)list + room;
	if (len)
		memcpy(more, names, len);
	for (size_t i = 0; i < n; i++, more += strlen(more) + 1)
		list[i] = more;
	list[n] = NULL;
	sort_names(list, n);
	*count = n;
out:
	free(names);
	close(w.fd);
	return list;
}
