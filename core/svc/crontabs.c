/* crontabs - see crontabs.h
 *
 * One look finds all tables and compares each with what was known of it. What did not change is kept as it is; what did
 * is read into a new table, to which those lines go over that are as before; the old one stays until its last run
 * ended.
 */
#include "svc/crontabs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/hash.h"
#include "base/path.h"
#include "svc/crontable.h"
#include "svc/cronuser.h"
#include "sys/clock.h"
#include "sys/files.h"
#include "sys/loop.h"
#include "sys/parts.h"
#include "sys/pstate.h"
#include "sys/rundir.h"
#include "sys/wallclock.h"
#include "sys/watch.h"

enum {
	SETTLE_MS = 20,   /* whoever writes a table may not be done */
	POLL_SECOND = 58, /* of each minute, so that a line that came is in force when its minute comes */
};

enum kind {
	SYSTEM,   /* lines have users' names */
	NAMED,    /* the same, of a directory: its name says what it does */
	PERSONAL, /* its name is the user's */
	OWN,      /* of the user that we are */
};

static void on_settled(struct loop_timer *);
static void on_poll(struct loop_timer *);

static const struct crontabs_setup *setup;
static struct cronplan *plan;
static struct crontable *tables, **last = &tables;
static struct crontable *known;   /* those of the look before, in the midst of one */
static struct crontable *leaving; /* not in force any more */
static int64_t since;             /* the wall clock when a change was noticed first: lines hold from then on */
static struct loop_timer settle = {.fire = on_settled}, poll_timer = {.fire = on_poll};
static bool watching, polling;
static bool again;   /* look at those too that did not change */
static bool changed; /* during this look */
static bool starved; /* of memory */

/* Tables --------------------------------------------------------------- */

/* Something is not as it was: what is due until now happens as things were. */
static void change(void)
{
	if (watching && !changed)
		cronplan_turn(plan, wallclock_now(), wallclock_steady_ms(), cronjob_due);
	changed = true;
}

static void retire(struct crontable *t)
{
	change();
	crontable_leave(t, plan);
	t->next = leaving;
	leaving = t;
}

static void append(struct crontable *t)
{
	t->next = NULL;
	*last = t;
	last = &t->next;
}

/* Of the look before. */
static struct crontable *take(const char *path)
{
	struct crontable *t, **at = &known;

	while ((t = *at) && strcmp(t->path, path) != 0)
		at = &t->next;
	if (t)
		*at = t->next;
	return t;
}

/* Frees those whose runs have ended. */
static void sweep(void)
{
	for (struct crontable *t, **at = &leaving; (t = *at);) {
		if (crontable_busy(t)) {
			at = &t->next;
			continue;
		}
		*at = t->next;
		crontable_free(t);
	}
}

/* NULL: no memory; the old one, if any, goes on. */
static struct crontable *make(const char *path, uint64_t stamp, struct crontable *old)
{
	struct crontable *t = crontable_new(path, stamp);

	change();
	starved |= !t;
	if (!t && old)
		append(old);
	return t;
}

static bool is_name(const char *p)
{
	while (((*p | 32) >= 'a' && (*p | 32) <= 'z') || (*p >= '0' && *p <= '9') || (*p && strchr("-_.", *p)))
		p++;
	return !*p;
}

/* Whom it belongs to, and may we use it? */
static bool permitted(struct crontable *t, enum kind kind, const struct stat *st)
{
	const char *path = t->path, *name = path_name(path), *out = setup->files ? "" : "left out: ";
	enum crontab_grade grade = setup->files ? CRONTAB_WARNING : CRONTAB_ERROR;
	uid_t uid;

	if (kind == NAMED && !is_name(name)) {
		crontable_say(path, CRONTAB_WARNING, 0, 0, "left out: only letters, digits, - _ and . are for a name");
		return false;
	}
	if (kind == NAMED)
		t->name = name;
	if (kind == PERSONAL)
		t->user = cronuser_find(name);
	if (kind == PERSONAL && !t->user) {
		crontable_say(path, CRONTAB_WARNING, 0, 0,
		              errno == EPERM    ? "left out: of another user, and we are not root"
		              : errno == ENOENT ? "left out: there is no such user"
		                                : "left out: %m");
		return false;
	}
	uid = t->user && t->user->as ? t->user->as->uid : 0;
	if (geteuid() || (!(st->st_mode & 022) && (!st->st_uid || st->st_uid == uid)))
		return true;
	/* who names a file means it */
	if (st->st_mode & 022)
		crontable_say(path, grade, 0, 0, "%sothers may write to it: chmod go-w %s", out, path);
	else
		crontable_say(path, grade, 0, 0, "%sit belongs to uid %u: chown root %s", out, st->st_uid, path);
	return setup->files;
}

