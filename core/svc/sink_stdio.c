/* sink_stdio - see sink_stdio.h */
#include "svc/sink_stdio.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/bytes.h"
#include "pure/line.h"
#include "sys/pages.h"

enum { BATCH = 98304, PIPE = 262144, NOWAIT = 8 /* RWF_NOWAIT */ };

int sink_stdio_open(struct sink_stdio *s, int fd, size_t max, bool colour)
{
	struct stat st;
	int size;

	if (fstat(fd, &st))
		st.st_mode = 0;
	s->fd = fd;
	s->tty = isatty(fd);
	size = fcntl(fd, F_GETPIPE_SZ);
	if (size > 0 && size < PIPE && fcntl(fd, F_SETPIPE_SZ, PIPE) >= 0)
		size = PIPE; /* what one read makes goes with one write */
	s->pipe_size = size > 0 ? (size_t)size : 0;
	s->waits = s->tty || S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode);
	s->nowait = s->waits;
	s->taken = s->pipe_size;
	s->format.colour = s->tty && colour;
	s->mem = malloc(BATCH + BYTES_MORE + format_room(max) + 6 * 1024 * 1024);
	return s->mem ? 0 : -1;
}

void sink_stdio_head(struct sink_stdio *s, const struct line *l)
{
	format_head(&s->format, l);
}

/* What certainly fits into the pipe, if we alone write to it: its pages that are not taken. Those are at most what we
 * took since it was empty; and as two neighbours hold more than one page, they are at most twice what is in it. */
static size_t room(struct sink_stdio *s)
{
	int used;
	size_t most;

	if (ioctl(s->fd, FIONREAD, &used) || used < 0)
		return 0;
	most = used ? 2 * (size_t)used + 2 * PIPE_BUF : 0;
	if (s->taken > most)
		s->taken = most;
	return s->taken < s->pipe_size ? s->pipe_size - s->taken : 0;
}

/* How much may go with one write. */
static size_t portion(struct sink_stdio *s)
{
	size_t left = s->len - s->at, most;

	if (!s->waits || left <= PIPE_BUF)
		return left;
	most = s->pipe_size && !s->shared ? room(s) : 0;
	if (most < PIPE_BUF)
		most = PIPE_BUF;
	if (left <= most)
		return left;
	for (size_t n = most; n; n--)
		if (s->mem[s->at + n - 1] == '\n')
			return n;
	return most;
}

/* Whether it would wait is known before, or from EAGAIN. */
static ssize_t put(struct sink_stdio *s, size_t len)
{
	struct iovec part = {.iov_base = s->mem + s->at, .iov_len = len};
	struct pollfd p = {.fd = s->fd, .events = POLLOUT};
	ssize_t n;

	if (s->nowait) {
		n = syscall(SYS_pwritev2, s->fd, &part, 1L, -1L, -1L, (long)NOWAIT);
		if (n >= 0 || (errno != EOPNOTSUPP && errno != ENOSYS && errno != EINVAL))
			return n;
		s->nowait = false;
	}
	if (s->waits && poll(&p, 1, 0) == 0) {
		errno = EAGAIN;
		return -1;
	}
	return write(s->fd, part.iov_base, len);
}

static void failed(struct sink_stdio *s)
{
	s->error = errno;
	s->full = errno == ENOSPC || errno == EDQUOT;
	s->stuck = s->full || errno == EAGAIN;
	s->closed = !s->stuck;
}

int sink_stdio_write(struct sink_stdio *s)
{
	s->stuck = s->full = false;
	while (s->at < s->len && !s->stuck && !s->closed) {
		ssize_t done = put(s, portion(s));
		if (done >= 0) {
			s->at += (size_t)done;
			s->taken += ((size_t)done + PIPE_BUF - 1) / PIPE_BUF * PIPE_BUF;
		} else if (errno != EINTR) {
			failed(s);
		}
	}
	if (s->stuck)
		return -1;
	s->at = s->len = 0;
	return 0;
}

void sink_stdio_lines(struct sink_stdio *s, struct lines *l)
{
	if (!s->closed && !s->open)
		s->len = (size_t)(format_lines(&s->format, l, s->mem + s->len, s->mem + BATCH) - s->mem);
}

void sink_stdio_put(struct sink_stdio *s, const struct line *l)
{
	if (s->closed)
		return;
	if (s->open && s->open != l->service)
		s->mem[s->len++] = '\n';
	s->len = (size_t)(format_line(&s->format, l, s->mem + s->len) - s->mem);
	if (s->format.kind == FORMAT_RAW)
		s->open = l->newline ? NULL : l->service;
	if (s->len > BATCH && !s->stuck)
		sink_stdio_write(s);
}

void sink_stdio_end(struct sink_stdio *s, const char *service)
{
	if (s->open == service)
		s->open = "";
}

void sink_stdio_rest(struct sink_stdio *s)
{
	pages_forget(s->mem, BATCH);
}
