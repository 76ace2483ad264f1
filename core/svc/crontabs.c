/* crontabs - see crontabs.h
 *
 * One look finds all tables and compares each with what was known of it. What did not change is kept as it is; what did
 * is read into a new table, to which those lines go over that are as before; the old one stays until its last run
 * ended.
 */
#include "svc/crontabs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/hash.h"
#include "pure/crontab.h"
#include "svc/zones.h"
#include "sys/clock.h"
#include "sys/files.h"
#include "sys/hostname.h"
#include "sys/loop.h"
#include "sys/parts.h"
#include "sys/pstate.h"
#include "sys/rundir.h"
#include "sys/users.h"
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
	PROGRAMS, /* a directory */
};

/* A table with all its memory but its lines and jobs. */
struct full {
	struct crontable t; /* first */
	struct crontab tab;
	char path[];
};

/* Users are kept for good. */
struct user {
	struct cronuser u; /* first */
	struct user *next;
	struct pstate as;
	char text[];
};

struct reading {
	struct crontab_reader r; /* first */
	const char *path;
};

/* Looking for lines of a new table in the one before. */
struct match {
	const struct crontable *old;
	size_t at;                              /* where the next one probably is */
	const struct crontab_section *was, *is; /* that were compared last, and the result */
	bool same;
};

static void on_settled(struct loop_timer *);
static void on_poll(struct loop_timer *);

static const struct crontabs_setup *setup;
static struct cronplan *plan;
static struct crontable *tables, **last = &tables;
static struct crontable *known;   /* those of the look before, in the midst of one */
static struct crontable *leaving; /* not in force any more */
static struct user *users;
static uid_t self;
static int64_t since; /* the wall clock when a change was noticed first: lines hold from then on */
static struct loop_timer settle = {.fire = on_settled}, poll_timer = {.fire = on_poll};
static bool watching, polling;
static bool again;   /* look at those too that did not change */
static bool changed; /* during this look */
static bool starved; /* of memory */

__attribute__((format(printf, 5, 6))) static void say(const char *path, enum crontab_grade grade, unsigned line,
                                                      unsigned column, const char *format, ...)
{
	char text[512];
	struct fmt f;
	va_list args;

	fmt_open(&f, text, sizeof text);
	va_start(args, format);
	fmt_va(&f, format, args);
	va_end(args);
	setup->tell(path, (int)grade, line, column, text);
}

/* Users ---------------------------------------------------------------- */

static const struct cronuser *add_user(const char *name, const char *home, const struct users_user *u)
{
	size_t len = strlen(name) + 1;
	struct user *new = calloc(1, sizeof *new + len + strlen(home) + 1);

	if (!new || (u->uid != self && pstate_login(&new->as, u))) {
		free(new);
		return NULL;
	}
	if (new->as.set_user)
		new->u.as = &new->as;
	new->u.name = memcpy(new->text, name, len);
	new->u.home = strcpy(new->text + len, home);
	new->next = users;
	users = new;
	return &new->u;
}

/* NULL with errno; EPERM: we are not root, and another one. */
static const struct cronuser *find_user(const char *name)
{
	struct users_user u;

	for (const struct user *p = users; p; p = p->next)
		if (strcmp(p->u.name, name) == 0)
			return &p->u;
	if (users_find(name, &u))
		return NULL;
	errno = EPERM;
	return self && u.uid != self ? NULL : add_user(name, u.home[0] ? u.home : "/", &u);
}

/* By the name of our row, if there is one: a container's random uid has none. */
static const struct cronuser *find_self(void)
{
	const char *home = getenv("HOME");
	struct users_user u;
	char number[16];

	self = geteuid();
	fmt_into(number, sizeof number, "%u", (unsigned)self);
	if (users_find(number, &u))
		u = (struct users_user){.uid = self};
	if (u.home[0] || !home)
		home = u.home[0] ? u.home : "/";
	return add_user(u.name[0] ? u.name : self ? number : "root", home, &u);
}

/* Lines ---------------------------------------------------------------- */

