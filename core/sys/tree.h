/* tree - a directory and all below it, made as it should be: owner, mode, contents. Never out of it: links are not
 * followed, and no name is looked up twice (each step is by descriptor, so nobody can put a link in between). What is
 * right already is not touched.
 */
#ifndef SYS_TREE_H
#define SYS_TREE_H

#include <stdbool.h>
#include <sys/types.h>

/* What it shall be, and what was done. Zero counts at first. */
struct tree {
	uid_t uid;   /* -1: as it is */
	gid_t gid;   /* -1 */
	mode_t mode; /* (mode_t)-1: as it is */
	bool masked; /* systemd's ~: of files without x bits none are given, and so on */
	unsigned long seen, changed, failed;
	void (*failure)(const char *path); /* errno; it goes on */
};

/* Opens a directory to work in, its path's last component not through a link. A descriptor (O_PATH), or -1 with errno.
 */
int tree_open(const char *path);

/* Owner and mode of what is there, and with `deep` of all below. 0, or -1 with errno: nothing could be begun. */
int tree_set(struct tree *, const char *path, bool deep);

/* Copies what is missing below `to` from `from` (files, directories, links; modes kept), with t's owner. */
int tree_copy(struct tree *, const char *from, const char *to);

/* Removes all below, and with `self` itself too. Stays on its file system. */
int tree_remove(struct tree *, const char *path, bool self);

#endif
