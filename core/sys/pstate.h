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

struct fmt;
struct users_user;

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

/* Order: root, dir, nice, groups, gid, uid, limits (runit's). Pipes behind fd 1 and 2 stay open to the new user, so
 * that it can open /dev/stdout. 0, or -1 with errno and, unless `why` is NULL, what could not be done and errno's text
 * added to it. */
int pstate_apply(const struct pstate *, struct fmt *why);

/* The user alone. On failure *step says what could not be done: pstate_user_step for the uid. */
extern const char pstate_user_step[];
int pstate_become(const struct pstate *, const char **step);

/* Sets uid, gid and groups from a word in chpst's form: "user", "user:group:group…", or ":uid:gid:gid…" where nothing
 * is looked up. Plain numbers will do as names; a user alone has its own group only. 0, or -1 with errno: ENOENT no
 * such name, EINVAL no number, E2BIG too many groups, or why a file cannot be read. */
int pstate_user(struct pstate *, const char *spec);

/* Sets uid, gid and all groups that list the user, as a login would; changes nothing if we are that user already, who
 * may not ask for groups unless it is root. 0, or -1 with errno (E2BIG: too many). */
int pstate_login(struct pstate *, const struct users_user *);

#endif
