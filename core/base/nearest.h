/* nearest - did you mean …? */
#ifndef BASE_NEAREST_H
#define BASE_NEAREST_H

#include <stdbool.h>

/* What *least begins with: two letters to change, add, drop or swap with their neighbour are the most. */
enum { NEAREST_NONE = 3 };

/* Is that known name nearer to the word than all before? Then *least is lowered. Names over 31 bytes are never near. */
bool nearest_better(const char *word, const char *known, unsigned *least);

#endif
