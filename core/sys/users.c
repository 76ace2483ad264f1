/* users - see users.h */
#include "sys/users.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/num.h"

static const char passwd_file[] = "/etc/passwd", group_file[] = "/etc/group";

enum { END = -1, ID_MAX = 0xfffffffe };

/* A table of fields between ':' and rows between newlines. */
struct table {
	int fd;
	char last; /* what ended the field just read: ':', ',' or '\n' */
	size_t at, len;
	char mem[1024];
};

/* True also if there is no such file: then it has no rows. */
static bool open_table(struct table *t, const char *path)
{
	t->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	t->at = t->len = 0;
	t->last = '\n';
	return t->fd >= 0 || errno == ENOENT || errno == ENOTDIR;
}

static void close_table(struct table *t)
{
	if (t->fd >= 0)
		close(t->fd);
}

static int next_char(struct table *t)
{
	if (t->at == t->len) {
		ssize_t n = t->fd < 0 ? 0 : read(t->fd, t->mem, sizeof t->mem);
		if (n <= 0)
			return END;
		t->len = (size_t)n;
		t->at = 0;
	}
	return (unsigned char)t->mem[t->at++];
}

/* The next field, up to one of the characters in `ends`. False at the end of the row or of the file. */
static bool field(struct table *t, const char *ends, char text[USERS_TEXT_MAX])
{
	size_t len = 0;
	int c;

	text[0] = '\0';
	if (t->last == '\n')
		return false;
	while ((c = next_char(t)) != END && (c == '\0' || !strchr(ends, c)))
		if (len++ < USERS_TEXT_MAX - 1)
			text[len - 1] = (char)c;
	t->last = c == END ? '\n' : (char)c;
	text[len < USERS_TEXT_MAX ? len : 0] = '\0';
	return true;
}

/* On to the next row. False: there is none. */
static bool row(struct table *t)
{
	int c = 0;

	while (t->last != '\n' && (c = next_char(t)) != END)
		t->last = (char)c;
	c = next_char(t);
	if (c == END)
		return false;
	t->at--;
	t->last = ':';
	return true;
}

static bool id(const char *text, unsigned *out)
{
	unsigned long n;

	if (num_uint(text, ID_MAX, &n))
		return false;
	*out = (unsigned)n;
	return true;
}

static bool next_user(struct table *t, struct users_user *u)
{
	char skipped[USERS_TEXT_MAX], uid[USERS_TEXT_MAX], gid[USERS_TEXT_MAX];
	char *const fields[] = {u->name, skipped, uid, gid, skipped, u->home, u->shell};

	while (row(t)) {
		for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
			field(t, ":\n", fields[i]);
		if (u->name[0] && id(uid, &u->uid) && id(gid, &u->gid))
			return true;
	}
	return false;
}

/* Leaves the table at the members. */
static bool next_group(struct table *t, char name[USERS_TEXT_MAX], gid_t *gid)
{
	char text[USERS_TEXT_MAX];

	while (row(t)) {
		field(t, ":\n", name);
		field(t, ":\n", text);
		field(t, ":\n", text);
		if (name[0] && id(text, gid))
			return true;
	}
	return false;
}

static bool find_user(struct table *t, const char *name, uid_t uid, struct users_user *u)
{
	while (next_user(t, u))
		if (name ? strcmp(u->name, name) == 0 : u->uid == uid)
			return true;
	return false;
}

/* 0: found, 1: no such row, -1: the file cannot be read. */
static int search(const char *name, uid_t uid, struct users_user *u)
{
	struct table t;
	bool found;

	if (!open_table(&t, passwd_file))
		return -1;
	found = find_user(&t, name, uid, u);
	close_table(&t);
	return !found;
}

int users_find(const char *word, struct users_user *u)
{
	uid_t number;
	bool numeric = id(word, &number);
	int rc = search(word, 0, u);

	if (rc == 0 || (numeric && search(NULL, number, u) == 0))
		return 0;
	if (numeric) {
		*u = (struct users_user){.uid = number, .gid = number};
		return 0;
	}
	if (rc > 0)
		errno = ENOENT;
	return -1;
}

int users_group(const char *word, gid_t *gid)
{
	char name[USERS_TEXT_MAX];
	struct table t;
	bool found = false;

	if (!open_table(&t, group_file))
		return -1;
	while (!found && next_group(&t, name, gid))
		found = strcmp(name, word) == 0;
	close_table(&t);
	if (found || id(word, gid))
		return 0;
	errno = ENOENT;
	return -1;
}

ssize_t users_groups(const char *user, gid_t gid, gid_t *groups, size_t cap)
{
	char name[USERS_TEXT_MAX], member[USERS_TEXT_MAX];
	struct table t;
	size_t count = 0;
	gid_t g;

	if (cap)
		groups[count++] = gid;
	if (!open_table(&t, group_file))
		return -1;
	while (next_group(&t, name, &g)) {
		bool in = false;
		while (field(&t, ",\n", member))
			in |= *member && strcmp(member, user) == 0;
		if (!in || g == gid)
			continue;
		if (count == cap) {
			close_table(&t);
			errno = E2BIG;
			return -1;
		}
		groups[count++] = g;
	}
	close_table(&t);
	return (ssize_t)count;
}
