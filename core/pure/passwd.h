/* passwd - the tables of users: lines of fields between colons, as in passwd(5), group(5), shadow(5) and gshadow(5).
 *
 * A table is one text, edited in memory; lines that are not understood stay as they are, to the byte.
 */
#ifndef PURE_PASSWD_H
#define PURE_PASSWD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PASSWD_FIELDS = 9, PASSWD_NAME_MAX = 32, PASSWD_ID_MAX = 0xfffffffe };

/* Heap memory: the text, which may be the caller's at first. */
struct passwd {
	char *text;
	size_t len;
	bool changed;
};

/* A line of it, good until the next change. */
struct passwd_row {
	size_t at, end; /* in the text; end is behind its newline */
	unsigned count; /* of fields; more than PASSWD_FIELDS are one */
	const char *field[PASSWD_FIELDS];
	size_t len[PASSWD_FIELDS];
};

/* The next line from *at on, which moves behind it. False at the end. */
bool passwd_next(const struct passwd *, size_t *at, struct passwd_row *);

/* The first line with that in field number `field`. */
bool passwd_find(const struct passwd *, unsigned field, const char *text, struct passwd_row *);
bool passwd_find_id(const struct passwd *, unsigned field, uint32_t id, struct passwd_row *);

/* A new line at the end (a missing newline before it is mended), one in place of another, one less. 0, or -1 with
 * ENOMEM. */
int passwd_append(struct passwd *, const char *line);
int passwd_replace(struct passwd *, const struct passwd_row *, const char *line);
void passwd_remove(struct passwd *, const struct passwd_row *);

/* A member more in, or less of, a group's list (its last field). 0, also if there is nothing to do; -1 with ENOMEM. */
int passwd_add_member(struct passwd *, const struct passwd_row *, const char *name);
int passwd_drop_member(struct passwd *, const struct passwd_row *, const char *name);

/* The first number in [from, to] that no line has in that field, or -1. */
int64_t passwd_free_id(const struct passwd *, unsigned field, uint32_t from, uint32_t to);

/* May a user or group be called so? As useradd(8): [A-Za-z_][A-Za-z0-9_.-]*$?, at most 32. NULL, or why not. */
const char *passwd_bad_name(const char *);

/* May that be a field (no colon, no control character)? */
bool passwd_fits(const char *);

#endif
