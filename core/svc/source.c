/* source - see source.h */
#include "svc/source.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/bytes.h"
#include "pure/line.h"
#include "pure/lines.h"
#include "sys/keep.h"

enum { LEAST = 128, TAILS = 32 << 20, BIG = 8192, CLASSES = 24 };

/* A block of kept memory with a tail. It is that of its source's pipe once `id` is set, and free while that is 0. */
struct source_tail {
	uint32_t size; /* of all, a power of two; for good */
	uint32_t id, stream;
	uint32_t len;           /* of the text */
	uint32_t part, part_id; /* of the line it belongs to */
	uint32_t heading;       /* so many bytes of the text are that line's */
	bool skip, headed;      /* the pipe's */
	uint32_t next;          /* free: where the next free one of its size is */
	char mem[];             /* the source's name and a NUL; the text */
};

/* The first `top` bytes of mem are blocks. */
static struct {
	uint64_t top;
	char mem[];
} * tails;

static uint32_t unused[CLASSES]; /* the first free block of each size, and 1 */

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

static struct source_tail *block(size_t at)
{
	return (void *)(tails->mem + at);
}

/* Which size of block holds so many bytes. */
static unsigned class_of(size_t len)
{
	unsigned c = 0;

	while (((size_t)LEAST << c) < len)
		c++;
	return c;
}

static void give_back(struct source_tail *t)
{
	uint32_t *first = &unused[class_of(t->size)];

	t->id = 0;
	t->next = *first;
	*first = (uint32_t)((char *)t - tails->mem) + 1;
}

static struct source_tail *take(unsigned class)
{
	uint32_t *first = &unused[class], size = (uint32_t)LEAST << class;
	struct source_tail *t;

	if (*first) {
		t = block(*first - 1);
		*first = t->next;
		return t;
	}
	if (tails->top + size > TAILS) {
		errno = ENOMEM;
		return NULL;
	}
	t = block(tails->top);
	t->size = size;
	__atomic_store_n(&tails->top, tails->top + size, __ATOMIC_RELEASE);
	return t;
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

bool source_open_pipe(const struct source_pipe *p)
{
	return p->watch.fd >= 0 || p->tail || p->busy;
}

static bool absent(const struct source *s)
{
	return s->pipes[0].watch.fd < 0 && s->pipes[1].watch.fd < 0;
}

struct source *source_recall(uint32_t id, const char *name)
{
	size_t len = strlen(name) + 1;
	struct source *s = source_find(id);

	if (s || make_room() || !(s = calloc(1, offsetof(struct source, name) + len)))
		return s;
	s->id = id;
	memcpy(s->name, name, len);
	for (char *c = s->name; *c; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			*c = '?';
	for (int i = 0; i < 2; i++)
		open_pipe(&s->pipes[i], -1, LINE_STDOUT + i, NULL);
	all[count++] = s;
	return s;
}

struct source *source_add(uint32_t id, const char *name, const int fds[2], void (*ready)(struct loop_fd *, uint32_t))
{
	struct source *s;

