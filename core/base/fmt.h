/* fmt - text into memory the caller owns: no heap, no stdio, no locale.
 *
 * A struct fmt appends to a fixed buffer. What does not fit is cut and `cut` is set; the text is
 * always NUL-terminated (so a buffer of n bytes holds n - 1 characters). musl's printf would cost
 * the binary some 12 kB, most of it for floats that nobody prints.
 */
#ifndef BASE_FMT_H
#define BASE_FMT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct fmt {
	char *mem;  /* the caller's */
	size_t len; /* characters so far, without the NUL */
	size_t cap; /* size of mem */
	bool cut;   /* something did not fit */
};

void fmt_open(struct fmt *, char *mem, size_t cap);
void fmt_mem(struct fmt *, const char *, size_t);
void fmt_str(struct fmt *, const char *);
void fmt_char(struct fmt *, char);

/* Decimal, at least `width` digits, filled with zeros. */
void fmt_uint(struct fmt *, unsigned long long, unsigned width);

/* %s %c %d %u %x %o with an optional l or ll; %.*s; %N.. zero width for u as in %02u; %m is strerror(errno); %%.
 * Nothing else: an unknown conversion is copied as it stands. */
void fmt_va(struct fmt *, const char *, va_list);
__attribute__((format(printf, 2, 3))) void fmt_add(struct fmt *, const char *, ...);

/* One call for a path or a word: formats into mem, returns 0, or -1 with ENAMETOOLONG if it was cut. */
__attribute__((format(printf, 3, 4))) int fmt_into(char *mem, size_t cap, const char *, ...);

#endif
