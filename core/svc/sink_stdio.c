/* sink_stdio - see sink_stdio.h */
#include "svc/sink_stdio.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/setting.h"
#include "pure/line.h"
#include "sys/keep.h"

enum { PIPE = 262144, NOWAIT = 8 /* RWF_NOWAIT */, SOMEBODY = 1 };

static size_t in_pipe(int fd)
{
	int n;

	return ioctl(fd, FIONREAD, &n) == 0 && n > 0 ? (size_t)n : 0;
}

int sink_stdio_open(struct sink_stdio *s, int fd, const char *name, const int stage[2], bool colour)
{
	struct stat st;
	bool pipe, old;

	if (fstat(fd, &st))
		st.st_mode = 0;
	pipe = S_ISFIFO(st.st_mode);
	s->fd = fd;
	s->mem = keep_piece(name, SINK_STDIO_MEM, &old);
	if (!s->mem)
		return -1;
	s->tty = isatty(fd);
	s->file = S_ISREG(st.st_mode);
	s->waits = s->tty || pipe || S_ISSOCK(st.st_mode);
	s->nowait = s->waits;
	s->format.colour = s->tty && colour;
	s->stage[0] = s->stage[1] = -1;
	if (!pipe)
		return 0;
	s->stage[0] = stage[0];
	s->stage[1] = stage[1];
	if (stage[0] < 0 && !keep_lasts() && pipe2(s->stage, O_CLOEXEC | O_NONBLOCK))
		s->stage[0] = s->stage[1] = -1;
	if (s->stage[0] >= 0)
		s->staged = in_pipe(s->stage[0]);
	for (int i = 0; i < 2; i++) { /* what one read makes goes with one write */
		int in = i ? fd : s->stage[1], size = fcntl(in, F_GETPIPE_SZ);
		if (size > 0 && size < PIPE)
			fcntl(in, F_SETPIPE_SZ, PIPE);
	}
	return 0;
}

bool sink_stdio_colour(void)
{
	return !setting_text("NO_COLOR") && !setting_is("TERM", "dumb");
}

/* Where the next byte goes. */
static off_t position(const struct sink_stdio *s)
{
	struct stat st;

	if (!(fcntl(s->fd, F_GETFL) & O_APPEND))
		return lseek(s->fd, 0, SEEK_CUR);
	return fstat(s->fd, &st) ? -1 : st.st_size;
}

size_t sink_stdio_recall(struct sink_stdio *s)
{
	size_t done = s->putting, lost = 0;
	off_t moved = s->file ? position(s) - s->offset : -1;

	if (s->stage[0] >= 0)
		done = s->staged < done ? s->staged : done;
	else if (moved >= 0 && (moved == 0 || (size_t)moved >= done || !s->shared))
		done = (size_t)moved < done ? (size_t)moved : done;
	else
		lost = done;
	s->at += done;
	s->putting = 0;
	return lost;
}

size_t sink_stdio_left(const struct sink_stdio *s)
{
	return s->len - s->at + s->staged;
}

void sink_stdio_head(struct sink_stdio *s, const struct line *l)
{
	format_head(&s->format, l);
}

/* How much may go with one write. */
static size_t portion(struct sink_stdio *s)
{
	size_t left = s->len - s->at, n = PIPE_BUF;

	if (!s->waits || left <= PIPE_BUF || (s->stage[0] >= 0 && !s->shared))
		return left;
	while (n && s->mem[s->at + n - 1] != '\n')
		n--;
	return n ? n : PIPE_BUF;
}

/* Whether it would wait is known before, or from EAGAIN. */
static ssize_t direct(struct sink_stdio *s, size_t len)
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

static void commit(struct sink_stdio *s)
{
	if (s->commit)
		s->commit(s);
}

/* Puts some of the batch on the stage, which is empty, or where it shall go. */
static ssize_t put(struct sink_stdio *s)
{
	ssize_t n;

	s->putting = portion(s);
	s->offset = s->file ? position(s) : 0;
	commit(s);
	n = s->stage[1] < 0 ? direct(s, s->putting) : write(s->stage[1], s->mem + s->at, s->putting);
	s->putting = 0;
	if (n > 0) {
		s->at += (size_t)n;
		s->staged = s->stage[1] < 0 ? 0 : (size_t)n;
	}
	commit(s);
	return n;
}

/* Where splice(2) is not to be had (a sandbox): what is on the stage are the bytes before `at`, and goes as if there
 * were none. */
static void give_up_stage(struct sink_stdio *s)
{
	s->at -= s->staged;
	if (read(s->stage[0], s->mem + s->at, s->staged) < 0)
		s->at += s->staged;
	s->staged = 0;
	s->stage[0] = s->stage[1] = -1;
	commit(s);
}

static ssize_t move(struct sink_stdio *s)
{
	ssize_t n = splice(s->stage[0], NULL, s->fd, NULL, s->staged, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);

	if (n < 0 && (errno == EINVAL || errno == ENOSYS || errno == EPERM)) {
		give_up_stage(s);
		return 0;
	}
	if (n >= 0)
		s->staged = n ? s->staged - (size_t)n : 0;
	return n;
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
	while (sink_stdio_left(s) && !s->stuck && !s->closed)
		if ((s->staged ? move(s) : put(s)) < 0 && errno != EINTR)
			failed(s);
	if (s->stuck)
		return -1;
	s->at = s->len = 0;
	return 0;
}

void sink_stdio_lines(struct sink_stdio *s, struct lines *l)
{
	if (!s->closed && !s->open)
		s->len = (size_t)(format_lines(&s->format, l, s->mem + s->len, s->mem + SINK_STDIO_BATCH) - s->mem);
}

/* A number for a name; that another has the same costs a newline. */
static uint32_t number(const char *name)
{
	uint32_t n = SOMEBODY;

	while (*name)
		n = n * 31 + (unsigned char)*name++;
	return n > SOMEBODY ? n : n + 2;
}

void sink_stdio_put(struct sink_stdio *s, const struct line *l)
{
	if (s->closed)
		return;
	if (s->open && s->open != number(l->service)) {
		s->mem[s->len++] = '\n';
		s->open = 0;
	}
	s->len = (size_t)(format_line(&s->format, l, s->mem + s->len) - s->mem);
	if (s->format.kind == FORMAT_RAW)
		s->open = l->newline ? 0 : number(l->service);
}

bool sink_stdio_full(const struct sink_stdio *s)
{
	return s->len > SINK_STDIO_BATCH;
}

void sink_stdio_end(struct sink_stdio *s, const char *service)
{
	if (s->open && s->open == number(service))
		s->open = SOMEBODY;
}

void sink_stdio_calm(struct sink_stdio *s)
{
	keep_forget(s->mem, SINK_STDIO_MEM);
}
