/* watch - notices that something changed about what a path leads to: a file, a directory and the names in it, the links
 * on the way there, the first piece that is missing. inotify; one watch a process.
 */
#ifndef SYS_WATCH_H
#define SYS_WATCH_H

#include <stdbool.h>

/* Begins, or begins anew: nothing is watched yet, or any more. `changed` is called in the loop, more often than need
 * be. 0, or -1 with errno. */
int watch_open(void (*changed)(void));

/* That path too. When something has changed it may lead elsewhere: begin anew. 0, or -1 if not all changes will be
 * noticed: the kernel grants no more, or the file system is one of those. */
int watch_path(const char *);

/* Is it on a file system whose files others change without this kernel's knowing? */
bool watch_is_blind(const char *path);

#endif
