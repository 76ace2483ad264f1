/* random - see random.h */
#include "sys/random.h"

#include <sys/syscall.h>
#include <unistd.h>

#include "sys/clock.h"

enum { NONBLOCK = 1 }; /* GRND_NONBLOCK */

uint64_t random_bits(void)
{
	uint64_t bits;

	if (syscall(SYS_getrandom, &bits, sizeof bits, NONBLOCK) != sizeof bits)
		bits = (uint64_t)clock_wall().tv_nsec * 0x9e3779b97f4a7c15;
	return bits;
}
