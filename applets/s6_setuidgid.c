/* s6-setuidgid - run a program as a user with all its groups
 *
 * config:  S6_SETUIDGID
 * group:   process state
 * install: /bin
 *
 * usage: s6-setuidgid USER PROG [ARG...]
 *        s6-setuidgid USER:GROUP PROG [ARG...]   that group alone; names or numbers
 *
 * Exits with 1 if there is no such user, 100 for wrong use, 111 for what cannot be done,
 * 126 or 127 if PROG cannot be run or is not there.
 */
#include <errno.h>
#include <string.h>

#include "base/die.h"
#include "base/fmt.h"
#include "sys/env.h"
#include "sys/exec.h"
#include "sys/pstate.h"
#include "sys/users.h"

static int find(struct pstate *p, const char *spec)
{
	struct users_user u;

	if (strchr(spec, ':'))
		return pstate_user(p, spec);
	return users_find(spec, &u) || pstate_login(p, &u) ? -1 : 0;
}

int s6_setuidgid_main(int argc, char **argv)
{
	extern char **environ;
	struct pstate p = {0};
	const char *why_not;
	char why[300];
	struct fmt f;
	struct env e;

	if (argc < 3)
		die_usage(100, "a user and a program are wanted");
	if (find(&p, argv[1])) {
		if (errno == ENOENT)
			die(1, "unknown user or group: %s", argv[1]);
		die(111, "user %s: %m", argv[1]);
	}
	fmt_open(&f, why, sizeof why);
	if (pstate_apply(&p, &f))
		die(111, "%s", why);
	if (env_copy(&e, environ))
		die(111, "%m");
	/* s6 hands these to itself in the environment and takes them out again */
	env_unset(&e, "UID");
	env_unset(&e, "GID");
	env_unset(&e, "GIDLIST");
	why_not = exec_or_why(argv[2], argv + 2, e.list, exec_path(e.list));
	die(errno == ENOENT ? 127 : 126, "cannot run %s: %s", argv[2], why_not);
}
