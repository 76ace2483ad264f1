/* queue - see queue.h */
#include "svc/queue.h"

#include <limits.h>
#include <sys/stat.h>

#include "base/fmt.h"
#include "sys/keep.h"

/* Space is reserved and given back in such pieces. */
enum { PIECE = 8 << 10 };

static void open_ring(struct queue *q, void *mem, size_t size)
{
	ring_open(&q->ring, mem, (size - RING_HEAD) & ~(size_t)7);
	q->reserved = q->ring.head->end;
	q->given = q->ring.head->first;
}

int queue_open(struct queue *q, const char *name, size_t size)
{
	bool old;
	void *mem = keep_piece(name, size, &old);

	q->spool.fd = -1;
	if (!mem)
		return -1;
	open_ring(q, mem, size);
	return 0;
}

int queue_open_spool(struct queue *q, const char *dir, const char *name, size_t size)
{
	char path[PATH_MAX];

	mkdir(dir, 0700);
	if (fmt_into(path, sizeof path, "%s/%s", dir, name) || spool_open(&q->spool, path, size))
		return -1;
	open_ring(q, q->spool.mem, q->spool.size);
	return 0;
}

static void forget(struct queue *q, size_t from, size_t len)
{
	if (q->spool.fd < 0)
		keep_forget(q->ring.mem + from, len);
	else
		spool_forget(&q->spool, RING_HEAD + from, len);
}

/* The piece that begins at a position: from where in memory, and how long; it does not wrap. */
static size_t piece(const struct queue *q, uint64_t at, size_t *from)
{
	size_t size = q->ring.head->size, n;

	*from = at % size;
	n = PIECE - *from % PIECE;
	return n < size - *from ? n : size - *from;
}

/* Space on the disk for what is to be written. */
static bool reserve(struct queue *q, uint64_t behind)
{
	size_t from, n;

	for (; q->spool.fd >= 0 && q->reserved < behind; q->reserved += n) {
		n = piece(q, q->reserved, &from);
		if (spool_reserve(&q->spool, RING_HEAD + from, n))
			return false;
	}
	return true;
}

bool queue_add(struct queue *q, const char *record, size_t len)
{
	uint64_t behind = ring_behind(&q->ring, len), size = q->ring.head->size;

	/* what was not given back yet must not be written to: it would be given back with what is new. Nor reserved. */
	if (!behind || behind + PIECE > q->given + size || !reserve(q, behind))
		return false;
	return ring_add(&q->ring, record, len);
}

void queue_drop(struct queue *q)
{
	size_t from, n;

	ring_drop(&q->ring);
	for (; q->given + (n = piece(q, q->given, &from)) <= q->ring.head->first; q->given += n)
		forget(q, from, n);
}
