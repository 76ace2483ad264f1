/* pstate - see pstate.h */
#include "sys/pstate.h"

#include <errno.h>
#include <grp.h>
#include <unistd.h>

static int limit(int which, rlim_t soft)
{
	struct rlimit r;

	if (getrlimit(which, &r))
		return -1;
	r.rlim_cur = soft < r.rlim_max ? soft : r.rlim_max;
	return setrlimit(which, &r);
}

int pstate_apply(const struct pstate *p)
{
	if (p->root && (chroot(p->root) || chdir("/")))
		return -1;
	if (p->dir && chdir(p->dir))
		return -1;
	errno = 0;
	if (p->set_nice && nice(p->nice) == -1 && errno)
		return -1;
	if (p->set_user && (setgroups(p->group_count, p->groups) || setgid(p->gid) || setuid(p->uid)))
		return -1;
	for (int i = 0; i < PSTATE_LIMITS; i++)
		if (p->limits[i].set && limit(i, p->limits[i].soft))
			return -1;
	return 0;
}
