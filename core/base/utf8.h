/* utf8 - characters of more than one byte. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stddef.h>

/* The bytes of the character at p, of which `left` (at least 1) are there: 2 to 4; 0 if it is none, or ASCII (RFC 3629:
 * shortest form, no surrogates). */
size_t utf8_length(const char *p, size_t left);

#endif
