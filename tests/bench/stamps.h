/* stamps - the page that the programs of the bench write times into; the box reads it. It is the file /stamps of the
 * root that they share. Times are nanoseconds of CLOCK_MONOTONIC. */
#ifndef STAMPS_H
#define STAMPS_H

#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum { STAMPS = 8192 };

struct stamps {
	int64_t began;     /* just before the exec of PID 1 */
	int64_t reaped;    /* how long PID 1 took for the orphans, once it is not 0 */
	atomic_uint count; /* first instructions of services, restarts included */
	struct stamp {
		_Atomic int64_t at; /* 0: not written yet */
		pid_t pid;
	} of[STAMPS];
};

static inline int64_t stamps_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

static inline struct stamps *stamps_open(const char *path, int flags)
{
	int fd = open(path, O_RDWR | O_CLOEXEC | flags, 0666);
	void *map;

	if (fd < 0 || (flags && ftruncate(fd, sizeof(struct stamps))))
		return NULL;
	map = mmap(NULL, sizeof(struct stamps), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	return map == MAP_FAILED ? NULL : map;
}

static inline void stamps_put(struct stamps *s, int64_t now)
{
	struct stamp *mine = &s->of[atomic_fetch_add(&s->count, 1) % STAMPS];

	mine->pid = getpid();
	mine->at = now;
}

#endif
