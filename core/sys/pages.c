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
