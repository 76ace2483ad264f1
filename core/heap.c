/* heap - malloc(3) and its family for a program of one thread, in place of musl's (which is 9 kB and two pages more).
 *
 * Small blocks come in steps of 16 bytes from regions that only grow; freed ones wait in a list of their size. Large
 * ones are mappings of their own, given back at once. Sizes are kept in the 8 bytes before the block, so that blocks
 * lie on 16-byte boundaries and a block of 8, 24, 40 … bytes wastes none. Not linked into the unit tests, whose
 * sanitizers bring their own.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { STEP = 16, HEAD = 8, SMALL_MAX = 1024, REGION = 64 * 1024, PAGE = 4096 };

/* A small block's size, head included, is a multiple of STEP; a mapping's has its lowest bit set. */
static size_t *head(void *p)
{
	return (size_t *)p - 1;
}

static void *free_lists[SMALL_MAX / STEP + 1];
static char *region, *region_end;

static void *map(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

static void *small(size_t size)
{
	void **list = &free_lists[size / STEP], *p = *list;

	if (p) {
		memcpy(list, p, sizeof *list);
		return p;
	}
	if (size > (size_t)(region_end - region)) {
		char *more = map(REGION);
		if (!more)
			return NULL;
		region = more + HEAD; /* heads at 8, blocks at 16 */
		region_end = more + REGION - HEAD;
	}
	p = region + HEAD;
	region += size;
	*head(p) = size;
	return p;
}

static size_t mapping(size_t n)
{
	return (n + 2 * HEAD + PAGE - 1) & ~(size_t)(PAGE - 1);
}

/* Not malloc itself: the compiler takes what that returns for unwritten, its head included. */
static void *get(size_t n)
{
	size_t size;
	char *p;

	if (n > PTRDIFF_MAX) {
		errno = ENOMEM;
		return NULL;
	}
	size = (n + HEAD + STEP - 1) & ~(size_t)(STEP - 1);
	if (size <= SMALL_MAX)
		return small(size);
	size = mapping(n);
	p = map(size);
	if (!p)
		return NULL;
	p += 2 * HEAD;
	*head(p) = size | 1;
	return p;
}

void *malloc(size_t n)
{
	return get(n);
}

void free(void *p)
{
	if (!p)
		return;
	if (*head(p) & 1) {
		munmap((char *)p - 2 * HEAD, *head(p) & ~(size_t)1);
		return;
	}
	memcpy(p, &free_lists[*head(p) / STEP], sizeof(void *));
	free_lists[*head(p) / STEP] = p;
}

void *calloc(size_t n, size_t each)
{
	size_t size;
	void *p = NULL;

	if (__builtin_mul_overflow(n, each, &size))
		errno = ENOMEM;
	else
		p = get(size);
	if (p && !(*head(p) & 1))
		memset(p, 0, size);
	return p;
}

void *realloc(void *old, size_t n)
{
	size_t have;
	void *p;

	if (!old)
		return get(n);
	have = (*head(old) & ~(size_t)1) - (*head(old) & 1 ? 2 * HEAD : HEAD);
	if (n <= have)
		return old;
	if (*head(old) & 1 && n <= PTRDIFF_MAX) {
		p = mremap((char *)old - 2 * HEAD, *head(old) & ~(size_t)1, mapping(n), MREMAP_MAYMOVE);
		if (p == MAP_FAILED)
			return NULL;
		p = (char *)p + 2 * HEAD;
		*head(p) = mapping(n) | 1;
		return p;
	}
	p = get(n);
	if (!p)
		return NULL;
	memcpy(p, old, have);
	free(old);
	return p;
}