	if (fds[0] < 0 && fds[1] < 0) {
		errno = EMFILE; /* they came, but did not fit into our table */
		return NULL;
	}
	s = source_recall(id, name);
	if (!s || !absent(s)) {
		for (int i = 0; i < 2; i++)
			if (fds[i] >= 0)
				close(fds[i]);
		if (s)
			errno = EEXIST;
		return NULL;
	}
	for (int i = 0; i < 2; i++)
		open_pipe(&s->pipes[i], fds[i], LINE_STDOUT + i, ready);
	return s;
}

int source_open(void)
{
	struct source_tail *t;
	struct source *s;
	bool old;

	tails = keep_piece("tails", TAILS + sizeof *tails, &old);
	if (!tails)
		return -1;
	for (uint64_t at = 0; at < tails->top && block(at)->size; at += t->size) {
		t = block(at);
		if (!t->id)
			give_back(t);
		else if ((s = source_recall(t->id, t->mem))) {
			struct source_pipe *p = &s->pipes[t->stream - LINE_STDOUT];
			p->tail = t;
			p->skip = t->skip;
			p->headed = t->headed;
		}
	}
	return 0;
}

ssize_t source_ready(struct source_pipe *p)
{
	struct pollfd look = {.fd = p->watch.fd, .events = POLLIN};
	int n = 0;

	if (p->watch.fd < 0 || (p->ending && !p->left))
		return 0;
	if (p->watch.fd <= STDERR_FILENO)
		return SOURCE_READ;
	if (ioctl(p->watch.fd, FIONREAD, &n) == 0 && n == 0 && poll(&look, 1, 0) == 1 && look.revents == POLLHUP &&
	    ioctl(p->watch.fd, FIONREAD, &n) == 0 && n == 0) /* asked again: who wrote last has left since */
		return 0;
	if (p->ending && (uint32_t)n > p->left)
		n = (int)p->left;
	return n > SOURCE_READ ? SOURCE_READ : n ? n : -1;
}

bool source_more(const struct source_pipe *p)
{
	int n = 0;

	return p->watch.fd > STDERR_FILENO || (ioctl(p->watch.fd, FIONREAD, &n) == 0 && n > 0);
}

void source_begin(const struct source_pipe *p, char *fresh, struct lines *l)
{
	const struct source_tail *t = p->tail;

	l->at = l->fresh = l->end = fresh;
	l->part = l->part_id = 0;
	l->heading_len = 0;
	if (!t)
		return;
	l->heading = l->at - t->len;
	l->heading_len = t->heading;
	l->at = l->heading + t->heading;
	l->part = t->part;
	l->part_id = t->part_id;
	bytes_copy(fresh - t->len, t->mem + strlen(t->mem) + 1, t->len);
}

ssize_t source_read(struct source_pipe *p, struct lines *l, size_t want)
{
	ssize_t n;

	do
		n = read(p->watch.fd, (char *)(uintptr_t)l->end, want);
	while (n < 0 && errno == EINTR);
	if (n > 0) {
		l->end += n;
		if (p->ending)
			p->left -= (uint32_t)n;
	}
	return n;
}

int source_keep(struct source_pipe *p, const struct lines *l)
{
	size_t rest = (size_t)(l->end - l->at), len = l->heading_len + rest;
	struct source *s = source_of(p);
	size_t name = strlen(s->name) + 1;
	unsigned class = class_of(sizeof(struct source_tail) + name + len);
	struct source_tail *t = p->tail;

	if (t && (!len || class != class_of(t->size))) {
		give_back(t);
		p->tail = t = NULL;
	}
	if (!len)
		return 0;
	if (!t && !(t = take(class)))
		return -1;
	bytes_copy(bytes_copy(bytes_copy(t->mem, s->name, name), l->heading, l->heading_len), l->at, rest);
	t->stream = p->stream;
	t->len = (uint32_t)len;
	t->part = l->part;
	t->part_id = l->part_id;
	t->heading = (uint32_t)l->heading_len;
	t->skip = p->skip;
	t->headed = p->headed;
	__atomic_store_n(&t->id, s->id, __ATOMIC_RELEASE);
	p->tail = t;
	return 0;
}

void source_calm(void)
{
	for (unsigned c = class_of(BIG); c < CLASSES; c++)
		for (uint32_t at = unused[c]; at; at = block(at - 1)->next)
			keep_forget(block(at - 1)->mem, block(at - 1)->size - sizeof(struct source_tail));
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
	if (p->tail)
		give_back(p->tail);
	p->tail = NULL;
	if (source_open_pipe(&s->pipes[0]) || source_open_pipe(&s->pipes[1]))
		return;
	while (all[i] != s)
		i++;
	all[i] = all[--count];
	free(s);
	gone++;
}