/* It was read, and takes the place of the other. */
static void enter(struct crontable *t, struct crontable *old)
{
	append(t);
	starved |= crontable_enter(t, old, plan, watching ? since : 0) < 0;
	if (old)
		retire(old);
}

/* The new one cannot be read: the other goes on, unless it has gone on purpose. */
static void keep(struct crontable *t, struct crontable *old)
{
	bool missing = errno == ENOENT || errno == ENOTDIR;

	crontable_say(t->path, CRONTAB_ERROR, 0, 0, old && !missing ? "%m; its jobs stay as they were" : "%m");
	if (!old || missing) {
		enter(t, old);
		return;
	}
	old->stamp = t->stamp;
	append(old);
	crontable_free(t);
}

/* Is there another way to the same file? */
static bool twice(const char *path, uint64_t stamp)
{
	for (const struct crontable *t = tables; t; t = t->next)
		if (t->stamp == stamp && strcmp(path_name(t->path), path_name(path)) == 0)
			return true;
	return false;
}

static void watch(const char *path)
{
	if (watching && !polling && watch_path(path))
		polling = true;
}

/* The table that is as it was at the look before goes on. */
static bool unchanged(struct crontable **old, const char *path, uint64_t stamp)
{
	*old = take(path);
	if (!*old || (*old)->stamp != stamp || again)
		return false;
	append(*old);
	return true;
}

/* Reads the file, if it is not as before. */
static void visit(const char *path, enum kind kind)
{
	struct crontable *old, *t;
	struct stat st = {0};
	uint64_t mark[6], stamp;
	size_t len;
	char *text;
	int err;

	watch(path);
	err = stat(path, &st) ? errno : 0;
	if (!setup->files && (err == ENOENT || err == ENOTDIR))
		return;
	memcpy(mark,
	       (uint64_t[]){(uint64_t)err, st.st_dev, st.st_ino, (uint64_t)st.st_size, (uint64_t)st.st_ctim.tv_sec,
	                    (uint64_t)st.st_ctim.tv_nsec},
	       sizeof mark);
	stamp = hash_mem(HASH_SEED, mark, sizeof mark);
	if ((!err && twice(path, stamp)) || unchanged(&old, path, stamp) || !(t = make(path, stamp, old)))
		return;
	if (kind == OWN)
		t->user = cronuser_self();
	if (!err && !permitted(t, kind, &st)) {
		enter(t, old);
		return;
	}
	text = err ? NULL : files_load(AT_FDCWD, path, &len);
	if (err)
		errno = err;
	if (text && crontable_read(t, text, len, setup->ours) == 0)
		enter(t, old);
	else
		keep(t, old);
}

/* Something that is no table. */
static void left_out(const char *path, const char *why, int err)
{
	uint64_t stamp = hash_text((uint64_t)err, why);
	struct crontable *old, *t;

	watch(path);
	if (unchanged(&old, path, stamp) || !(t = make(path, stamp, old)))
		return;
	crontable_say(path, CRONTAB_WARNING, 0, 0, "left out: %s", why);
	enter(t, old);
}

/* Finding -------------------------------------------------------------- */

/* Good until the next call. */
static const char *below(const char *path)
{
	static char place[512];

	fmt_into(place, sizeof place, "%s%s", setup->root ? setup->root : "", path);
	return place;
}

static void visit_all(const char *dir, enum kind kind)
{
	size_t count;
	char **paths;

	watch(dir);
	paths = parts_list(dir, PARTS_ANY, left_out, &count);
	if (!paths) {
		if (errno != ENOENT && errno != ENOTDIR)
			left_out(dir, strerror(errno), 0);
		return;
	}
	for (char **p = paths; *p; p++)
		visit(*p, kind);
	parts_free(paths);
}

struct cronjob *crontabs_next(struct cronjob *j)
{
	const struct crontable *t = j ? j->table : tables;

	if (j && ++j < t->jobs + t->count)
		return j;
	if (j)
		t = t->next;
	while (t && !t->count)
		t = t->next;
	return t ? t->jobs : NULL;
}

static bool mentioned(const char *dir)
{
	for (const struct cronjob *j = NULL; (j = crontabs_next((struct cronjob *)j));)
		if (strstr(crontable_text(j, crontable_line(j)->command), dir))
			return true;
	return false;
}

