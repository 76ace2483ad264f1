/* spool - see spool.h */
#include "sys/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PAGE = 4096 };

int spool_open(struct spool *s, const char *path, size_t size)
{
	struct stat st;
	int err;

	s->mem = MAP_FAILED;
	s->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
	if (s->fd < 0)
		return -1;
	if (flock(s->fd, LOCK_EX | LOCK_NB) == 0 && fstat(s->fd, &st) == 0) {
		s->size = st.st_size >= 2 * PAGE ? (size_t)st.st_size & ~(size_t)(PAGE - 1) : size;
		if (((size_t)st.st_size == s->size || ftruncate(s->fd, (off_t)s->size) == 0) &&
		    spool_reserve(s, 0, PAGE) == 0)
			s->mem = mmap(NULL, s->size, PROT_READ | PROT_WRITE, MAP_SHARED, s->fd, 0);
	}
	if (s->mem != MAP_FAILED)
		return 0;
	err = errno;
	close(s->fd);
	s->fd = -1;
	errno = err;
	return -1;
}

int spool_reserve(struct spool *s, size_t from, size_t len)
{
	return fallocate(s->fd, 0, (off_t)from, (off_t)len);
}

void spool_forget(struct spool *s, size_t from, size_t len)
{
	fallocate(s->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)from, (off_t)len);
}
