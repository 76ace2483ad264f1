/* random - bits that nobody guesses. */
#ifndef SYS_RANDOM_H
#define SYS_RANDOM_H

#include <stdint.h>

/* Does not wait: a kernel that has no entropy yet, just after it started, gives those of the clock. */
uint64_t random_bits(void);

#endif
