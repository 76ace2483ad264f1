/* logfile - see logfile.h */
#include "svc/logfile.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/msg.h"
#include "sys/clock.h"

enum { RETRY_MS = 1000 };

void (*logfile_say)(const char *, ...) = msg_error;

/* Does a line that ends there end its file? */
static bool is_last(const struct logfile *f, uint64_t end)
{
	return f->max && f->max >= f->slack && end >= f->max - f->slack;
}

/* How much may go with one write: not more than the file may hold, and to the end of its last line. */
static size_t portion(const struct logfile *f)
{
	size_t n = (size_t)(f->end - f->at);
	const char *from = f->at, *newline;

	if (f->max && !f->whole && n > f->max - f->size)
		n = (size_t)(f->max - f->size);
	if (!f->due && !is_last(f, f->size + n))
		return n;
	if (!f->due && f->max > f->size + f->slack)
		from += f->max - f->slack - f->size - 1;
	newline = bytes_find(from, f->at + n, '\n');
	return newline < f->at + n ? (size_t)(newline + 1 - f->at) : n;
}

static int put(struct logfile *f)
{
	ssize_t n = write(f->fd, f->at, portion(f));

	if (n < 0)
		return -1;
	f->at += n;
	f->size += (size_t)n;
	f->inside = n && f->at[-1] != '\n';
	f->due = f->due || (n && !f->inside && is_last(f, f->size));
	return 0;
}

static bool must_rotate(const struct logfile *f)
{
	if (f->inside && f->whole)
		return f->fd < 0;
	return f->fd < 0 || (f->due && !f->inside) || (f->max && f->size >= f->max && f->at < f->end);
}

static bool try_again(struct logfile *f)
{
	return errno == EINTR || ((errno == ENOSPC || errno == EDQUOT) && f->make_room && f->make_room(f));
}

int logfile_write(struct logfile *f)
{
	int failed = 0;

	loop_at(&f->again, 0);
	while (!failed && (must_rotate(f) || f->at < f->end)) {
		errno = 0;
		if (must_rotate(f))
			failed = f->rotate(f);
		else if (put(f) && !try_again(f))
			failed = -1;
	}
	f->stuck = failed;
	if (!failed) {
		f->told = false;
		return 0;
	}
	f->error = errno;
	if (f->error == EINPROGRESS)
		return -1;
	if (!f->told)
		logfile_say("%s: cannot write current: %s; tried again until it can be", f->name, strerror(f->error));
	f->told = true;
	loop_at(&f->again, clock_ms() + RETRY_MS);
	return -1;
}

void logfile_again(struct loop_timer *t)
{
	struct logfile *f = container_of(t, struct logfile, again);

	if (logfile_write(f) == 0)
		f->moved(f);
}
