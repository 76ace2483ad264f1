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
#include "base/path.h"
#include "pure/passwd.h"
#include "sys/clock.h"
#include "sys/files.h"
#include "sys/newfile.h"
#include "sys/tree.h"

#define LOCK_FILE "/etc/.pwd.lock"

enum { GROUP, GSHADOW, SHADOW, PASSWD, TABLES }; /* in the order in which they are replaced */
enum { LOCK_S = 15, LINE = 1024, DAY_S = 86400 };

static const char *const paths[TABLES] = {"/etc/group", "/etc/gshadow", "/etc/shadow", "/etc/passwd"};

const char *accounts_where;

/* While one of the public functions works on them. */
static struct passwd table[TABLES];
static bool there[TABLES];
static int lock;
static int barred;              /* errno, if nothing can be changed; else 0 */
static int broken;              /* errno of what could not be edited; else 0 */
static char home[NEWFILE_PATH]; /* the user's */
static char group_name[4 * PASSWD_NAME_MAX];

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
	struct sigaction act = {.sa_handler = nothing}, old;
	struct flock l = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	struct itimerval timer = {0};
	int rc;

	mkdir("/etc", 0755);
	lock = open(LOCK_FILE, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (lock < 0)
		return -1;
	getitimer(ITIMER_REAL, &timer);
	if (timerisset(&timer.it_value))
		return fcntl(lock, F_SETLKW, &l);
	sigaction(SIGALRM, &act, &old);
	alarm(LOCK_S);
	rc = fcntl(lock, F_SETLKW, &l);
	alarm(0);
	sigaction(SIGALRM, &old, NULL);
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
		there[i] = table[i].text;
		if (!there[i] && errno != ENOENT && !barred) {
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
	return n.was ? newfile_commit(&n, n.old.st_mode & 07777, n.old.st_uid, n.old.st_gid, true)
	             : newfile_commit(&n, 0644, (uid_t)-1, (gid_t)-1, true);
}

/* Puts the tables into their places, if all went well so far. */
static enum accounts_result finish(enum accounts_result r)
{
	int err;

	for (unsigned i = 0; i < TABLES && r <= ACCOUNTS_WAS; i++) {
		if (!table[i].changed && !broken)
			continue;
		errno = broken ? broken : barred;
		if (errno == 0 && save(i) == 0) {
			r = ACCOUNTS_DONE;
			continue;
		}
		r = failed(paths[i]);
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

static enum accounts_result unknown(const char *what, const char *name)
{
	msg_error("unknown %s %s", what, name);
	return ACCOUNTS_CONFLICT;
}

static bool find(unsigned i, const char *name, struct passwd_row *row)
{
	return passwd_find(&table[i], PASSWD_NAME, name, row);
}

__attribute__((format(printf, 2, 3))) static void add_line(unsigned i, const char *format, ...)
{
	char line[LINE];
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
	struct passwd_row row;

	while (find(i, name, &row))
		passwd_put(&table[i], &row, NULL);
}

static void add_member(const char *user, const char *group)
{
	struct passwd_row row;

	for (unsigned i = GROUP; i <= GSHADOW; i++)
		if (find(i, group, &row))
			broken |= passwd_add_member(&table[i], &row, user) ? errno : 0;
}

/* group NULL: from all. */
static void drop_member(const char *user, const char *group)
{
	struct passwd_row row;

	for (unsigned i = GROUP; i <= GSHADOW; i++)
		for (size_t at = 0; passwd_next(&table[i], &at, &row);) {
			size_t len = table[i].len;
			if (!group || passwd_is(&row, PASSWD_NAME, group))
				passwd_drop_member(&table[i], &row, user);
			at -= len - table[i].len;
		}
}

/* Is that field of a line another than is asked for (NULL: nothing is)? Then it is said. */
static bool differs(const struct passwd_row *row, unsigned field, const char *asked, const char *kind, const char *what)
{
	if (!asked || passwd_is(row, field, asked))
		return false;
	msg_error("%s '%.*s' in use: its %s is '%.*s', not '%s'", kind, (int)row->len[0], row->field[0], what,
	          (int)row->len[field], row->field[field], asked);
	return true;
}

static bool id_differs(const struct passwd_row *row, unsigned field, uint32_t *id, const char *kind, const char *what)
{
	char asked[12];

	fmt_into(asked, sizeof asked, "%u", *id);
	/* also: a line without a number is nothing to build on */
	return (*id != ACCOUNTS_AUTO || !passwd_number(row, field, id)) && differs(row, field, asked, kind, what);
}

static bool taken(unsigned i, uint32_t id, const char *what)
{
	struct passwd_row row;

	if (!passwd_find_id(&table[i], PASSWD_ID, id, &row))
		return false;
	msg_error("%s '%u' in use by '%.*s'", what, id, (int)row.len[0], row.field[0]);
	return true;
}

static bool bad(const char *name)
{
	if (passwd_good_name(name))
		return false;
	msg_error("'%s' is no name: letters, digits and _.- (in front a letter or _), at most %d", name,
	          PASSWD_NAME_MAX);
	return true;
}

/* The first number that is free in both tables. ACCOUNTS_AUTO: there is none, and it was said. */
static uint32_t free_id(unsigned a, unsigned b, bool system)
{
	int64_t id = passwd_free_id(&table[a], &table[b], system ? 100 : 1000, system ? 999 : 59999);

	if (id < 0)
		msg_error("no uids or gids left");
	return id < 0 ? ACCOUNTS_AUTO : (uint32_t)id;
}

static void add_group_lines(const char *name, uint32_t gid)
{
	struct passwd_row row;

	if (there[GSHADOW] && !find(GSHADOW, name, &row))
		add_line(GSHADOW, "%s:!::", name);
	add_line(GROUP, "%s:x:%u:", name, gid);
}

static enum accounts_result add_group(const char *name, uint32_t gid, bool system)
{
	struct passwd_row row;

	if (bad(name))
		return ACCOUNTS_CONFLICT;
	if (find(GROUP, name, &row))
		return id_differs(&row, PASSWD_ID, &gid, "group", "gid") ? ACCOUNTS_CONFLICT : ACCOUNTS_WAS;
	if (gid == ACCOUNTS_AUTO)
		gid = free_id(GROUP, GROUP, system);
	else if (taken(GROUP, gid, "gid"))
		return ACCOUNTS_CONFLICT;
	if (gid == ACCOUNTS_AUTO)
		return ACCOUNTS_FAILED;
	add_group_lines(name, gid);
	return ACCOUNTS_WAS;
}

/* The group of a user to be, and the numbers that were not asked for. */
static enum accounts_result number(struct accounts_user *u)
{
	const char *name = u->group ? u->group : u->name;
	struct passwd_row row;
	bool old;

	if (!u->group && u->system && u->gid == ACCOUNTS_AUTO && find(GROUP, "nogroup", &row))
		name = "nogroup";
	old = find(GROUP, name, &row);
	if (old && id_differs(&row, PASSWD_ID, &u->gid, "group", "gid"))
		return ACCOUNTS_CONFLICT;
	if (!old && u->member)
		return unknown("group", name);
	if (!old && u->gid != ACCOUNTS_AUTO && passwd_find_id(&table[GROUP], PASSWD_ID, u->gid, &row)) {
		fmt_into(group_name, sizeof group_name, "%.*s", (int)row.len[0], row.field[0]);
		u->group = group_name;
		old = true;
	}
	if (u->uid == ACCOUNTS_AUTO && old && strcmp(name, u->name) == 0 && u->gid >= (u->system ? 100 : 1000) &&
	    !passwd_find_id(&table[PASSWD], PASSWD_ID, u->gid, &row))
		u->uid = u->gid; /* who made the group may have died before the user */
	if (u->uid == ACCOUNTS_AUTO)
		u->uid = free_id(PASSWD, old ? PASSWD : GROUP, u->system);
	if (u->gid == ACCOUNTS_AUTO)
		u->gid = passwd_find_id(&table[GROUP], PASSWD_ID, u->uid, &row) ? free_id(GROUP, GROUP, u->system)
		                                                                : u->uid;
	if (u->uid == ACCOUNTS_AUTO || u->gid == ACCOUNTS_AUTO)
		return ACCOUNTS_FAILED;
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

static bool texts_are_bad(const struct accounts_user *u)
{
	const char *const texts[] = {u->gecos, u->home, u->shell};

	if (bad(u->name) || (u->group && bad(u->group)))
		return true;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (texts[i] && (!passwd_fits(texts[i]) || (i && texts[i][0] != '/'))) {
			msg_error("'%s': a colon or control character%s", texts[i], i ? ", or no path from /" : "");
			return true;
		}
	return false;
}

/* 0, or -1: it has none. */
static int take_home(const struct passwd_row *row)
{
	return fmt_into(home, sizeof home, "%.*s", (int)row->len[PASSWD_HOME], row->field[PASSWD_HOME]) ||
	                       home[0] != '/'
	               ? -1
	               : 0;
}

static enum accounts_result add_user(struct accounts_user *u)
{
	struct passwd_row old, row;
	bool was = find(PASSWD, u->name, &old);
	enum accounts_result r;

	if (texts_are_bad(u) || (was && (id_differs(&old, PASSWD_ID, &u->uid, "user", "uid") ||
	                                 (!u->group && id_differs(&old, PASSWD_GID, &u->gid, "user", "gid")))))
		return ACCOUNTS_CONFLICT;
	if (!was || u->group) {
		r = number(u);
		if (r > ACCOUNTS_WAS)
			return r;
	}
	if (u->member)
		add_member(u->name, u->group);
	if (was) {
		take_home(&old);
		return id_differs(&old, PASSWD_GID, &u->gid, "user", "gid") ||
		                       differs(&old, PASSWD_HOME, u->home, "user", "home") ||
		                       differs(&old, PASSWD_SHELL, u->shell, "user", "shell")
		               ? ACCOUNTS_CONFLICT
		               : ACCOUNTS_WAS;
	}
	if (taken(PASSWD, u->uid, "uid"))
		return ACCOUNTS_CONFLICT;
	if (u->uid == 0 && strcmp(u->name, "root") != 0) {
		msg_error("uid '0' in use by 'root'");
		return ACCOUNTS_CONFLICT;
	}
	fmt_into(home, sizeof home, u->home ? "%s" : u->uid ? "/home/%s" : "/%s", u->home ? u->home : u->name);
	if (there[SHADOW] && !find(SHADOW, u->name, &row))
		add_line(SHADOW, "%s:%c:%lld:0:99999:7:::", u->name, u->password ? u->password : '!',
		         (long long)(clock_wall().tv_sec / DAY_S));
	add_line(PASSWD, "%s:%c:%u:%u:%s:%s:%s", u->name,
	         there[SHADOW] ? 'x'
	         : u->password ? u->password
	                       : '!',
	         u->uid, u->gid, u->gecos ? u->gecos : "", home, u->shell ? u->shell : shell(u->system));
	return ACCOUNTS_WAS;
}

/* Made beside and renamed: it is there with all of the skeleton or not at all. */
static int make_home(const struct accounts_user *u)
{
	struct tree t = {.uid = u->uid, .gid = u->gid, .mode = (mode_t)-1};
	const char *skel = u->skel ? u->skel : "/etc/skel";
	char beside[sizeof home + 4];
	struct stat st;

	if (stat(home, &st) == 0)
		return u->own_home ? tree_set(&t, home, false) : 0;
	fmt_into(beside, sizeof beside, "%.*s", (int)(path_name(home) - home), home);
	if (files_make_dirs(beside))
		return -1;
	fmt_into(beside, sizeof beside, "%s.new", home);
	tree_remove(&t, beside, true);
	if ((u->system || tree_copy(&t, skel, beside)) && (u->system || errno == ENOENT) && mkdir(beside, 0755))
		return -1;
	t.mode = 0755;
	if (tree_set(&t, beside, false))
		return -1;
	if (!t.failed)
		return rename(beside, home);
	errno = EIO;
	return -1;
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

static enum accounts_result member(const char *user, const char *group, bool add)
{
	struct passwd_row row;

	if (add && !find(PASSWD, user, &row))
		return unknown("user", user);
	if (!find(GROUP, group, &row))
		return unknown("group", group);
	if (add)
		add_member(user, group);
	else
		drop_member(user, group);
	return ACCOUNTS_WAS;
}

enum accounts_result accounts_member(const char *user, const char *group, bool add)
{
	return finish(begin() ? member(user, group, add) : ACCOUNTS_FAILED);
}

/* Is it the first group of somebody? */
static bool is_first(const struct passwd_row *group, struct passwd_row *user)
{
	uint32_t gid;

	return passwd_number(group, PASSWD_ID, &gid) && passwd_find_id(&table[PASSWD], PASSWD_GID, gid, user);
}

static enum accounts_result del_group(const char *name)
{
	struct passwd_row group, user;

	if (!find(GROUP, name, &group))
		return unknown("group", name);
	if (is_first(&group, &user)) {
		msg_error("'%.*s' still has '%s' as their primary group!", (int)user.len[0], user.field[0], name);
		return ACCOUNTS_CONFLICT;
	}
	drop(GROUP, name);
	drop(GSHADOW, name);
	return ACCOUNTS_WAS;
}

enum accounts_result accounts_del_group(const char *name)
{
	return finish(begin() ? del_group(name) : ACCOUNTS_FAILED);
}

/* 0, or -1 after a line. */
static int remove_home(const struct passwd_row *row)
{
	struct tree t = {.uid = (uid_t)-1, .gid = (gid_t)-1, .mode = (mode_t)-1};
	struct stat st;
	uint32_t uid;

	if (barred || take_home(row) || lstat(home, &st))
		return 0;
	if (!passwd_number(row, PASSWD_ID, &uid) || st.st_uid != uid || !uid) {
		msg_warn("%s stays: it is another user's", home);
		return 0;
	}
	if (tree_remove(&t, home, true) == 0 && !t.failed)
		return 0;
	msg_error("%s: %m", home);
	return -1;
}

/* The home first: who dies meanwhile leaves a user to begin with again. */
static enum accounts_result del_user(const char *name, bool home_too)
{
	struct passwd_row row, user;

	if (!find(PASSWD, name, &row))
		return unknown("user", name);
	if (home_too && remove_home(&row))
		return ACCOUNTS_FAILED;
	drop(PASSWD, name);
	drop(SHADOW, name);
	drop_member(name, NULL);
	if (find(GROUP, name, &row) && !row.len[PASSWD_MEMBERS] && !is_first(&row, &user)) {
		drop(GROUP, name);
		drop(GSHADOW, name);
	}
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
