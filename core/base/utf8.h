/* utf8 - characters of more than a byte, as RFC 3629 has them. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stddef.h>

/* The length (2 to 4) of the character at p, of which `left` bytes (at least 1) are there; 0: there is none, or a plain
 * byte. Shortest form, no surrogates. */
size_t utf8_len(const char *p, size_t left);

#endif
