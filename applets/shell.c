/* shell - whatever shell there is, as a user
 *
 * config:  SHELL
 * group:   process state
 * install: /sbin
 *
 * usage: shell [USER]
 *
 * The user's own, else $SHELL, bash, sh, ash, mksh or busybox. USER: as he logs in.
 * Exits with 1 if there is no such user, 127 if there is no shell.
 */

/* A shell that is missing, nologin or false is passed over: whoever asks for a shell shall have one. It starts where we
 * are, in WORKDIR; without USER nothing but SHELL is changed.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/die.h"
#include "base/fmt.h"
#include "base/path.h"
#include "sys/env.h"
#include "sys/login.h"
#include "sys/users.h"

static struct env env;

/* Returns if that is none, or not to be had. */
static void try(const char *path)
{
	const char *name = path ? path_name(path) : "nologin";
	char *argv[] = {(char *)(uintptr_t)(strcmp(name, "busybox") ? name : "sh"), NULL};

	if (!*name || strcmp(name, "nologin") == 0 || strcmp(name, "false") == 0)
		return;
	env_set(&env, "SHELL", path);
	execve(path, argv, env.list);
}

int shell_main(int argc, char **argv)
{
	static const char *const others[] = {"/bin/bash", "/bin/sh", "/bin/ash", "/bin/mksh", "/bin/busybox", NULL};
	char number[12], why[300];
	const char *word = argc > 1 ? argv[1] : number;
	struct users_user u;
	struct fmt f;

	if (argc > 2)
		die_usage(2, "one user at most");
	fmt_into(number, sizeof number, "%u", geteuid());
	fmt_open(&f, why, sizeof why);
	if (users_find(word, &u))
		die(1, "No such user: %s", word);
	if (!u.name[0])
		fmt_into(u.name, sizeof u.name, "%s", word);
	if (!u.home[0])
		strcpy(u.home, "/");
	if (argc > 1 && isatty(0) && fchown(0, u.uid, (gid_t)-1)) /* /dev/stdout is to be opened */
		errno = 0;
	if (argc > 1 && login_as(&u, &env, &f))
		die(1, "%s", why);
	if (argc > 1 ? env_set(&env, "LOGNAME", u.name) : env_copy(&env, environ))
		die(1, "%m");
	try(u.shell);
	try(getenv("SHELL"));
	for (const char *const *p = others; *p; p++)
		try(*p);
	die(127, "no shell in this image: copy one to /bin/sh, or run a program as it is");
}
