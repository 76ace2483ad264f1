/* users - who is who: /etc/passwd and /etc/group, read directly, as a FROM-scratch image has them: no nsswitch, no
 * getpwnam(3). A missing file is an empty one. Reads as a stream, so lines may have any length; a field of
 * USERS_TEXT_MAX characters or more counts as empty, and a row without a name or with a bad number is no row.
 */
#ifndef SYS_USERS_H
#define SYS_USERS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { USERS_TEXT_MAX = 256 };

/* A row of /etc/passwd. */
struct users_user {
	uid_t uid;
	gid_t gid;
	char name[USERS_TEXT_MAX];
	char home[USERS_TEXT_MAX];
	char shell[USERS_TEXT_MAX];
};

/* By name, else by number; a number without a row is a user too, with itself as group and all texts empty. 0, or -1
 * with errno (ENOENT: no such name). */
int users_find(const char *word, struct users_user *);

/* A group's number by its name; a number that is no name is itself. 0, or -1 with errno (ENOENT). */
int users_group(const char *word, gid_t *);

/* What initgroups(3) would set: `gid`, then every group that lists the user. Their count, or -1 with errno (E2BIG:
 * more than cap). */
ssize_t users_groups(const char *user, gid_t gid, gid_t *groups, size_t cap);

#endif
