/* crontable - see crontable.h */
#include "svc/crontable.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/hash.h"
#include "svc/cronuser.h"
#include "svc/zones.h"
#include "sys/hostname.h"
#include "sys/wallclock.h"

enum {
	LOOKS_MAX = 10000000, /* for lines that went on: then a huge table has become another one */
	NEAR = 64,            /* so far the next one may be moved even so */
};

/* A table with all its memory but its lines and jobs. */
struct full {
	struct crontable t; /* first */
	struct crontab tab;
	char path[];
};

struct reading {
	struct crontab_reader r; /* first */
	const char *path;
	bool ours; /* nobody wrote it by hand */
};

/* Looking for lines of a new table in the one before. */
struct match {
	const struct crontable *old;
	size_t at;                              /* where the next one probably is */
	size_t looks;                           /* so far */
	const struct crontab_section *was, *is; /* that were compared last, and the result */
	bool same;
};

crontable_tell_fn *crontable_tell;

void crontable_say(const char *path, enum crontab_grade grade, unsigned line, unsigned column, const char *format, ...)
{
	char text[512];
	struct fmt f;
	va_list args;

	fmt_open(&f, text, sizeof text);
	va_start(args, format);
	fmt_va(&f, format, args);
	va_end(args);
	crontable_tell(path, (int)grade, line, column, text);
}

struct crontable *crontable_new(const char *path, uint64_t stamp)
{
	struct full *f = calloc(1, sizeof *f + strlen(path) + 1);

	if (!f)
		return NULL;
	f->t.path = strcpy(f->path, path);
	f->t.tab = &f->tab;
	f->t.stamp = stamp;
	return &f->t;
}

void crontable_free(struct crontable *t)
{
	for (struct cronjob *j = t->jobs; j < t->jobs + t->count; j++)
		free(j->past);
	crontab_free(t->tab);
	free(t->jobs);
	free(t);
}

const char *crontable_text(const struct cronjob *j, uint32_t at)
{
	const char *text = crontab_text(j->table->tab, at);

	return text ? text : "";
}

static void tell_line(const struct crontab_reader *r, enum crontab_grade grade, unsigned line, unsigned column,
                      const char *what)
{
	const struct reading *is = (const void *)r;

	if (grade != CRONTAB_NOTE || !is->ours)
		crontable_tell(is->path, (int)grade, line, column, what);
}

unsigned crontable_column(const struct cronjob *j, const char *at)
{
	const char *text = j->table->tab->text, *begin = text + crontable_line(j)->schedule;

	while (begin > text && (begin[-1] == ' ' || begin[-1] == '\t'))
		begin--;
	return (unsigned)(at - begin) + 1;
}

/* Finds out whom it runs as, and whether without a shell. False: it cannot run, which is said. */
static bool fit(struct cronjob *j, const char *no_shell, bool *others)
{
	const struct crontab_job *l = crontable_line(j);
	const char *path = j->table->path, *name, *p;

	if (!j->user) {
		name = crontable_text(j, l->user);
		j->user = cronuser_find(name);
		if (!j->user && (errno != EPERM || !*others))
			crontable_say(path, errno == EPERM ? CRONTAB_WARNING : CRONTAB_ERROR, l->line,
			              crontable_column(j, name),
			              errno == EPERM    ? "of %s: jobs of others are left out, as we are not root"
			              : errno == ENOENT ? "no such user: %s; the line is left out"
			                                : "user %s: %m; the line is left out",
			              name);
		*others |= !j->user;
	}
	if (j->user && no_shell && !j->ours) {
		name = crontable_text(j, l->command);
		p = crontab_needs_shell(name);
		if (p)
			crontable_say(path, CRONTAB_ERROR, l->line, crontable_column(j, p),
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
				crontable_say(t->path, CRONTAB_WARNING, l->line, 1, "%s; it is UTC", why);
		}
		if (!before || before->shell != s->shell) {
			no_shell = crontab_shell(s);
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

int crontable_read(struct crontable *t, char *text, size_t len, bool ours)
{
	struct reading r = {.r = {.user = !t->user,
	                          .seed = hash_text(hash_text(HASH_SEED, hostname_get()), t->path),
	                          .tell = tell_line},
	                    .path = t->path,
	                    .ours = ours};

	return crontab_read(t->tab, text, len, &r.r) || make_jobs(t, ours) ? -1 : 0;
}

static bool same_env(struct match *m, const struct cronjob *a, const struct cronjob *b)
{
	const struct crontab *was = a->table->tab, *is = b->table->tab;
	const char *list[2][CRONTAB_ENV_MAX + 1];
	size_t count, i = 0;

	if (m->was != &was->sections[crontable_line(a)->section] ||
	    m->is != &is->sections[crontable_line(b)->section]) {
		m->was = &was->sections[crontable_line(a)->section];
		m->is = &is->sections[crontable_line(b)->section];
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
	const struct crontab_job *is = crontable_line(j), *was;
	size_t count = m->old ? m->old->count : 0, at = m->at;

	for (size_t n = m->looks < LOOKS_MAX || count < NEAR ? count : NEAR; n; n--, m->looks++) {
		struct cronjob *o = &m->old->jobs[at++ % count];
		was = crontable_line(o);
		if (o->gone || was->when.minutes != is->when.minutes)
			continue;
		if (o->user == j->user && o->direct == j->direct &&
		    strcmp(crontable_text(o, was->schedule), crontable_text(j, is->schedule)) == 0 &&
		    strcmp(crontable_text(o, was->command), crontable_text(j, is->command)) == 0 &&
		    strcmp(crontable_text(o, was->input), crontable_text(j, is->input)) == 0 && same_env(m, o, j)) {
			m->at = at;
			return o;
		}
	}
	return NULL;
}

int crontable_enter(struct crontable *t, const struct crontable *old, struct cronplan *plan, int64_t since)
{
	struct match m = {.old = old};
	int64_t now = wallclock_now(), at;
	int rc = 0;

	for (struct cronjob *o, *j = t->jobs; j < t->jobs + t->count; j++) {
		if ((o = same_line(&m, j))) {
			cronplan_replace(plan, &o->entry, &j->entry);
			cronjob_continue(j, o);
			o->gone = true;
			continue;
		}
		if (cronplan_add(plan, &j->entry)) {
			j->gone = true;
			rc = -1;
		}
		if (!since || j->gone)
			continue;
		cronjob_catch_up(j, now);
		at = cronspec_next(j->entry.when, j->entry.zone, since);
		if (at <= now)
			cronjob_due(&j->entry, at);
	}
	return rc;
}

void crontable_leave(struct crontable *t, struct cronplan *plan)
{
	for (struct cronjob *j = t->jobs; j < t->jobs + t->count; j++) {
		if (!j->gone)
			cronplan_remove(plan, &j->entry);
		j->gone = true;
	}
}

bool crontable_busy(const struct crontable *t)
{
	for (const struct cronjob *j = t->jobs; j < t->jobs + t->count; j++)
		if (j->past && j->past->runs)
			return true;
	return false;
}
