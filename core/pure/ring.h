/* ring - a queue of records in one piece of memory, which may be a file's, and may be found again as a dead process
 * left it.
 *
 * The memory is a page of struct ring_head and then `size` bytes, in which records lie one behind the other: their
 * length, a check of it, of their bytes and of their position, and the bytes, padded to 8. A record does not wrap: what
 * is left at the end is skipped. Positions count bytes since the ring was made; in memory, a position lies at its rest
 * of a division by `size`. Between any two stores the ring makes sense: what is half written is not within it yet.
 * After the machine has crashed a ring in a file may have holes: they are found by their checks, and skipped.
 */
#ifndef PURE_RING_H
#define PURE_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	RING_HEAD = 4096,
	RING_SHARE = 8, /* a record takes at most such a part of the ring, so that half of it always has room for one */
};

/* What is kept beside the records. */
struct ring_head {
	uint64_t mark, size;
	uint64_t first, end;                   /* positions: of the oldest record, behind the newest */
	uint64_t dropped, sent, acked, resent; /* the owner's counters */
};

struct ring {
	struct ring_head *head; /* the memory is the caller's; NULL: not open */
	char *mem;
	uint64_t count; /* records in it */
};

/* Takes memory of RING_HEAD and `size` bytes (a multiple of 8), all zeros or found again: then what is in it stays,
 * unless it was of another size. */
void ring_open(struct ring *, void *mem, size_t size);

/* Bytes that are free, in all. */
uint64_t ring_free(const struct ring *);

/* The position behind a record of that length, if it were added now. 0: it cannot. */
uint64_t ring_behind(const struct ring *, size_t len);

/* Appends a copy. false: there is no room. */
bool ring_add(struct ring *, const char *record, size_t len);

/* The record at a position from `first` on, which moves behind it. NULL: none. */
const char *ring_next(const struct ring *, uint64_t *at, size_t *len);

/* The oldest record is done. */
void ring_drop(struct ring *);

#endif
