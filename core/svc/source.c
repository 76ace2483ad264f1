/* source - see source.h */
#include "svc/source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/bytes.h"
#include "pure/line.h"
#include "pure/lines.h"

/* What a pipe left unfinished; size(len) bytes in mem. */
struct source_tail {
	uint32_t len;
	uint32_t part, part_id; /* of the line they belong to */
	char mem[];
};

static struct source **all;
static size_t count, room;
static unsigned gone;

size_t source_count(void)
{
	return count;
}

struct source *source_at(size_t i)
{
	return all[i];
}

struct source *source_find(uint32_t id)
{
	for (size_t i = 0; i < count; i++)
		if (all[i]->id == id)
			return all[i];
	return NULL;
}

struct source *source_find_pid(pid_t pid)
{
	for (size_t i = 0; i < count; i++)
		if (all[i]->pid == pid)
			return all[i];
	return NULL;
}

struct source *source_find_name(const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(all[i]->name, name) == 0)
			return all[i];
	return NULL;
}

unsigned source_gone(void)
{
	return gone;
}

struct source *source_of(struct source_pipe *p)
{
	return container_of(p - (p->stream - LINE_STDOUT), struct source, pipes);
}

static int make_room(void)
{
	struct source **more;

	if (count < room)
		return 0;
	more = realloc(all, (room * 2 + 8) * sizeof(struct source *));
	if (!more)
		return -1;
	all = more;
	room = room * 2 + 8;
	return 0;
}

static void open_pipe(struct source_pipe *p, int fd, int stream, void (*ready)(struct loop_fd *, uint32_t))
{
	p->watch = (struct loop_fd){.fd = fd, .ready = ready};
	p->stream = (uint8_t)stream;
	if (fd > STDERR_FILENO) /* stdin is not only ours */
		fcntl(fd, F_SETFL, O_NONBLOCK);
}

struct source *source_add(uint32_t id, const char *name, const int fds[2], void (*ready)(struct loop_fd *, uint32_t))
{
	size_t len = strlen(name) + 1;
	struct source *s = NULL;

	if (fds[0] < 0 && fds[1] < 0) {
		errno = EMFILE; /* they came, but did not fit into our table */
		return NULL;
	}
	errno = EEXIST;
	if (!source_find(id) && make_room() == 0)
		s = calloc(1, offsetof(struct source, name) + len);
	if (!s) {
		for (int i = 0; i < 2; i++)
			if (fds[i] >= 0)
				close(fds[i]);
		return NULL;
	}
	s->id = id;
	memcpy(s->name, name, len);
	for (char *c = s->name; *c; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			*c = '?';
	for (int i = 0; i < 2; i++)
		open_pipe(&s->pipes[i], fds[i], LINE_STDOUT + i, ready);
	all[count++] = s;
	return s;
}

/* Memory for a tail of that length: powers of two, so that one that grows byte by byte is seldom moved. */
static size_t size(size_t len)
{
	size_t n = 128;

	while (n < sizeof(struct source_tail) + len)
		n *= 2;
	return n;
}

ssize_t source_read(struct source_pipe *p, char *mem, struct lines *l)
{
	size_t want = p->ending && p->left < SOURCE_READ ? p->left : SOURCE_READ;
	char *fresh = mem + l->max;
	ssize_t n;

	do
		n = want ? read(p->watch.fd, fresh, want) : 0;
	while (n < 0 && errno == EINTR);
	if (n > 0 && p->ending)
		p->left -= (uint32_t)n;
	l->at = l->fresh = fresh;
	l->end = fresh + (n > 0 ? n : 0);
	l->part = l->part_id = 0;
	if (p->tail) {
		l->at -= p->tail->len;
		l->part = p->tail->part;
		l->part_id = p->tail->part_id;
		bytes_copy(fresh - p->tail->len, p->tail->mem, p->tail->len);
	}
	return n;
}

int source_keep(struct source_pipe *p, const struct lines *l)
{
	size_t len = (size_t)(l->end - l->at);
	struct source_tail *t = p->tail;

	if (!len) {
		free(t);
		p->tail = NULL;
		return 0;
	}
	if (!t || size(t->len) != size(len)) {
		t = realloc(t, size(len));
		if (!t)
			return -1;
		p->tail = t;
	}
	bytes_copy(t->mem, l->at, len);
	t->len = (uint32_t)len;
	t->part = l->part;
	t->part_id = l->part_id;
	return 0;
}

void source_end(struct source_pipe *p)
{
	int n = 0;

	p->ending = true;
	p->left = ioctl(p->watch.fd, FIONREAD, &n) == 0 && n > 0 ? (uint32_t)n : 0;
}

void source_close(struct source_pipe *p)
{
	struct source *s = source_of(p);
	size_t i = 0;

	loop_remove(&p->watch);
	if (p->watch.fd >= 0)
		close(p->watch.fd);
	p->watch.fd = -1;
	free(p->tail);
	p->tail = NULL;
	if (s->pipes[0].watch.fd >= 0 || s->pipes[1].watch.fd >= 0)
		return;
	while (all[i] != s)
		i++;
	all[i] = all[--count];
	free(s);
	gone++;
}