/* A directory of programs is a table of one line, unless it is empty or another table runs it. */
static void visit_programs(const char *dir, const char *when)
{
	struct crontable *old, *t;
	const char *path = below(dir);
	char line[512], *text;
	const char *label = path_name(dir);
	size_t count;
	char **parts;

	watch(path);
	if (access(path, F_OK) || mentioned(dir))
		return;
	parts = parts_list(path, 0, left_out, &count);
	if (!parts)
		return;
	parts_free(parts);
	if (!count || unchanged(&old, path, 0) || !(t = make(path, 0, old)))
		return;
	if (strncmp(label, "cron.", 5) == 0)
		label += 5;
	t->user = cronuser_self();
	fmt_into(line, sizeof line, "CRON_LABEL=%s\n%s run-parts %s\n", label, when, path);
	text = strdup(line);
	if (text && crontable_read(t, text, strlen(text), true) == 0)
		enter(t, old);
	else
		keep(t, old);
}

static void visit_everything(void)
{
	static const struct {
		const char *dir, *when;
	} programs[] = {{"/etc/periodic/15min", "*/15 * * * *"}, {"/etc/periodic/hourly", "0 * * * *"},
	                {"/etc/periodic/daily", "0 2 * * *"},    {"/etc/periodic/weekly", "0 3 * * 6"},
	                {"/etc/periodic/monthly", "0 5 1 * *"},  {"/etc/cron.hourly", "17 * * * *"},
	                {"/etc/cron.daily", "25 6 * * *"},       {"/etc/cron.weekly", "47 6 * * 7"},
	                {"/etc/cron.monthly", "52 6 1 * *"}};

	visit(below("/etc/crontab"), SYSTEM);
	visit_all(below("/etc/cron.d"), NAMED);
	if (setup->dir) {
		visit_all(setup->dir, PERSONAL);
	} else {
		visit_all(below("/etc/crontabs"), PERSONAL);
		visit_all(below("/var/spool/cron/crontabs"), PERSONAL);
	}
	for (size_t i = 0; i < sizeof programs / sizeof *programs; i++)
		visit_programs(programs[i].dir, programs[i].when);
}

static void on_change(void)
{
	if (settle.at_ms)
		return;
	since = wallclock_now();
	loop_at(&settle, clock_ms() + SETTLE_MS);
}

static void look(void)
{
	int64_t second = wallclock_now() % 60;
	struct crontable *t;

	known = tables;
	tables = NULL;
	last = &tables;
	changed = false;
	polling = watching && watch_open(on_change);
	if (!setup->files)
		visit_everything();
	for (const char *const *f = setup->files; f && *f; f++)
		visit(*f, setup->with_user || strcmp(*f, "/etc/crontab") == 0 || strncmp(*f, "/etc/cron.d/", 12) == 0
		                  ? SYSTEM
		                  : OWN);
	while ((t = known)) {
		known = t->next;
		retire(t);
	}
	sweep();
	if (polling)
		loop_at(&poll_timer, clock_ms() + 1000 * (POLL_SECOND - second + (second < POLL_SECOND ? 0 : 60)));
	if (changed && watching)
		setup->changed();
}

static void on_settled(struct loop_timer *t)
{
	(void)t;
	look();
}

static void on_poll(struct loop_timer *t)
{
	since = wallclock_now();
	on_settled(t);
}

/* Beginning ------------------------------------------------------------ */

int crontabs_open(const struct crontabs_setup *s, struct cronplan *p)
{
	setup = s;
	plan = p;
	crontable_tell = s->tell;
	if (!cronuser_self())
		return -1;
	look();
	return starved ? -1 : 0;
}

void crontabs_watch(void)
{
	const char *of = setup->files ? *setup->files : setup->dir;
	int64_t now = wallclock_now();
	int first = -1;
	char name[32];

	fmt_into(name, sizeof name, "cron-%llx", (unsigned long long)hash_text(HASH_SEED, of ? of : ""));
	for (struct cronjob *j = NULL; (j = crontabs_next(j));) {
		cronjob_catch_up(j, now);
		if (!(j->entry.when->flags & CRONSPEC_REBOOT))
			continue;
		if (first < 0)
			first = rundir_first(name);
		if (first)
			cronjob_due(&j->entry, now);
	}
	since = now;
	watching = true;
	look();
}

void crontabs_again(void)
{
	again = true;
	since = wallclock_now();
	look();
	again = false;
}
