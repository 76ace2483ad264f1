/* accounts - users and groups come and go: /etc/passwd, group, shadow and gshadow, under one lock (/etc/.pwd.lock, as
 * lckpwdf(3) takes it), each written new and renamed into its place.
 *
 * passwd comes last: who dies in between leaves whole tables, and the same call again does the rest. passwd and group
 * are made if they are absent; shadow and gshadow are kept only where they are: without shadow the password in passwd
 * is ! or *, as useradd(8) has it, and none is ever set. A user that is there with all that is asked for (numbers,
 * group, home, shell) is no error but ACCOUNTS_WAS; so is a group.
 *
 * Where the tools that have these names differ: busybox refuses what is there already, writes x into passwd without a
 * shadow too, "Linux User,,," as default for GECOS, homes of mode 2755, takes $SHELL and deletes a user whose group it
 * then fails to. Debian's: adduser fails for a usual user that is there and --disabled-login gives nologin as shell;
 * --system has no home, /nonexistent, and no ages in shadow; deluser's codes are 1 to 9. useradd writes a uid's group
 * with it only if login.defs says so, and no home without -m.
 */
#ifndef SVC_ACCOUNTS_H
#define SVC_ACCOUNTS_H

#include <stdbool.h>
#include <stdint.h>

enum { ACCOUNTS_AUTO = 0xffffffff };

/* A user to be; texts are the caller's. */
struct accounts_user {
	const char *name;

	/* ACCOUNTS_AUTO: of a user there already, its own; else free ones from 1000 (system: 100) on, the same for both
	 * if that can be. The gid of a group that is there will do. */
	uint32_t uid, gid;

	const char *group; /* its name; NULL: the user's, but a system user has nogroup, where there is one */
	bool member;       /* the group has to be there, and lists the user too: adduser -G */
	const char *gecos; /* NULL: empty */
	const char *home;  /* NULL: /home/NAME */
	const char *shell; /* NULL: the first there is of /bin/bash, /bin/sh, or of the nologins, or /bin/false */
	bool system;       /* a nologin, no skeleton */
	bool no_home;      /* is not made. It is, with the skeleton, if it is not there; one that is there stays … */
	bool own_home;     /* … but if it is below /home it becomes the user's: itself, not what is in it */
	const char *password; /* NULL: !, as useradd and adduser -D have it; *: no password, but keys may do */
	const char *skel;     /* NULL: /etc/skel */
};

/* What came of it. */
enum accounts_result {
	ACCOUNTS_DONE,
	ACCOUNTS_WAS,       /* there already, just so */
	ACCOUNTS_READ_ONLY, /* it should be changed, but may not: errno. All else that goes wrong was said in one line
	                     */
	ACCOUNTS_CONFLICT,  /* the name or number is taken by something else; a wrong or unknown name */
	ACCOUNTS_FAILED,
};

extern const char *accounts_where;

/* uid and gid are filled in, and group, if there was one, with the name that the gid has; but for CONFLICT and FAILED.
 */
enum accounts_result accounts_add_user(struct accounts_user *);
enum accounts_result accounts_add_group(const char *name, uint32_t gid, bool system);

/* Its group goes too, if it has its name and nobody else is in it. `home`: with all in it, if it is the user's. */
enum accounts_result accounts_del_user(const char *name, bool home);
enum accounts_result accounts_del_group(const char *name);

/* In a group, or not. */
enum accounts_result accounts_member(const char *user, const char *group, bool add);

/* The exit code of a tool; says what READ_ONLY left unsaid. */
int accounts_code(enum accounts_result);

#endif
