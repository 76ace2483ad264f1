/* accounts - users and groups come and go: /etc/passwd, group, shadow and gshadow, under one lock (/etc/.pwd.lock, as
 * lckpwdf(3)), each written new and renamed into its place. A table that is absent is made when it is needed (but
 * gshadow); group first, passwd last, so that who dies in between leaves no user whose group is missing.
 */
#ifndef SVC_ACCOUNTS_H
#define SVC_ACCOUNTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct fmt;

enum { ACCOUNTS_AUTO = 0xffffffff };

/* A user to be; texts are the caller's. */
struct accounts_user {
	const char *name;
	uint32_t uid,
	        gid; /* ACCOUNTS_AUTO: the first that is free; a group of its own, with the uid's number if free */
	const char *group; /* its group's name, when gid has to be made or found; NULL: the user's */
	const char
	        *gecos; /* NULL: empty; also: home /home/NAME, shell: the first of /bin/sh's kind, or /sbin/nologin */
	const char *home, *shell;
	bool system;      /* numbers from 100 to 999, no skeleton */
	bool no_home;     /* is not made */
	bool locked;      /* ! as password, else * … what the tools differ in is said in accounts.c */
	const char *skel; /* NULL: /etc/skel */
};

/* What came of it. */
enum accounts_result {
	ACCOUNTS_DONE,
	ACCOUNTS_WAS,      /* there already, just so */
	ACCOUNTS_CONFLICT, /* the name or number is taken by something else */
	ACCOUNTS_READ_ONLY,
	ACCOUNTS_FAILED,
};

/* All of them: but for DONE and WAS, `why` says in one line what, where and what to do. */
enum accounts_result accounts_add_user(struct accounts_user *, struct fmt *why); /* uid and gid are filled in */
enum accounts_result accounts_add_group(const char *name, uint32_t *gid, bool system, struct fmt *why);
enum accounts_result accounts_add_member(const char *user, const char *group, struct fmt *why);
enum accounts_result accounts_del_user(const char *name, bool home, struct fmt *why);
enum accounts_result accounts_del_group(const char *name, struct fmt *why);
enum accounts_result accounts_del_member(const char *user, const char *group, struct fmt *why);

#endif
