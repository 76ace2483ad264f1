/* glob - names by pattern: * is any run of characters, ? any one, as in *_PASSWORD; [a-z_] one of those, [!a-z] one
 * that is not; a [ without its ] means itself. */
#ifndef BASE_GLOB_H
#define BASE_GLOB_H

#include <stdbool.h>
#include <stddef.h>

/* Is all of the text as the pattern says? Other characters mean themselves. */
bool glob_fits(const char *pattern, size_t pattern_len, const char *text, size_t len);

#endif
