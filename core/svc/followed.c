/* followed - see followed.h */
#include "svc/followed.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pure/line.h"
#include "pure/lines.h"
#include "svc/flow.h"
#include "svc/positions.h"
#include "sys/clock.h"
#include "sys/pages.h"

enum { READ = 65536, INFO = 6 };

struct followed *followed_all;
static char *mem; /* a line and READ bytes */
static size_t line_max, most;
static bool big;

int followed_open(size_t max)
{
	line_max = max < FLOW_TEXT_MAX ? max : FLOW_TEXT_MAX;
	most = line_max + READ;
	mem = malloc(most);
	return mem ? 0 : -1;
}

struct followed *followed_find(const struct stat *st)
{
	struct followed *f = followed_all;

	while (f && (f->dev != st->st_dev || f->ino != st->st_ino))
		f = f->next;
	return f;
}

struct followed *followed_add(const char *service, const char *path, const struct stat *st, const void *of)
{
	const char *name = service ? service : strrchr(path, '/') + 1;
	struct followed *f = calloc(1, sizeof *f + strlen(name) + 1), **end = &followed_all;

	if (!f)
		return NULL;
	f->of = of;
	f->fd = f->watch = -1;
	f->dev = st->st_dev;
	f->ino = st->st_ino;
	for (size_t i = 0; name[i]; i++)
		f->service[i] = (unsigned char)name[i] < 0x20 || name[i] == 0x7f ? '?' : name[i];
	while (*end)
		end = &(*end)->next;
	*end = f;
	return f;
}

void followed_follow(struct followed *f, struct position *p, int fd)
{
	f->pos = p;
	f->fd = fd;
	f->ready = true;
	flow_known(f->service);
}

int followed_start(struct followed *f, const char *path)
{
	struct position *p = NULL;
	struct stat st;
	int fd = open(path, FOLLOWED_OPEN), err;

	if (fd >= 0 && fstat(fd, &st) == 0 && st.st_dev == f->dev && st.st_ino == f->ino)
		p = positions_of(fd, &st, path);
	if (p) {
		followed_follow(f, p, fd);
		return 0;
	}
	err = errno;
	if (fd >= 0)
		close(fd);
	errno = err;
	return -1;
}

void followed_forget(struct followed **at)
{
	struct followed *f = *at;

	*at = f->next;
	if (f->pos) {
		close(f->fd);
		positions_free(f->pos);
	}
	free(f);
}

bool followed_left(const struct followed *f)
{
	struct stat st;

	if (stat(f->pos->path, &st))
		return errno == ENOENT || errno == ENOTDIR;
	return st.st_dev != f->dev || st.st_ino != f->ino;
}

bool followed_waits(const struct followed *f)
{
	for (const struct followed *old = followed_all; old && (old != f || !f->gone); old = old->next)
		if (old != f && old->gone && old->ready && strcmp(old->pos->path, f->pos->path) == 0)
			return true;
	return false;
}

int followed_read(struct followed *f, struct flow_input *in, bool end)
{
	struct position *p = f->pos;
	struct lines l = {.at = mem, .fresh = mem, .max = line_max, .part = p->part, .part_id = p->part_id};
	struct line line = {.time = clock_wall(), .service = f->service, .stream = LINE_STDOUT, .severity = INFO};
	const char *begin;
	struct stat st;
	uint64_t from;
	off_t hole;
	bool taken;
	ssize_t n;

	if (fstat(f->fd, &st) == 0)
		positions_check(p, f->fd, st.st_size);
	if (!p->at && (hole = lseek(f->fd, 0, SEEK_DATA)) > 0)
		p->at = (uint64_t)hole;
	from = p->at;
	n = pread(f->fd, mem, most, (off_t)from);
	l.end = mem + (n > 0 ? n : 0);
	f->ready = n == (ssize_t)most;
	big = big || n > READ / 8;
	/* who does not append writes on where it was after its file was cut to nothing: before that there is no line */
	while (!p->head && l.at < l.end && !*l.at)
		l.fresh = ++l.at;
	p->at = from + (uint64_t)(l.at - mem);
	begin = l.at;
	while (lines_next(&l, &line) || (end && !f->ready && lines_rest(&l, &line))) {
		positions_next(p, from + (uint64_t)(l.at - mem), l.part, l.part_id);
		taken = flow_put(in, &line);
		positions_step(taken);
		if (!taken) {
			f->ready = true;
			return -1;
		}
		f->ticks = 0;
	}
	if (l.at != begin)
		positions_head(p, f->fd);
	return l.at != begin;
}

void followed_calm(void)
{
	if (big)
		pages_forget(mem, most);
	big = false;
}