const struct crontab_job *crontabs_line(const struct cronjob *j)
{
	return (const struct crontab_job *)(const void *)j->entry.when;
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

static const char *text_of(const struct cronjob *j, uint32_t at)
{
	const char *text = crontab_text(j->table->tab, at);

	return text ? text : "";
}

static void tell_line(const struct crontab_reader *r, enum crontab_grade grade, unsigned line, unsigned column,
                      const char *what)
{
	setup->tell(((const struct reading *)(const void *)r)->path, (int)grade, line, column, what);
}

unsigned crontabs_column(const struct cronjob *j, const char *at)
{
	const char *text = j->table->tab->text, *begin = text + crontabs_line(j)->schedule;

	while (begin > text && (begin[-1] == ' ' || begin[-1] == '\t'))
		begin--;
	return (unsigned)(at - begin) + 1;
}

/* Finds out whom it runs as, and whether without a shell. False: it cannot run, which is said. */
static bool fit(struct cronjob *j, const char *no_shell, bool *others)
{
	const struct crontab_job *l = crontabs_line(j);
	const char *path = j->table->path, *name, *p;

	if (!j->user) {
		name = text_of(j, l->user);
		j->user = find_user(name);
		if (!j->user && (errno != EPERM || !*others))
			say(path, errno == EPERM ? CRONTAB_WARNING : CRONTAB_ERROR, l->line, crontabs_column(j, name),
			    errno == EPERM    ? "of %s: jobs of others are left out, as we are not root"
			    : errno == ENOENT ? "no such user: %s; the line is left out"
			                      : "user %s: %m; the line is left out",
			    name);
		*others |= !j->user;
	}
	if (j->user && no_shell && !j->ours) {
		name = text_of(j, l->command);
		p = crontab_needs_shell(name);
		if (p)
			say(path, CRONTAB_ERROR, l->line, crontabs_column(j, p),
			    "'%c' is for a shell, and there is no %s; the line is left out", *p, no_shell);
		j->direct = true;
		return !p;
	}
	return j->user;
}

/* The jobs of what was read. */
static int make_jobs(struct crontable *t, bool ours)
{
	const struct crontab *tab = t->tab;
	const struct crontab_section *s, *before = NULL;
	const char *no_shell = NULL, *why;
	const struct zone *zone = NULL;
	bool others = false;

	t->jobs = calloc(tab->count, sizeof *t->jobs);
	if (!t->jobs && tab->count)
		return -1;
	for (const struct crontab_job *l = tab->jobs; l < tab->jobs + tab->count; l++, before = s) {
		struct cronjob *j = &t->jobs[t->count];
		s = &tab->sections[l->section];
		if (!before || before->zone != s->zone) {
			zone = zones_find(s->zone, &why);
			if (why && s->zone)
				say(t->path, CRONTAB_WARNING, l->line, 0, "%s; it is UTC", why);
		}
		if (!before || before->shell != s->shell) {
			no_shell = s->shell ? s->shell : "/bin/sh";
			if (access(no_shell, X_OK) == 0)
				no_shell = NULL;
		}
		*j = (struct cronjob){.entry = {.when = &l->when, .zone = zone},
		                      .table = t,
		                      .user = t->user,
		                      .direct = ours,
		                      .ours = ours};
		t->count += fit(j, no_shell, &others);
	}
	return 0;
}

static bool same_env(struct match *m, const struct cronjob *a, const struct cronjob *b)
{
	const struct crontab *was = a->table->tab, *is = b->table->tab;
	const char *list[2][CRONTAB_ENV_MAX + 1];
	size_t count, i = 0;

	if (m->was != &was->sections[crontabs_line(a)->section] || m->is != &is->sections[crontabs_line(b)->section]) {
		m->was = &was->sections[crontabs_line(a)->section];
		m->is = &is->sections[crontabs_line(b)->section];
		count = crontab_env(was, m->was, list[0]);
		m->same = crontab_env(is, m->is, list[1]) == count;
		while (m->same && i < count && strcmp(list[0][i], list[1][i]) == 0)
			i++;
		m->same = m->same && i == count;
	}
	return m->same;
}

/* The line before that the job goes on from. */
static struct cronjob *same_line(struct match *m, const struct cronjob *j)
{
	const struct crontab_job *is = crontabs_line(j), *was;

	for (size_t n = m->old ? m->old->count : 0; n; n--) {
		struct cronjob *o = &m->old->jobs[m->at++ % m->old->count];
		was = crontabs_line(o);
		if (!o->gone && o->user == j->user && o->direct == j->direct &&
		    strcmp(text_of(o, was->schedule), text_of(j, is->schedule)) == 0 &&
		    strcmp(text_of(o, was->command), text_of(j, is->command)) == 0 &&
		    strcmp(text_of(o, was->input), text_of(j, is->input)) == 0 && same_env(m, o, j))
			return o;
	}
	return NULL;
}

/* The jobs come into the plan. */
static void enter_jobs(const struct crontable *t, const struct crontable *old)
{
	struct match m = {.old = old};
	int64_t now = wallclock_now(), at;

	for (struct cronjob *o, *j = t->jobs; j < t->jobs + t->count; j++) {
		if ((o = same_line(&m, j))) {
			cronplan_replace(plan, &o->entry, &j->entry);
			cronjob_continue(j, o);
			o->gone = true;
			continue;
		}
		starved |= cronplan_add(plan, &j->entry) < 0;
		if (!watching)
			continue;
		cronjob_catch_up(j, now);
		at = cronspec_next(j->entry.when, j->entry.zone, since);
		if (at <= now)
			cronjob_due(&j->entry, at);
	}
}

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
	for (struct cronjob *j = t->jobs; j < t->jobs + t->count; j++) {
		if (!j->gone)
			cronplan_remove(plan, &j->entry);
		j->gone = true;
	}
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

/* NULL: no memory; the old one, if any, goes on. */
static struct crontable *make(const char *path, uint64_t stamp, struct crontable *old)
{
	struct full *f = calloc(1, sizeof *f + strlen(path) + 1);

	change();
	if (!f) {
		starved = true;
		if (old)
			append(old);
		return NULL;
	}
	f->t.path = strcpy(f->path, path);
	f->t.tab = &f->tab;
	f->t.stamp = stamp;
	return &f->t;
}

static void drop(struct crontable *t)
{
	for (struct cronjob *j = t->jobs; j < t->jobs + t->count; j++)
		free(j->past);
	crontab_free(t->tab);
	free(t->jobs);
	free(t);
}

/* Frees those whose runs have ended. */
static void sweep(void)
{
	for (struct crontable *t, **at = &leaving; (t = *at);) {
		struct cronjob *j = t->jobs, *end = j + t->count;
		while (j < end && !(j->past && j->past->runs))
			j++;
		if (j < end) {
			at = &t->next;
			continue;
		}
		*at = t->next;
		drop(t);
	}
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
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
	const char *path = t->path, *name = base_name(path);
	uid_t uid;

	if (kind == NAMED && !is_name(name)) {
		say(path, CRONTAB_WARNING, 0, 0, "left out: only letters, digits, - _ and . are for a name");
		return false;
	}
	if (kind == NAMED)
		t->name = name;
	if (kind == PERSONAL)
		t->user = find_user(name);
	if (kind == PERSONAL && !t->user) {
		say(path, CRONTAB_WARNING, 0, 0,
		    errno == EPERM    ? "left out: of another user, and we are not root"
		    : errno == ENOENT ? "left out: there is no such user"
		                      : "left out: %m");
		return false;
	}
	uid = t->user && t->user->as ? t->user->as->uid : 0;
	if (self || (!(st->st_mode & 022) && (!st->st_uid || st->st_uid == uid)))
		return true;
	if (st->st_mode & 022)
		say(path, CRONTAB_ERROR, 0, 0, "left out: others may write to it: chmod go-w %s", path);
	else
		say(path, CRONTAB_ERROR, 0, 0, "left out: it belongs to uid %u: chown root %s", st->st_uid, path);
	return false;
}

static int read_text(struct crontable *t, enum kind kind, char *text, size_t len)
{
	struct reading r = {.r = {.user = kind <= NAMED,
	                          .seed = hash_text(hash_text(HASH_SEED, hostname_get()), t->path),
	                          .tell = tell_line},
	                    .path = t->path};

	return crontab_read(t->tab, text, len, &r.r) || make_jobs(t, kind == PROGRAMS) ? -1 : 0;
}

/* It was read, and takes the place of the other. */
static void enter(struct crontable *t, struct crontable *old)
{
	append(t);
	enter_jobs(t, old);
	if (old)
		retire(old);
}

/* The new one cannot be read: the other goes on, unless it has gone on purpose. */
static void keep(struct crontable *t, struct crontable *old)
{
	bool missing = errno == ENOENT || errno == ENOTDIR;

	say(t->path, CRONTAB_ERROR, 0, 0, old && !missing ? "%m; its jobs stay as they were" : "%m");
	if (!old || missing) {
		enter(t, old);
		return;
	}
	old->stamp = t->stamp;
	append(old);
	drop(t);
}

/* Is there another way to the same file? */
static bool twice(const char *path, uint64_t stamp)
{
	for (const struct crontable *t = tables; t; t = t->next)
		if (t->stamp == stamp && strcmp(base_name(t->path), base_name(path)) == 0)
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
		t->user = &users->u;
	if (!err && !permitted(t, kind, &st)) {
		enter(t, old);
		return;
	}
	text = err ? NULL : files_load(AT_FDCWD, path, &len);
	if (err)
		errno = err;
	if (text && read_text(t, kind, text, len) == 0)
		enter(t, old);
	else
		keep(t, old);
}

/* Something that is no table. */
static void left_out(const char *path, const char *why, int err)
{
	uint64_t stamp = hash_text((uint64_t)err, why);
	struct crontable *old, *t;

	if (unchanged(&old, path, stamp) || !(t = make(path, stamp, old)))
		return;
	say(path, CRONTAB_WARNING, 0, 0, "left out: %s", why);
	enter(t, old);
}

/* Finding -------------------------------------------------------------- */

/* Good until the next call. */
static const char *below(const char *path)
{
	static char mem[512];

	fmt_into(mem, sizeof mem, "%s%s", setup->root ? setup->root : "", path);
	return mem;
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

static bool mentioned(const char *dir)
{
	for (const struct cronjob *j = NULL; (j = crontabs_next((struct cronjob *)j));)
		if (strstr(text_of(j, crontabs_line(j)->command), dir))
			return true;
	return false;
}

/* A directory of programs is a table of one line, unless it is empty or another table runs it. */
static void visit_programs(const char *dir, const char *when)
{
	struct crontable *old, *t;
	const char *path = below(dir);
	char line[512], *text;
	const char *label = base_name(dir);
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
	t->user = &users->u;
	fmt_into(line, sizeof line, "CRON_LABEL=%s\n%s run-parts %s\n", label, when, path);
	text = strdup(line);
	if (text && read_text(t, PROGRAMS, text, strlen(text)) == 0)
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
	if (setup->dir)
		visit_all(setup->dir, PERSONAL);
	else
		visit_all(below("/etc/crontabs"), PERSONAL);
	if (!setup->dir)
		visit_all(below("/var/spool/cron/crontabs"), PERSONAL);
	for (size_t i = 0; i < sizeof programs / sizeof *programs; i++)
		visit_programs(programs[i].dir, programs[i].when);
}

static void look(void)
{
	int64_t second = wallclock_now() % 60;
	struct crontable *t;

	known = tables;
	tables = NULL;
	last = &tables;
	changed = false;
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

static void on_change(void)
{
	if (settle.at_ms)
		return;
	since = wallclock_now();
	loop_at(&settle, clock_ms() + SETTLE_MS);
}

/* Beginning ------------------------------------------------------------ */

/* Is it the first time since the container started that @reboot lines of these tables are asked for? It is remembered
 * with the start of process 1, as the directory may outlive the container's stop. */
static bool has_started(void)
{
	const char *dir = rundir_own(), *of = setup->files ? *setup->files : setup->dir, *p;
	char text[512], had[32], path[300];
	size_t len = 0;

	if (!dir ||
	    fmt_into(path, sizeof path, "%s/cron-%llx", dir, (unsigned long long)hash_text(HASH_SEED, of ? of : "")))
		return true;
	p = files_read(AT_FDCWD, "/proc/1/stat", text, sizeof text) > 0 ? strrchr(text, ')') : NULL;
	for (int field = 2; p && field < 22; field++)
		p = strchr(p + 1, ' ');
	if (p)
		len = strcspn(++p, " ");
	if (files_read_word(AT_FDCWD, path, had, sizeof had) == (ssize_t)len && memcmp(had, p, len) == 0)
		return false;
	files_replace(AT_FDCWD, path, 0644, p, len);
	return true;
}

int crontabs_open(const struct crontabs_setup *s, struct cronplan *p)
{
	const char *why;

	setup = s;
	plan = p;
	if (!find_self())
		return -1;
	zones_find(NULL, &why);
	if (why)
		say("", CRONTAB_WARNING, 0, 0, "%s; it is UTC", why);
	look();
	return starved ? -1 : 0;
}

void crontabs_watch(void)
{
	int64_t now = wallclock_now();
	bool started = false, asked = false;

	for (struct cronjob *j = NULL; (j = crontabs_next(j));) {
		cronjob_catch_up(j, now);
		if (!(j->entry.when->flags & CRONSPEC_REBOOT))
			continue;
		if (!asked)
			started = has_started();
		asked = true;
		if (started)
			cronjob_due(&j->entry, now);
	}
	since = now;
	watching = true;
	polling = watch_open(on_change) != 0;
	look();
}

void crontabs_again(void)
{
	again = true;
	since = wallclock_now();
	look();
	again = false;
}
