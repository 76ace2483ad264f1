/* newfile - a file's next content: written beside it as .NAME.new, which no pattern finds, then renamed into its place.
 *
 * A reader sees the old or the new content, never a part, whenever the writer dies; what a dead one left is
 * overwritten. Two writers of one path take turns (flock(2)). Links are followed first, so that a link on a read-only
 * root may lead to where there is room.
 */
#ifndef SYS_NEWFILE_H
#define SYS_NEWFILE_H

#include <stdbool.h>
#include <sys/stat.h>
#include <sys/types.h>

enum { NEWFILE_PATH = 1024 };

/* The caller's memory. */
struct newfile {
	int fd;                  /* to be written to, and read; -1: not open */
	bool was;                /* there is an old one, and it is: */
	struct stat old;         /* … never anything but a regular file */
	char path[NEWFILE_PATH]; /* where the links led to */
	char beside[NEWFILE_PATH + 5];
};

/* Begins: the new file is empty, ours, with mode 0600. 0, or -1 with errno (EINVAL: something is there that is no
 * regular file; ELOOP, ENAMETOOLONG: the links). */
int newfile_open(struct newfile *, const char *path);

/* Gives it its mode and, unless both are -1, its owner, and puts it in its place. `sync`: it shall outlive a power cut
 * too. 0, or -1 with errno: all is as before newfile_open() (EBUSY: the file is a mount point). It is closed. */
int newfile_commit(struct newfile *, mode_t, uid_t, gid_t, bool sync);

/* Takes it back; harmless if it is not open. errno is kept. */
void newfile_drop(struct newfile *);

#endif
