/* keep - see keep.h */
#include "sys/keep.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/fmt.h"
#include "sys/pages.h"

enum { PIECES = 63, MARK = 0x6b656570, PAGE = 4096 };

/* The file's first page. A piece is there once `count` says so. */
struct directory {
	uint32_t mark, count;
	struct {
		char name[KEEP_NAME];
		uint64_t offset, size;
	} pieces[PIECES];
};

_Static_assert(sizeof(struct directory) <= PAGE, "the directory has one page");

static int file = -1;
static struct directory *dir;

static void *map(size_t size, off_t offset)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, file < 0 ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED, file,
	               offset);

	return p == MAP_FAILED ? NULL : p;
}

void keep_open(int fd)
{
	file = fd;
	dir = NULL;
	if (fd < 0 || fcntl(fd, F_GET_SEALS) < 0 || (lseek(fd, 0, SEEK_END) < PAGE && ftruncate(fd, PAGE)) ||
	    !(dir = map(PAGE, 0))) {
		file = -1;
		return;
	}
	if (dir->mark == MARK)
		return;
	dir->count = 0;
	dir->mark = MARK;
}

bool keep_lasts(void)
{
	return dir;
}

void *keep_piece(const char *name, size_t size, bool *old)
{
	uint64_t end = PAGE;
	uint32_t i;
	void *p;

	*old = false;
	if (!dir)
		return map(size, 0);
	for (i = 0; i < dir->count; i++) {
		if (strcmp(dir->pieces[i].name, name) == 0 && dir->pieces[i].size == size) {
			*old = true;
			return map(size, (off_t)dir->pieces[i].offset);
		}
		end = dir->pieces[i].offset + ((dir->pieces[i].size + PAGE - 1) & ~(uint64_t)(PAGE - 1));
	}
	if (i == PIECES || fmt_into(dir->pieces[i].name, KEEP_NAME, "%s", name)) {
		errno = ENOSPC;
		return NULL;
	}
	dir->pieces[i].offset = end;
	dir->pieces[i].size = size;
	if (ftruncate(file, (off_t)(end + size)) || !(p = map(size, (off_t)end)))
		return NULL;
	__atomic_store_n(&dir->count, i + 1, __ATOMIC_RELEASE);
	return p;
}

const void *keep_recorded(const void *piece, size_t size)
{
	return (const char *)piece + 8 + (*(const uint32_t *)piece & 1) * size;
}

/* What a process wrote before it was killed is there, in the order in which it wrote: the release is to the compiler.
 */
void keep_record(void *piece, const void *record, size_t size)
{
	uint32_t *which = piece, other = *which ^ 1;

	memcpy((char *)piece + 8 + (other & 1) * size, record, size);
	__atomic_store_n(which, other, __ATOMIC_RELEASE);
}

void keep_forget(void *mem, size_t len)
{
	if (file < 0)
		pages_forget(mem, len);
	else
		pages_remove(mem, len);
}
