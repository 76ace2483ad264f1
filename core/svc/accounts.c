/* accounts - see accounts.h */
#include "svc/accounts.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h> /* rename(2) */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/msg.h"
#include "pure/passwd.h"
#include "sys/clock.h"
#include "sys/files.h"
#include "sys/newfile.h"
#include "sys/tree.h"

#define LOCK_FILE "/etc/.pwd.lock"

enum { GROUP, GSHADOW, SHADOW, PASSWD, TABLES }; /* in the order in which they are replaced */
enum { LOCK_S = 15, DAY_S = 86400 };

static const char *const paths[TABLES] = {"/etc/group", "/etc/gshadow", "/etc/shadow", "/etc/passwd"};

const char *accounts_where;

/* While one of the public functions works on them. */
static struct passwd table[TABLES];
static int lock;
static int barred; /* errno, if nothing can be changed; else 0 */
static int broken; /* errno of what could not be edited; else 0 */
static char home[NEWFILE_PATH];
static struct passwd_row row; /* that was found last */

static bool is_barred(int err)
{
	return err == EROFS || err == EACCES || err == EPERM || err == EBUSY /* a mount point */;
}

/* errno says why: we may not, or it was said. */
static enum accounts_result failed(const char *where)
{
	accounts_where = where;
	if (is_barred(errno))
		return ACCOUNTS_READ_ONLY;
	msg_error("%s: %m", where);
	return ACCOUNTS_FAILED;
}

static void nothing(int sig)
{
	(void)sig;
}

