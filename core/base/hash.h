/* hash - FNV-1a: a number for bytes, the same on every machine; against accidents, not against malice. */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

#define HASH_SEED 0xcbf29ce484222325

/* Goes on from `hash`, which is HASH_SEED at first. */
uint64_t hash_mem(uint64_t hash, const void *, size_t);
uint64_t hash_text(uint64_t hash, const char *);

#endif
