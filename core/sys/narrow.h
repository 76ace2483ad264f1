/* narrow - fork(2) for a process with thousands of descriptors.
 *
 * fork copies the table and the child's exec closes it again: 0.4 ms a child at 7,000 descriptors. Here the child
 * shares the table at first (CLONE_FILES) and then takes only its lowest numbers along (close_range(2) with
 * CLOSE_RANGE_UNSHARE). The descriptors it needs are duplicated into low slots before; a page shared with the child
 * says when a slot may be used again. Where close_range is missing (Linux < 5.9) it copies all, as fork does.
 */
#ifndef SYS_NARROW_H
#define SYS_NARROW_H

#include <sys/types.h>

enum { NARROW_FDS = 5 };

/* Reserves the slots: call early, while few descriptors are open. 0, or -1 with errno: then fork as ever. */
int narrow_open(void);

/* As fork(2), but the child has only low descriptors. Each of fds that is not -1 is replaced, in parent and child, by
 * the number that it has in the child. */
pid_t narrow_fork(int fds[NARROW_FDS]);

/* The slots still hold what the last children got. No more: who reads from a pipe whose writers are gone sees its end.
 */
void narrow_forget(void);

#endif
