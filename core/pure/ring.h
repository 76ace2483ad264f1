/* ring - a queue of records in one piece of memory, which may be a file's and may be found again as a dead process left
 * it.
 *
 * The memory is a page of struct ring_head and `size` bytes, in which records lie one behind the other: their length, a
 * check of it, of their bytes and of their position, and the bytes, padded to 8. A record does not wrap: what is left
 * at the end is skipped. Positions count bytes since the ring was made; a position's place in memory is it modulo
 * `size`. Between any two stores the ring makes sense: a record that is half written is not yet within it.
 */
#ifndef PURE_RING_H
#define PURE_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { RING_HEAD = 4096 };

/* What is kept beside the records. */
struct ring_head {
	uint64_t mark;
	uint64_t size;
	uint64_t first, end;                /* positions: of the oldest record, behind the newest */
	uint64_t dropped;                   /* lines that found no room and are not reported yet */
	uint64_t sent, acked, resent, lost; /* the owner's counters */
};

struct ring {
	struct ring_head *head; /* the memory is the caller's */
	char *mem;
	uint64_t count; /* records in it */
};

/* Takes memory of RING_HEAD and `size` bytes (a multiple of 8), new (zeros) or found again: then what is in it stays,
 * but for records that are damaged. true: there was something of a ring of this size. */
bool ring_open(struct ring *, void *mem, size_t size);

/* Bytes of the memory, from *from, that a record of that length would be written to; 0: there is no room for it. */
size_t ring_room(const struct ring *, size_t len, size_t *from);

/* Appends a copy. false: there is no room. */
bool ring_add(struct ring *, const char *record, size_t len);

/* The record at a position from `first` on; *at moves to the next. NULL: there is none (at the end). */
const char *ring_get(const struct ring *, uint64_t *at, size_t *len);

/* The oldest record is done. An empty ring begins at the start of its memory again. */
void ring_drop(struct ring *);

#endif
