/* setuser - run a command as a user: groups, USER, HOME, UID
 *
 * config:  SETUSER
 * group:   process state
 * install: /sbin
 *
 * usage: setuser USERNAME COMMAND [ARG...]
 *
 * Takes all groups of the user and exits with 1 if that or COMMAND cannot be done.
 */
#include <string.h>

#include "base/die.h"
#include "base/fmt.h"
#include "sys/env.h"
#include "sys/exec.h"
#include "sys/login.h"
#include "sys/users.h"

int setuser_main(int argc, char **argv)
{
	struct users_user u;
	char uid[12], why[300];
	struct fmt f;
	struct env e;

	if (argc < 3)
		die_usage(1, "usage: setuser USERNAME COMMAND [args..]");
	/* a bare number is a user to users_find(), but not to phusion's setuser */
	if (users_find(argv[1], &u) || strcmp(u.name, argv[1]) != 0)
		die(1, "user %s not found", argv[1]);
	fmt_open(&f, why, sizeof why);
	if (login_as(&u, &e, &f))
		die(1, "%s", why);
	fmt_into(uid, sizeof uid, "%u", u.uid);
	if (env_set(&e, "UID", uid))
		die(1, "%m");
	die(1, "cannot execute %s: %s", argv[2], exec_or_why(argv[2], argv + 2, e.list, exec_path(e.list)));
}
