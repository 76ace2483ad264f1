/* bytes - looking through and copying short runs of bytes, the inner loops of a log.
 *
 * musl's memchr looks at single bytes on an aligned word's edges and its memcpy starts slowly (rep movs): on lines of
 * 90 bytes these take 5 and 2 times less. SSE2 where there is any, a word at a time elsewhere.
 */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include <stddef.h>

enum { BYTES_MORE = 16 };

/* The first c in [p, end), or end. */
const char *bytes_find(const char *p, const char *end, char c);

/* The first that is one of the n in the set. */
const char *bytes_find_any(const char *p, const char *end, const char *set, size_t n);

/* Copies from [*from, end) until a byte that a JSON string cannot hold as it is, or that is not ASCII, and moves *from
 * to it, or to end. Plain are 0x20 to 0x7e without " and \. Returns the end of what it wrote; BYTES_MORE bytes behind
 * it may be overwritten. */
char *bytes_copy_plain(char *to, const char **from, const char *end);

/* Copies whole lines from [*at, end) to [to, room), each behind the head, and moves *at behind them: until one has no
 * newline within its first `most` bytes, or there is no room for it. Returns the end of what it wrote; up to BYTES_MORE
 * bytes behind room may be overwritten, and as many behind the head are read. */
char *bytes_prefix(char *to, const char *room, const char *head, size_t head_len, const char **at, const char *end,
                   size_t most);

/* Copies n bytes, which do not overlap. Returns to + n. */
char *bytes_copy(char *to, const char *from, size_t n);

#endif