/* Where a deadline hangs over us already, that one counts. */
static int take_lock(void)
{
	static const struct itimerval late = {.it_value = {.tv_sec = LOCK_S}}, never;
	struct flock l = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	struct itimerval before;
	bool ours;
	int rc;

	mkdir("/etc", 0755);
	lock = open(LOCK_FILE, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (lock < 0)
		return -1;
	setitimer(ITIMER_REAL, &late, &before);
	ours = !timerisset(&before.it_value);
	if (ours)
		signal(SIGALRM, nothing);
	else
		setitimer(ITIMER_REAL, &before, NULL);
	rc = fcntl(lock, F_SETLKW, &l);
	if (ours)
		setitimer(ITIMER_REAL, &never, NULL);
	return rc;
}

/* False: it was said why. Either way the end is finish(). */
static bool begin(void)
{
	broken = barred = 0;
	if (take_lock() && !is_barred(barred = errno)) {
		msg_error(barred == EINTR ? LOCK_FILE ": another program has held it for 15 s" : LOCK_FILE ": %m");
		return false;
	}
	for (unsigned i = 0; i < TABLES; i++) {
		table[i].text = files_load(AT_FDCWD, paths[i], &table[i].len);
		if (!table[i].text && errno != ENOENT && !barred) {
			msg_error("%s: %m", paths[i]);
			return false;
		}
	}
	return true;
}

static int save(unsigned i)
{
	struct newfile n;

	if (newfile_open(&n, paths[i]))
		return -1;
	if (files_write_all(n.fd, table[i].text, table[i].len)) {
		newfile_drop(&n);
		return -1;
	}
	if (n.was)
		return newfile_commit(&n, n.old.st_mode & 07777, n.old.st_uid, n.old.st_gid, true);
	return newfile_commit(&n, 0644, (uid_t)-1, (gid_t)-1, true);
}

/* Puts the tables into their places, if all went well so far. */
static enum accounts_result finish(enum accounts_result r)
{
	int err;

	for (unsigned i = 0; i < TABLES && r <= ACCOUNTS_WAS; i++)
		if (broken || table[i].changed) {
			errno = broken ? broken : barred;
			r = errno || save(i) ? failed(paths[i]) : ACCOUNTS_DONE;
		}
	err = errno;
	for (unsigned i = 0; i < TABLES; i++)
		free(table[i].text);
	memset(table, 0, sizeof table);
	if (lock >= 0)
		close(lock);
	errno = err;
	return r;
}

static bool find(unsigned i, const char *name)
{
	return passwd_find(&table[i], name, &row);
}

static bool find_id(unsigned i, unsigned field, uint32_t id)
{
	return passwd_find_id(&table[i], field, id, &row);
}

__attribute__((format(printf, 2, 3))) static void add_line(unsigned i, const char *format, ...)
{
	char line[PASSWD_LINE_MAX];
	struct fmt f;
	va_list ap;

	fmt_open(&f, line, sizeof line);
	va_start(ap, format);
	fmt_va(&f, format, ap);
	va_end(ap);
	if (f.cut)
		broken = ENAMETOOLONG;
	else if (passwd_put(&table[i], NULL, line))
		broken = errno;
}

/* All lines of that name. */
static void drop(unsigned i, const char *name)
{

	while (find(i, name))
		passwd_put(&table[i], &row, NULL);
}

/* group NULL: all. */
static void member(const char *user, const char *group, bool add)
{

	for (unsigned i = GROUP; i <= GSHADOW; i++)
		for (size_t at = 0; passwd_next(&table[i], &at, &row);) {
			size_t len = table[i].len;
			if (group && strcmp(row.field[PASSWD_NAME], group) != 0)
				continue;
			if (passwd_member(&table[i], &row, user, add))
				broken = errno;
			at += table[i].len - len;
		}
}

static enum accounts_result unknown(const char *what, const char *name)
{
	msg_error("unknown %s %s", what, name);
	return ACCOUNTS_CONFLICT;
}

/* Is that field of the row, of passwd or of group, another than is asked for (NULL: nothing is)? Then it is said. */
static bool differs(unsigned field, const char *asked, bool group)
{
	if (!asked || strcmp(row.field[field], asked) == 0)
		return false;
	msg_error("%s '%s' in use: its %s is '%s', not '%s'", group ? "group" : "user", row.field[PASSWD_NAME],
	          field == PASSWD_HOME           ? "home"
	          : field == PASSWD_SHELL        ? "shell"
	          : group || field == PASSWD_GID ? "gid"
	                                         : "uid",
	          row.field[field], asked);
	return true;
}

/* Where nothing is asked for, it becomes the one that is there. */
static bool id_differs(unsigned field, uint32_t *id, bool group)
{
	char asked[12];

	fmt_into(asked, sizeof asked, "%u", *id);
	/* a line without a number is nothing to build on */
	return (*id != ACCOUNTS_AUTO || !passwd_number(&row, field, id)) && differs(field, asked, group);
}

/* By another of that name? Root's numbers are, always. */
static bool taken(unsigned i, uint32_t id, const char *name)
{
	const char *by = find_id(i, PASSWD_ID, id) ? row.field[PASSWD_NAME] : id ? name : "root";

	if (strcmp(by, name) == 0)
		return false;
	msg_error("%cid '%u' in use by '%s'", i == GROUP ? 'g' : 'u', id, by);
	return true;
}

static bool bad_name(const char *name)
{
	if (passwd_good_name(name))
		return false;
	msg_error("'%s' is no name: a letter or _, then letters, digits, _ . -, at most %d", name, PASSWD_NAME_MAX);
	return true;
}

static uint32_t free_id(unsigned a, unsigned b, bool system)
{
	return passwd_free_id(&table[a], &table[b], system ? 100 : 1000);
}

static void add_group_lines(const char *name, uint32_t gid)
{
	if (table[GSHADOW].text) {
		drop(GSHADOW, name);
		add_line(GSHADOW, "%s:!::", name);
	}
	add_line(GROUP, "%s:x:%u:", name, gid);
}

static enum accounts_result add_group(const char *name, uint32_t gid, bool system)
{

	if (bad_name(name))
		return ACCOUNTS_CONFLICT;
	if (find(GROUP, name))
		return id_differs(PASSWD_ID, &gid, true) ? ACCOUNTS_CONFLICT : ACCOUNTS_WAS;
	if (gid == ACCOUNTS_AUTO)
		gid = free_id(GROUP, GROUP, system);
	if (taken(GROUP, gid, name))
		return ACCOUNTS_CONFLICT;
	add_group_lines(name, gid);
	return ACCOUNTS_WAS;
}

/* The group of a user to be, and the numbers that were not asked for. */
static enum accounts_result number(struct accounts_user *u)
{
	static char reused[PASSWD_LINE_MAX];
	const char *name = u->group ? u->group : u->name;
	bool old;

	if (!u->group && u->system && u->gid == ACCOUNTS_AUTO && find(GROUP, "nogroup"))
		name = "nogroup";
	old = find(GROUP, name);
	if (old && id_differs(PASSWD_ID, &u->gid, true))
		return ACCOUNTS_CONFLICT;
	if (!old && u->member)
		return unknown("group", name);
	if (!old && u->gid != ACCOUNTS_AUTO && find_id(GROUP, PASSWD_ID, u->gid)) {
		u->group = strcpy(reused, row.field[PASSWD_NAME]);
		old = true;
	}
	/* who made its group may have died before he made the user */
	if (u->uid == ACCOUNTS_AUTO && old && strcmp(name, u->name) == 0 && !find_id(PASSWD, PASSWD_ID, u->gid))
		u->uid = u->gid;
	if (u->uid == ACCOUNTS_AUTO)
		u->uid = free_id(PASSWD, old ? PASSWD : GROUP, u->system);
	if (u->gid == ACCOUNTS_AUTO)
		u->gid = find_id(GROUP, PASSWD_ID, u->uid) ? free_id(GROUP, GROUP, u->system) : u->uid;
	if (!old)
		add_group_lines(name, u->gid);
	return ACCOUNTS_WAS;
}

/* The first of them that is there. */
static const char *shell(bool system)
{
	static const char *const shells[] = {"/bin/bash", "/bin/sh", "/sbin/nologin", "/usr/sbin/nologin"};

	for (size_t i = system ? 2 : 0; i < sizeof shells / sizeof *shells; i++)
		if (access(shells[i], X_OK) == 0)
			return shells[i];
	return "/bin/false";
}

static bool bad_text(const char *text, bool path)
{
	if (!text || (passwd_fits(text) && (!path || *text == '/')))
		return false;
	msg_error("'%s': no colons, no control characters%s", text, path ? ", a path from /" : "");
	return true;
}

static void add_user_lines(const struct accounts_user *u)
{
	const char *password = u->password ? u->password : "!";

	if (table[SHADOW].text) {
		drop(SHADOW, u->name);
		add_line(SHADOW, "%s:%s:%lld:0:99999:7:::", u->name, password, (long long)clock_wall().tv_sec / DAY_S);
	}
	add_line(PASSWD, "%s:%s:%u:%u:%s:%s:%s", u->name, table[SHADOW].text ? "x" : password, u->uid, u->gid,
	         u->gecos ? u->gecos : "", home, u->shell ? u->shell : shell(u->system));
}

static enum accounts_result add_user(struct accounts_user *u)
{
	bool was;
	enum accounts_result r = ACCOUNTS_WAS;

	if (bad_name(u->name) || (u->group && bad_name(u->group)) || bad_text(u->gecos, false) ||
	    bad_text(u->home, true) || bad_text(u->shell, true))
		return ACCOUNTS_CONFLICT;
	fmt_into(home, sizeof home, u->home ? "%s" : u->uid ? "/home/%s" : "/%s", u->home ? u->home : u->name);
	was = find(PASSWD, u->name);
	if (was) {
		if (id_differs(PASSWD_ID, &u->uid, false) || (!u->group && id_differs(PASSWD_GID, &u->gid, false)) ||
		    differs(PASSWD_HOME, u->home, false) || differs(PASSWD_SHELL, u->shell, false))
			return ACCOUNTS_CONFLICT;
		strcpy(home, row.field[PASSWD_HOME]);
	}
	if (!was || u->group)
		r = number(u);
	if (r > ACCOUNTS_WAS)
		return r;
	if (find(PASSWD, u->name) ? id_differs(PASSWD_GID, &u->gid, false) : taken(PASSWD, u->uid, u->name))
		return ACCOUNTS_CONFLICT;
	if (u->member)
		member(u->name, u->group, true);
	if (!was)
		add_user_lines(u);
	return ACCOUNTS_WAS;
}

/* Made beside and renamed: it is there with all of the skeleton or not at all. */
static int make_home(const struct accounts_user *u)
{
	struct tree t = {.uid = u->uid, .gid = u->gid, .mode = (mode_t)-1};
	char beside[sizeof home + 4];
	struct stat st;

	for (size_t len = strlen(home); len > 1 && home[len - 1] == '/';)
		home[--len] = '\0';
	if (stat(home, &st) == 0)
		return u->own_home && strncmp(home, "/home/", 6) == 0 ? tree_set(&t, home, false) : 0;
	fmt_into(beside, sizeof beside, "%s.new", home);
	tree_remove(&t, beside, true);
	if (files_make_dirs(beside) ||
	    (!u->system && tree_copy(&t, u->skel ? u->skel : "/etc/skel", beside) && errno != ENOENT))
		return -1;
	t.mode = 0755;
	if (t.failed)
		errno = EIO;
	return t.failed || tree_set(&t, beside, false) ? -1 : rename(beside, home);
}

enum accounts_result accounts_add_user(struct accounts_user *u)
{
	enum accounts_result r = finish(begin() ? add_user(u) : ACCOUNTS_FAILED);

	return r > ACCOUNTS_WAS || u->no_home || home[0] != '/' || make_home(u) == 0 ? r : failed(home);
}

enum accounts_result accounts_add_group(const char *name, uint32_t gid, bool system)
{
	return finish(begin() ? add_group(name, gid, system) : ACCOUNTS_FAILED);
}

static enum accounts_result change_member(const char *user, const char *group, bool add)
{

	if (add && !find(PASSWD, user))
		return unknown("user", user);
	if (!find(GROUP, group))
		return unknown("group", group);
	member(user, group, add);
	return ACCOUNTS_WAS;
}

enum accounts_result accounts_member(const char *user, const char *group, bool add)
{
	return finish(begin() ? change_member(user, group, add) : ACCOUNTS_FAILED);
}

/* Is the row the first group of somebody? Then his is the row. */
static bool is_first(void)
{
	uint32_t gid;

	return passwd_number(&row, PASSWD_ID, &gid) && find_id(PASSWD, PASSWD_GID, gid);
}

static void drop_group(const char *name)
{
	drop(GROUP, name);
	drop(GSHADOW, name);
}

static enum accounts_result del_group(const char *name)
{

	if (!find(GROUP, name))
		return unknown("group", name);
	if (is_first()) {
		msg_error("'%s' still has '%s' as their primary group!", row.field[PASSWD_NAME], name);
		return ACCOUNTS_CONFLICT;
	}
	drop_group(name);
	return ACCOUNTS_WAS;
}

enum accounts_result accounts_del_group(const char *name)
{
	return finish(begin() ? del_group(name) : ACCOUNTS_FAILED);
}

/* 0, or -1 after a line. */
static int remove_home(void)
{
	const char *dir = row.field[PASSWD_HOME];
	struct tree t = {0};
	struct stat st;
	uint32_t uid;

	if (barred || dir[0] != '/' || lstat(dir, &st))
		return 0;
	if (!passwd_number(&row, PASSWD_ID, &uid) || st.st_uid != uid || !uid) {
		msg_warn("%s stays: it is not the user's own", dir);
		return 0;
	}
	if (tree_remove(&t, dir, true) == 0 && !t.failed)
		return 0;
	msg_error("%s: not all of it could be removed", dir);
	return -1;
}

/* The home first: who dies meanwhile leaves a user to begin with again. */
static enum accounts_result del_user(const char *name, bool home_too)
{

	if (!find(PASSWD, name))
		return unknown("user", name);
	if (home_too && remove_home())
		return ACCOUNTS_FAILED;
	drop(PASSWD, name);
	drop(SHADOW, name);
	member(name, NULL, false);
	if (find(GROUP, name) && !*row.field[PASSWD_MEMBERS] && !is_first())
		drop_group(name);
	return ACCOUNTS_WAS;
}

enum accounts_result accounts_del_user(const char *name, bool home_too)
{
	return finish(begin() ? del_user(name, home_too) : ACCOUNTS_FAILED);
}

int accounts_code(enum accounts_result r)
{
	if (r == ACCOUNTS_READ_ONLY)
		msg_error("%s: %m", accounts_where);
	return r > ACCOUNTS_WAS;
}
