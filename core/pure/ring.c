/* ring - see ring.h */
#include "pure/ring.h"

#include <string.h>

/* What is no record but a piece to be skipped has a length of SKIP and more. */
#define SKIP 0x80000000U
#define MARK 0x31676e6972786269ULL /* "ibxring1" */

struct record {
	uint32_t len, check;
	char bytes[];
};

static size_t padded(size_t len)
{
	return sizeof(struct record) + ((len + 7) & ~(size_t)7);
}

static struct record *record_at(const struct ring *r, uint64_t at)
{
	return (struct record *)(void *)(r->mem + at % r->head->size);
}

/* From here to the end of the memory. */
static uint64_t straight(const struct ring *r, uint64_t at)
{
	return r->head->size - at % r->head->size;
}

static uint32_t check_of(uint64_t at, uint32_t len, const char *bytes)
{
	uint64_t sum = at ^ ((uint64_t)len << 32) ^ MARK, word;
	size_t left = len & SKIP ? 0 : len;

	for (;; bytes += sizeof word) {
		size_t n = left < sizeof word ? left : sizeof word;
		word = 0;
		memcpy(&word, bytes, n);
		sum = (sum ^ word) * 0x9e3779b97f4a7c15ULL;
		sum ^= sum >> 29;
		left -= n;
		if (!left)
			return (uint32_t)(sum >> 32);
	}
}

static void write_head(const struct ring *r, uint64_t at, uint32_t len)
{
	struct record *p = record_at(r, at);

	p->len = len;
	p->check = check_of(at, len, p->bytes);
}

static void skip(const struct ring *r, uint64_t at, uint64_t behind)
{
	write_head(r, at, SKIP | (uint32_t)(behind - at));
}

/* Bytes that what lies there takes; 0: nothing sensible does. */
static uint64_t sound(const struct ring *r, uint64_t at)
{
	const struct record *p = record_at(r, at);
	uint64_t n = p->len & SKIP ? p->len & ~SKIP : padded(p->len);

	return n && n % 8 == 0 && n <= straight(r, at) && p->check == check_of(at, p->len, p->bytes) ? n : 0;
}

static void set(uint64_t *to, uint64_t value)
{
	__atomic_store_n(to, value, __ATOMIC_RELEASE);
}

/* Finds out what there is: up to `end`, with holes made to be skipped; and behind it, for a file's first page may be
 * older than the others. */
static void walk(struct ring *r)
{
	struct ring_head *h = r->head;
	uint64_t at = h->first, last = at + h->size, end = at, hole = 0, n;

	while (at < last) {
		n = sound(r, at);
		if (n && at + n <= last) {
			if (hole)
				skip(r, hole, at);
			hole = 0;
			at += n;
			if (record_at(r, at - n)->len & SKIP)
				continue;
			r->count++;
			end = at;
		} else if (at < h->end) {
			if (hole && at % h->size == 0) { /* it ends with the memory */
				skip(r, hole, at);
				hole = 0;
			}
			hole = hole ? hole : at;
			at += 8;
		} else {
			break;
		}
	}
	set(&h->end, end);
}

void ring_open(struct ring *r, void *mem, size_t size)
{
	struct ring_head *h = mem;

	*r = (struct ring){.head = h, .mem = (char *)mem + RING_HEAD};
	if (h->mark != MARK || h->size != size || h->first % 8 || h->end % 8 || h->end < h->first ||
	    h->end - h->first > size || h->end > INT64_MAX) {
		memset(h, 0, sizeof *h);
		h->size = size;
		h->first = h->end = size; /* 0 is no position */
		h->mark = MARK;
	}
	walk(r);
}

uint64_t ring_free(const struct ring *r)
{
	return r->head->size - (r->head->end - r->head->first);
}

uint64_t ring_behind(const struct ring *r, size_t len)
{
	uint64_t need = padded(len), end = r->head->end;

	if (len > r->head->size || need > r->head->size / RING_SHARE)
		return 0;
	if (need > straight(r, end))
		need += straight(r, end);
	return need <= ring_free(r) ? end + need : 0;
}

bool ring_add(struct ring *r, const char *record, size_t len)
{
	uint64_t behind = ring_behind(r, len), at = r->head->end;

	if (!behind)
		return false;
	if (behind - at > padded(len)) {
		skip(r, at, at + straight(r, at));
		at += straight(r, at);
	}
	memcpy(record_at(r, at)->bytes, record, len);
	write_head(r, at, (uint32_t)len);
	set(&r->head->end, behind);
	r->count++;
	return true;
}

const char *ring_next(const struct ring *r, uint64_t *at, size_t *len)
{
	while (*at < r->head->end) {
		const struct record *p = record_at(r, *at);
		if (!(p->len & SKIP)) {
			*at += padded(p->len);
			*len = p->len;
			return p->bytes;
		}
		*at += p->len & ~SKIP;
	}
	return NULL;
}

void ring_drop(struct ring *r)
{
	uint64_t at = r->head->first;
	size_t len;

	if (!ring_next(r, &at, &len))
		return;
	set(&r->head->first, at);
	r->count--;
}
