/* tree - a directory and all below it, made as it should be: owner, mode, contents. Never out of it: links are not
 * followed below, and what is changed is what was looked at, as both is done by one descriptor: nobody can put a link
 * or a file of another kind in between. What is right already is not touched.
 */
#ifndef SYS_TREE_H
#define SYS_TREE_H

#include <stdbool.h>
#include <sys/types.h>

/* What it shall be, and what was done. Zero counts at first. */
struct tree {
	uid_t uid;   /* -1: as it is */
	gid_t gid;   /* -1 */
	mode_t mode; /* (mode_t)-1: as it is, except that a file that changes hands is set-id no more */
	bool masked; /* ~ of tmpfiles.d(5): x, w and r only for those that have one such bit, set-id only for
	                directories */
	unsigned long seen, changed, failed;
	const char *spared;                /* this path, and all below, is left alone. NULL: none */
	void (*failure)(const char *path); /* of what is below, with errno; it goes on. NULL: it is only counted */
	dev_t device;                      /* private; and this */
	bool deep;
};

/* The directory that the path lies in: a descriptor (O_PATH), and the last component, "." for /. `make`: what is
 * missing is made, 0755. Links on the way are followed, as systemd does it: not out of a directory of another user than
 * root or us to what is not his, nor by such a link (ENOLINK). -1 with errno. */
int tree_parent(const char *path, bool make, const char **name);

/* A file in the making, in that directory: open for writing, 0600; and, unless `good` is false, in its place, where it
 * replaces another. Closes it. -1 with errno. */
int tree_new(int at);
int tree_put(int at, int fd, const char *name, bool good);

/* What errno says of a path, the two above among it. */
const char *tree_why(void);

/* Owner and mode of what is there, a link itself too, and with `deep` of all below. A file with several names is left
 * alone (EMLINK) where users may give names to files of others (fs.protected_hardlinks is not 1). 0, or -1 with errno:
 * nothing could be begun. Deeper than 512 directories: ENAMETOOLONG. */
int tree_set(struct tree *, const char *path, bool deep);

/* Copies what is missing at and below `to` from `from`; modes are kept, owners t's. A file is there as a whole or not
 * at all. 0 or -1 as above. */
int tree_copy(struct tree *, const char *from, const char *to);

/* Removes all below, and with `self` itself, whatever it is. Stays on its file system: what is mounted below stays, and
 * the directories that lead to it. 0 or -1 as above. */
int tree_remove(struct tree *, const char *path, bool self);

#endif
