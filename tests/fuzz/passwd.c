/* Fuzzing pure/passwd: two bytes choose an edit, the rest is a table. Rows cover the text; an edit leaves all other
 * bytes alone; what sys/users reads in the same table, bound over this process's own /etc/passwd and /etc/group, is
 * what pure/passwd says. */
#include "pure/passwd.h"

#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "sys/users.h"

enum { GROUPS = 4096 };

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char who[] = "anna";
static int file = -1; /* of sys/users; -1: no namespace to be had */

static void need(bool it)
{
	if (!it)
		abort();
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	char path[] = "/tmp/fuzz_passwd.XXXXXX";

	(void)argc;
	(void)argv;
	file = mkstemp(path);
	if (file >= 0 &&
	    (unshare(CLONE_NEWNS | (geteuid() ? CLONE_NEWUSER : 0)) ||
	     mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) || mount(path, "/etc/passwd", NULL, MS_BIND, NULL) ||
	     mount(path, "/etc/group", NULL, MS_BIND, NULL)))
		file = -1;
	unlink(path);
	return 0;
}

/* Does sys/users see the same? Its fields end at 255 bytes, and NUL ends a text. */
static bool comparable(const struct passwd *p)
{
	size_t len = 0;

	for (size_t i = 0; i < p->len; i++) {
		len = p->text[i] == '\n' ? 0 : len + 1;
		if (!p->text[i] || len >= USERS_TEXT_MAX)
			return false;
	}
	return file >= 0;
}

static void write_file(const struct passwd *p)
{
	need(ftruncate(file, 0) == 0 && pwrite(file, p->text, p->len, 0) == (ssize_t)p->len);
}

/* The first row of that name that is one to sys/users. */
static bool find_user(const struct passwd *p, const char *name, struct passwd_row *r)
{
	uint32_t id;

	for (size_t at = 0; passwd_next(p, &at, r);)
		if (strcmp(r->field[PASSWD_NAME], name) == 0 && passwd_number(r, PASSWD_ID, &id) &&
		    passwd_number(r, PASSWD_GID, &id))
			return true;
	return false;
}

static void compare_users(const struct passwd *p)
{
	struct passwd_row r, first;
	struct users_user u;
	uint32_t id;

	for (size_t at = 0; passwd_next(p, &at, &r);) {
		const char *name = r.field[PASSWD_NAME];
		if (!*name || !find_user(p, name, &first))
			continue;
		need(users_find(name, &u) == 0 && strcmp(u.name, name) == 0);
		need(passwd_number(&first, PASSWD_ID, &id) && id == u.uid);
		need(passwd_number(&first, PASSWD_GID, &id) && id == u.gid);
		need(strcmp(first.field[PASSWD_HOME], u.home) == 0 && strcmp(first.field[PASSWD_SHELL], u.shell) == 0);
	}
}

static bool lists(uint32_t gid)
{
	static gid_t groups[GROUPS];
	ssize_t n = users_groups(who, ~0U, groups, GROUPS);

	for (ssize_t i = 1; i < n; i++)
		if (groups[i] == gid)
			return true;
	return n < 0;
}

/* A member, in and out of the list of that row. */
static void edit_members(struct passwd *p, struct passwd_row *r, bool add)
{
	size_t len = p->len, at = r->at, rest = len - r->end;
	bool seen = comparable(p) && *r->field[PASSWD_NAME];
	char *was = malloc(len + 1);
	uint32_t gid;

	need(was);
	memcpy(was, p->text, len);
	need(passwd_member(p, r, who, add) == 0);
	need(memcmp(p->text, was, at) == 0 && memcmp(p->text + p->len - rest, was + r->end, rest) == 0);
	need(p->changed == (p->len != len));
	need(passwd_next(p, &at, r) && r->end == p->len - rest);
	seen = seen && passwd_number(r, PASSWD_ID, &gid) && comparable(p);
	if (seen)
		write_file(p);
	if (seen && add)
		need(lists(gid));
	p->changed = false;
	len = p->len;
	need(passwd_member(p, r, who, add) == 0);
	need(!p->changed && p->len == len);
	free(was);
}

static void edit_lines(struct passwd *p, const struct passwd_row *r, const char *line)
{
	size_t len = p->len, at = r ? r->at : len, end = r ? r->end : len, added = line ? strlen(line) + 1 : 0;
	bool mend = !r && len && p->text[len - 1] != '\n';
	char *was = malloc(len + 1);

	need(was);
	if (len)
		memcpy(was, p->text, len);
	need(passwd_put(p, r, line) == 0 && p->changed && p->len == len - (end - at) + added + mend);
	need(memcmp(p->text, was, at) == 0);
	need(!line || (memcmp(p->text + at + mend, line, added - 1) == 0 && p->text[at + mend + added - 1] == '\n'));
	need(memcmp(p->text + at + mend + added, was + end, len - end) == 0);
	free(was);
}

static void check_ids(const struct passwd *p, uint32_t from)
{
	uint32_t id = passwd_free_id(p, p, from);
	struct passwd_row r;

	need(id >= from && !passwd_find_id(p, PASSWD_ID, id, &r));
	while (id-- > from)
		need(passwd_find_id(p, PASSWD_ID, id, &r));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct passwd p = {0};
	struct passwd_row r;
	size_t at = 0, rows = 0, chosen = 0;
	bool found = false;

	if (size < 2)
		return 0;
	p.len = size - 2;
	p.text = malloc(p.len + 1);
	need(p.text);
	memcpy(p.text, data + 2, p.len);
	for (size_t from = 0; passwd_next(&p, &at, &r); from = at) {
		need(r.at == from && r.end == at && at > from);
		need(at == p.len || p.text[at - 1] == '\n');
		if (rows++ == data[1]) {
			chosen = r.at;
			found = true;
		}
	}
	need(at == p.len);
	check_ids(&p, data[1]);
	if (comparable(&p)) {
		write_file(&p);
		compare_users(&p);
	}
	found = found && passwd_next(&p, &chosen, &r);
	if (!found || data[0] % 4 == 0)
		edit_lines(&p, found && data[0] & 8 ? &r : NULL, found && (data[0] & 24) == 24 ? NULL : "x:y");
	else if (data[0] % 4 == 1)
		edit_lines(&p, &r, data[0] & 16 ? NULL : "a line of its own: it may be longer");
	else
		edit_members(&p, &r, data[0] & 1);
	free(p.text);
	return 0;
}
