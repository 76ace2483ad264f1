/* bytes - see bytes.h */
#include "base/bytes.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static bool is_plain(char c)
{
	return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

/* For STEP bytes at a time: hits are 0 if none is meant, else place() is that of the first. */
#ifdef __SSE2__
#include <emmintrin.h>

enum { STEP = 16 };

typedef __m128i vector;
typedef unsigned mask;

static inline vector load(const char *p)
{
	return _mm_loadu_si128((const __m128i *)(const void *)p);
}

static inline void store(char *to, vector v)
{
	_mm_storeu_si128((__m128i *)(void *)to, v);
}

static inline unsigned hits(vector v, char c)
{
	return (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(v, _mm_set1_epi8(c)));
}

static inline unsigned not_plain(vector v)
{
	vector low = _mm_cmplt_epi8(v, _mm_set1_epi8(0x20)); /* signed: 0x80 to 0xff are below 0 */
	vector del = _mm_cmpeq_epi8(v, _mm_set1_epi8(0x7f));

	return (unsigned)_mm_movemask_epi8(_mm_or_si128(low, del)) | hits(v, '"') | hits(v, '\\');
}

static inline unsigned place(unsigned hits_mask)
{
	return (unsigned)__builtin_ctz(hits_mask);
}
#else
enum { STEP = 8 };

typedef uint64_t vector, mask;

static const uint64_t ones = UINT64_MAX / 255;

static inline vector load(const char *p)
{
	vector v;

	memcpy(&v, p, sizeof v);
	if (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__)
		v = __builtin_bswap64(v);
	return v;
}

static inline void store(char *to, vector v)
{
	if (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__)
		v = __builtin_bswap64(v);
	memcpy(to, &v, sizeof v);
}

/* The high bit of each byte below n (1 to 0x80); above the first there may be false ones, never below it. */
static inline uint64_t below(vector v, unsigned n)
{
	return (v - ones * n) & ~v & ones << 7;
}

static inline uint64_t hits(vector v, char c)
{
	return below(v ^ ones * (unsigned char)c, 1);
}

static inline uint64_t not_plain(vector v)
{
	return below(v, 0x20) | (v & ones << 7) | hits(v, 0x7f) | hits(v, '"') | hits(v, '\\');
}

static inline unsigned place(uint64_t hits_mask)
{
	return (unsigned)__builtin_ctzll(hits_mask) / 8;
}
#endif

const char *bytes_find(const char *p, const char *end, char c)
{
	for (; end - p >= STEP; p += STEP)
		if (hits(load(p), c))
			return p + place(hits(load(p), c));
	while (p < end && *p != c)
		p++;
	return p;
}

const char *bytes_find_any(const char *p, const char *end, const char *set, size_t n)
{
	if (n == 1)
		return bytes_find(p, end, *set);
	for (; end - p >= STEP; p += STEP) {
		vector v = load(p);
		mask any = 0;
		for (size_t i = 0; i < n; i++)
			any |= hits(v, set[i]);
		if (any)
			return p + place(any);
	}
	for (; p < end; p++)
		for (size_t i = 0; i < n; i++)
			if (*p == set[i])
				return p;
	return p;
}

char *bytes_copy_plain(char *to, const char **from, const char *end)
{
	const char *p = *from;

	for (; end - p >= STEP; p += STEP, to += STEP) {
		vector v = load(p);
		store(to, v);
		if (not_plain(v)) {
			*from = p + place(not_plain(v));
			return to + place(not_plain(v));
		}
	}
	while (p < end && is_plain(*p))
		*to++ = *p++;
	*from = p;
	return to;
}

char *bytes_copy(char *to, const char *from, size_t n)
{
	char *end = to + n;

	if (n >= STEP) {
		for (; n > STEP; to += STEP, from += STEP, n -= STEP)
			store(to, load(from));
		store(end - STEP, load(from + n - STEP)); /* overlaps the one before */
		return end;
	}
	while (to < end)
		*to++ = *from++;
	return end;
}

/* Copies one line of [p, end), returns behind it in the source; NULL if there is no newline. */
static const char *copy_line(char *to, const char *p, const char *end)
{
	for (; end - p >= STEP; p += STEP, to += STEP) {
		vector v = load(p);
		store(to, v);
		if (hits(v, '\n'))
			return p + place(hits(v, '\n')) + 1;
	}
	while (p < end)
		if ((*to++ = *p++) == '\n')
			return p;
	return NULL;
}

char *bytes_prefix(char *to, const char *room, const char *head, size_t head_len, const char **at, const char *end,
                   size_t most)
{
	while ((size_t)(room - to) > head_len) {
		char *text = to + head_len;
		size_t n = (size_t)(end - *at), left = (size_t)(room - text);
		const char *next;

		for (size_t i = 0; i < head_len; i += STEP)
			store(to + i, load(head + i));
		n = n < left ? n : left;
		next = copy_line(text, *at, *at + (n < most ? n : most));
		if (!next)
			break;
		to = text + (next - *at);
		*at = next;
	}
	return to;
}
