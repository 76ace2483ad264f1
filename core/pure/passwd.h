/* passwd - the tables of users: lines of fields between colons, as in passwd(5), group(5), shadow(5) and gshadow(5).
 *
 * A table is one text, edited in memory; lines that are not understood stay as they are, to the byte.
 */
#ifndef PURE_PASSWD_H
#define PURE_PASSWD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Fields. The number in the third is the uid in passwd, the gid in group. */
enum {
	PASSWD_NAME,
	PASSWD_PASSWORD,
	PASSWD_ID,
	PASSWD_GID,
	PASSWD_GECOS,
	PASSWD_HOME,
	PASSWD_SHELL,
	PASSWD_FIELDS,
	PASSWD_MEMBERS = 3, /* of group and gshadow */
};

enum { PASSWD_NAME_MAX = 32, PASSWD_LINE_MAX = 1024, PASSWD_ID_MAX = 0xfffffffe };

/* Heap memory: text may be the caller's at first, NULL if it is empty. */
struct passwd {
	char *text;
	size_t len;
	bool changed;
};

/* A line of it. Its place is good until the next change; the fields lie in `text` (so no assignment), the absent ones
 * are empty. Of a line of PASSWD_LINE_MAX bytes or more there is only the beginning, and neither home nor shell. */
struct passwd_row {
	size_t at, end; /* in the text; end is behind its newline */
	const char *field[PASSWD_FIELDS];
	char text[PASSWD_LINE_MAX];
};

/* The next line from *at on, which moves behind it. False at the end. */
bool passwd_next(const struct passwd *, size_t *at, struct passwd_row *);

/* Is the field a number <= PASSWD_ID_MAX? */
bool passwd_number(const struct passwd_row *, unsigned field, uint32_t *);

/* The first line of that name, or with that number in that field. */
bool passwd_find(const struct passwd *, const char *name, struct passwd_row *);
bool passwd_find_id(const struct passwd *, unsigned field, uint32_t id, struct passwd_row *);

/* A line, without newline, in place of another. row NULL: at the end (a newline that is missing before it is mended);
 * line NULL: one less. 0, or -1 with ENOMEM. */
int passwd_put(struct passwd *, const struct passwd_row *, const char *line);

/* A member in the list of that line, or not; all else of the line stays. 0, or -1 with ENOMEM, which taking out never
 * gives. */
int passwd_member(struct passwd *, const struct passwd_row *, const char *name, bool in);

/* The first number from `id` on that is no line's PASSWD_ID in either table. */
uint32_t passwd_free_id(const struct passwd *, const struct passwd *, uint32_t id);

/* May a user or group be called so? As useradd(8): [A-Za-z_][A-Za-z0-9_.-]*$?, at most 32. */
bool passwd_good_name(const char *);

/* May that be a field: no colon, no control character? */
bool passwd_fits(const char *);

#endif
