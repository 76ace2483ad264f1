/* spool - a file used as memory, which outlives the container.
 *
 * It is sparse: before a piece is written to it must be reserved, so that a full disk is an error there and no signal
 * at the write; what is needed no more is given back. One process at a time has it. What was written survives that
 * process and everything but a crash of the machine, which may cost what the kernel had not written back yet (some 30
 * s).
 */
#ifndef SYS_SPOOL_H
#define SYS_SPOOL_H

#include <stddef.h>

struct spool {
	int fd; /* -1: not open */
	char *mem;
	size_t size;
};

/* Opens the file, or makes it of that size (mode 0600); one that is there keeps its own. 0, or -1 with errno
 * (EWOULDBLOCK: another process has it). */
int spool_open(struct spool *, const char *path, size_t size);

/* 0, or -1 with errno. */
int spool_reserve(struct spool *, size_t from, size_t len);

/* What lies in these pages reads as zeros. */
void spool_forget(struct spool *, size_t from, size_t len);

#endif
