/* tail - see tail.h */
#include "svc/tail.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/fmt.h"
#include "svc/svdir.h"
#include "sys/files.h"
#include "sys/rundir.h"

enum { RECENT = 16384 };

/* Copies until nothing more is there. */
static int copy(int in, int out)
{
	char mem[4096];
	ssize_t n;

	while ((n = read(in, mem, sizeof mem)) > 0)
		if (files_write_all(out, mem, (size_t)n))
			return -1;
	return (int)n;
}

/* Leaves the first line of the last RECENT bytes out: it is a part. */
static void skip_old(int fd)
{
	char c = 0;

	if (lseek(fd, -RECENT, SEEK_END) >= 0)
		while (c != '\n' && read(fd, &c, 1) == 1)
			;
}

/* The working directory is svlogd's, which renames `current` when it is full and begins a new one. */
static int tail_file(int fd, bool follow, int out)
{
	_Alignas(struct inotify_event) char events[1024];
	int notify = follow ? inotify_init1(IN_CLOEXEC) : -1, next;
	struct stat a, b;

	if (follow && inotify_add_watch(notify, ".", IN_MODIFY | IN_CREATE | IN_MOVED_TO) < 0)
		return -1;
	skip_old(fd);
	for (;;) {
		if (copy(fd, out))
			return -1;
		if (!follow)
			return 0;
		next = open("current", O_RDONLY | O_CLOEXEC);
		if (next >= 0 && fstat(fd, &a) == 0 && fstat(next, &b) == 0 && a.st_ino != b.st_ino &&
		    copy(fd, out) == 0) {
			dup3(next, fd, O_CLOEXEC);
			close(next);
			continue;
		}
		close(next);
		if (read(notify, events, sizeof events) < 0)
			return -1;
	}
}

/* svc/follow.h: the name, and that this is all we ask for. */
static int ask_logd(const char *name, bool follow, int out)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	const char *run = rundir_find();
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fmt_into(to.sun_path, sizeof to.sun_path, "%s/log", run ? run : "") || fd < 0 ||
	    connect(fd, (void *)&to, sizeof to) || files_write_all(fd, name, strlen(name)) ||
	    files_write_all(fd, "\n", 1))
		return -1;
	if (!follow)
		shutdown(fd, SHUT_WR);
	return copy(fd, out);
}

int tail_service(const struct svdir *s, bool follow, int out)
{
	const char *name = strrchr(s->path, '/');
	int fd = -1;

	if (chdir(s->path) == 0 && chdir("log") == 0) {
		if (chdir("main") == 0 || errno == ENOENT)
			fd = open("current", O_RDONLY | O_CLOEXEC);
		if (fd >= 0)
			return tail_file(fd, follow, out);
	}
	return ask_logd(name ? name + 1 : s->path, follow, out);
}
