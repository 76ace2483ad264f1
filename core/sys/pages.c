/* pages - see pages.h */
#include "sys/pages.h"

#include <stdint.h>
#include <sys/auxv.h>
#include <sys/mman.h>

static void advise(char *mem, size_t len, int what)
{
	uintptr_t page = getauxval(AT_PAGESZ), start = (uintptr_t)mem, end = start + len;

	start = (start + page - 1) & ~(page - 1);
	end &= ~(page - 1);
	if (start < end)
		madvise(mem + (start - (uintptr_t)mem), end - start, what);
}

void pages_forget(char *mem, size_t len)
{
	advise(mem, len, MADV_DONTNEED);
}

void pages_remove(char *mem, size_t len)
{
	advise(mem, len, MADV_REMOVE);
}

/* Not inlined: what its caller keeps is above it. */
__attribute__((noinline)) void pages_forget_stack(void)
{
	enum { DEPTH = 64 * 1024, OURS = 1024 }; /* the calls from here need some themselves */

	advise((char *)__builtin_frame_address(0) - DEPTH, DEPTH - OURS, MADV_DONTNEED);
}
