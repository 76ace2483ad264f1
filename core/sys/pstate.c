/* pstate - see pstate.h */
#include "sys/pstate.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/num.h"
#include "sys/users.h"

enum { ID_MAX = 0xfffffffe };

const char pstate_user_step[] = "set the user";

static int limit(int which, rlim_t soft)
{
	struct rlimit r;

	if (getrlimit(which, &r))
		return -1;
	r.rlim_cur = soft < r.rlim_max ? soft : r.rlim_max;
	return prlimit(0, which, &r, NULL);
}

/* A pipe belongs to the user who made it, mode 0600, and open("/dev/stdout") asks for permission anew. Writable for
 * all is not for all: the way to it, /proc/PID/fd, is barred to other users. */
static void let_reopen(int fd)
{
	struct stat st;

	if (fstat(fd, &st) == 0 && S_ISFIFO(st.st_mode) && !(st.st_mode & 0002))
		fchmod(fd, (st.st_mode & 07777) | 0222);
}

/* The calls themselves: libc's own also tell the threads that nobody here has, for 3 kB. */
int pstate_become(const struct pstate *p, const char **step)
{
	let_reopen(1);
	let_reopen(2);
	*step = "set groups";
	if (syscall(SYS_setgroups, p->group_count, p->groups))
		return -1;
	*step = "set the group";
	if (syscall(SYS_setgid, p->gid))
		return -1;
	*step = pstate_user_step;
	return (int)syscall(SYS_setuid, p->uid);
}

/* On failure *step says what could not be done, and *to whereto if that was a directory. */
static int apply(const struct pstate *p, const char **step, const char **to)
{
	*step = "change the root to ";
	*to = p->root;
	if (p->root && (chroot(p->root) || chdir("/")))
		return -1;
	*step = "change the directory to ";
	*to = p->dir;
	if (p->dir && chdir(p->dir))
		return -1;
	*to = "";
	*step = "change the nice value";
	errno = 0;
	if (p->set_nice && nice(p->nice) == -1 && errno)
		return -1;
	if (p->set_user && pstate_become(p, step))
		return -1;
	*step = "set limits";
	for (int i = 0; i < PSTATE_LIMITS; i++)
		if (p->limits[i].set && limit(i, p->limits[i].soft))
			return -1;
	return 0;
}

int pstate_apply(const struct pstate *p, struct fmt *why)
{
	const char *step, *to;

	if (apply(p, &step, &to) == 0)
		return 0;
	if (why)
		fmt_add(why, "cannot %s%s: %m", step, to);
	return -1;
}

/* The next of the words between colons, cut out of *rest; NULL behind the last. */
static char *word(char **rest)
{
	char *start = *rest, *colon;

	if (!start)
		return NULL;
	colon = strchr(start, ':');
	if (colon)
		*colon++ = '\0';
	*rest = colon;
	return start;
}

static int number(const char *text, unsigned *out)
{
	unsigned long n;

	if (num_uint(text, ID_MAX, &n))
		return -1;
	*out = (unsigned)n;
	return 0;
}

int pstate_user(struct pstate *p, const char *spec)
{
	bool numeric = *spec == ':';
	struct users_user u;
	char mem[1024], *rest = mem, *w;

	if (fmt_into(mem, sizeof mem, "%s", spec + numeric))
		return -1;
	w = word(&rest);
	if (numeric ? number(w, &p->uid) : users_find(w, &u))
		return -1;
	if (!numeric)
		p->uid = u.uid;
	p->gid = numeric ? p->uid : u.gid;
	p->group_count = 0;
	while ((w = word(&rest))) {
		gid_t *g = &p->groups[p->group_count];
		if (p->group_count == PSTATE_GROUPS_MAX) {
			errno = E2BIG;
			return -1;
		}
		if (numeric ? number(w, g) : users_group(w, g))
			return -1;
		p->group_count++;
	}
	if (p->group_count)
		p->gid = p->groups[0];
	else
		p->groups[p->group_count++] = p->gid;
	p->set_user = true;
	return 0;
}

int pstate_login(struct pstate *p, const struct users_user *u)
{
	ssize_t count = users_groups(u->name, u->gid, p->groups, PSTATE_GROUPS_MAX);

	if (count < 0)
		return -1;
	p->set_user = !geteuid() || geteuid() != u->uid;
	p->uid = u->uid;
	p->gid = u->gid;
	p->group_count = (size_t)count;
	return 0;
}
