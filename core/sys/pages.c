/* pages - see pages.h */
#include "sys/pages.h"

#include <stdint.h>
#include <sys/auxv.h>
#include <sys/mman.h>

void pages_forget(char *mem, size_t len)
{
	uintptr_t page = getauxval(AT_PAGESZ), start = (uintptr_t)mem, end = start + len;

	start = (start + page - 1) & ~(page - 1);
	end &= ~(page - 1);
	if (start < end)
		madvise((char *)mem + (start - (uintptr_t)mem), end - start, MADV_DONTNEED);
}
