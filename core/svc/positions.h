/* positions - how far the followed files (svc/input_files.c) have been read.
 *
 * They lie in memory that outlives a killed logd (sys/keep.h), and now and then in a file "files" for the next start of
 * the container: in $INIT_LOG_STATE, else /var/lib/initbox, else the run directory, the first that can be written to.
 * It is text: inode, device, position, hash, path. A file is known again by inode and a hash of its first bytes (an
 * inode is given to another file soon), and by device or path (a device has another number after a new mount).
 */
#ifndef SVC_POSITIONS_H
#define SVC_POSITIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

enum { POSITIONS_MAX = 256, POSITIONS_PATH = 464 };

struct position {
	uint64_t ino; /* 0: of no file */
	uint64_t dev;
	uint64_t at;            /* where the next line begins, or the next part of one */
	uint64_t head;          /* hash of the first bytes, and how many (its low 16 bits) */
	uint32_t part, part_id; /* as in struct lines */
	char path[POSITIONS_PATH];
};

/* Finds what is known; `dir` is $INIT_LOG_STATE or NULL. 0, or -1 with errno (ENOMEM). */
int positions_open(const char *dir);

/* All of them, used or not; a pointer to one stays. */
struct position *positions_at(unsigned i);

/* That of an open file, a new one if it was not known. NULL with errno: there are too many (ENOSPC), or its path is too
 * long. */
struct position *positions_of(int fd, const struct stat *, const char *path);
void positions_free(struct position *);

/* Can the file be the one that was read so far: is it long enough, and does it begin so? */
bool positions_fit(const struct position *, int fd, off_t size);

/* If not, it is read from its beginning. */
void positions_check(struct position *, int fd, off_t size);

/* Where the next line leads to; before flow_put(), and then, with whether it took the line: so that a logd which is
 * killed anywhere between goes on behind it or with it. */
void positions_next(struct position *, uint64_t at, unsigned part, unsigned part_id);
void positions_step(bool taken);

/* More of it was read: its first bytes are kept too. */
void positions_head(struct position *, int fd);

/* Writes the file. */
void positions_save(void);

#endif
