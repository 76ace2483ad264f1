/* pstate - process state: what a program shall run as. chpst's options, and later a unit's or a crontab's.
 *
 * Filled by the caller (or by applets/chpst.c from its options), applied by pstate_apply() in the process that will
 * exec. Zeroed means: change nothing.
 */
#ifndef SYS_PSTATE_H
#define SYS_PSTATE_H

#include <stdbool.h>
#include <sys/resource.h>
#include <sys/types.h>

enum { PSTATE_GROUPS_MAX = 64, PSTATE_LIMITS = 16 };

struct pstate {
	bool set_user; /* uid, gid and groups below are meant */
	uid_t uid;
	gid_t gid;
	gid_t groups[PSTATE_GROUPS_MAX]; /* supplementary, instead of all inherited ones */
	size_t group_count;
	const char *root; /* chroot(2) there, then chdir("/") */
	const char *dir;  /* then chdir */
	bool set_nice;
	int nice; /* increment */
	struct {
		bool set;
		rlim_t soft;
	} limits[PSTATE_LIMITS]; /* by RLIMIT_ number; never above the hard limit */
};

/* Order: root, dir, nice, groups, gid, uid, limits (runit's, supervision.md 2.4). 0, or -1 with errno. */
int pstate_apply(const struct pstate *);

#endif
