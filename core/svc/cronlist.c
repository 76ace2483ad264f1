/* cronlist - see cronlist.h */
#include "svc/cronlist.h"

#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/path.h"
#include "base/signals.h"
#include "base/words.h"
#include "pure/crontab.h"
#include "pure/zone.h"
#include "svc/crontabs.h"
#include "sys/exec.h"

/* LAST: results that the state shows. SOME: as many jobs that run are named. */
enum { LINE = 512, LAST = 5, SOME = 20 };

static const char *user_of(const struct cronjob *j)
{
	return j->user && j->user->name ? j->user->name : "-";
}

static void pad(struct fmt *f, size_t column)
{
	do
		fmt_char(f, ' ');
	while (f->len < column && !f->cut);
}

void cronlist_runs(int64_t after, unsigned long n, void (*put)(const char *))
{
	enum { USER = sizeof "2026-11-22 07:17:00 +0330" };
	size_t width = 0;

	for (struct cronjob *j = NULL; (j = crontabs_next(j));)
		if (strlen(user_of(j)) > width)
			width = strlen(user_of(j));
	for (struct cronjob *j = NULL; (j = crontabs_next(j));) {
		int64_t at = after;
		for (unsigned long i = 0; i < n; i++) {
			char mem[LINE];
			struct fmt f;
			fmt_open(&f, mem, sizeof mem);
			at = cronspec_next(j->entry.when, j->entry.zone, at);
			if (at != CRONSPEC_NEVER)
				zone_text(j->entry.zone, at, &f);
			else
				fmt_str(&f, j->entry.when->flags & (CRONSPEC_REBOOT | CRONSPEC_BOOT) ? "at the start"
				                                                                     : "never");
			pad(&f, USER);
			fmt_str(&f, user_of(j));
			pad(&f, USER + width + 1);
			fmt_add(&f, "%s\n", cronjob_label(j));
			put(mem);
			if (at == CRONSPEC_NEVER)
				break;
		}
	}
}

/* The directories that the job looks for commands in. */
static const char *path_of(const struct cronjob *j)
{
	extern char **environ;
	const struct crontab *tab = j->table->tab;
	const char *list[CRONTAB_ENV_MAX + 1];

	crontab_env(tab, &tab->sections[crontable_line(j)->section], list);
	for (const char **e = list; *e; e++)
		if (strncmp(*e, "PATH=", 5) == 0)
			return *e + 5;
	return exec_path(environ);
}

static bool reachable(const char *name, const char *path)
{
	char full[PATH_ROOM];

	while (path_next(name, &path, full))
		if (access(full, X_OK) == 0)
			return true;
	return false;
}

static void check_command(const struct cronjob *j, const char *command, char *what, size_t cap)
{
	static const char inside[] =
	        ". : [ ! alias bg break case cd command echo eval exec exit export false fg for if "
	        "kill printf pwd read return set shift source test time times trap true type ulimit "
	        "umask unset until wait while";
	char name[LINE];
	size_t len = strspn(command, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./+-");

	if (!len || !strchr(" \t;&|<>\n", command[len]) || j->ours ||
	    (!j->direct && words_among(inside, command, len)) || fmt_into(name, sizeof name, "%.*s", (int)len, command))
		return;
	if (!reachable(name, path_of(j)))
		fmt_into(what, cap, "%s: no such program%s%s", name,
		         strchr(name, '/') ? "" : " in PATH=", strchr(name, '/') ? "" : path_of(j));
}

unsigned cronlist_check(void (*tell)(const char *, int, unsigned, unsigned, const char *))
{
	unsigned count = 0;

	for (struct cronjob *j = NULL; (j = crontabs_next(j)); count++) {
		const struct crontab_job *line = crontable_line(j);
		const char *command = j->table->tab->text + line->command;
		char what[LINE] = "";
		check_command(j, command, what, sizeof what);
		if (*what)
			tell(j->table->path, CRONTAB_WARNING, line->line, crontable_column(j, command), what);
	}
	return count;
}

/* Puts the job among the latest, if it belongs there. */
static void rank(const struct cronjob *latest[LAST], const struct cronjob *j)
{
	size_t i = LAST;

	for (; i && (!latest[i - 1] || latest[i - 1]->past->at < j->past->at); i--)
		if (i < LAST)
			latest[i] = latest[i - 1];
	if (i < LAST)
		latest[i] = j;
}

void cronlist_state(struct fmt *f, const struct cronplan *plan)
{
	const struct cronjob *latest[LAST] = {0};
	unsigned running = 0;

	fmt_str(f, "next: ");
	if (plan->count && plan->heap[0]->next != CRONSPEC_NEVER) {
		zone_text(plan->heap[0]->zone, plan->heap[0]->next, f);
		fmt_add(f, " %s", cronjob_label(container_of(plan->heap[0], struct cronjob, entry)));
	} else {
		fmt_str(f, "none");
	}
	for (struct cronjob *j = NULL; (j = crontabs_next(j));) {
		if (!j->past)
			continue;
		if (j->past->at)
			rank(latest, j);
		if (j->past->runs && running++ < SOME)
			fmt_add(f, "%s%s", running > 1 ? ", " : "\nrunning: ", cronjob_label(j));
	}
	if (running > SOME)
		fmt_add(f, " and %u more", running - SOME);
	fmt_char(f, '\n');
	for (size_t i = 0; i < LAST && latest[i]; i++) {
		const struct cronpast *p = latest[i]->past;
		char how[SIGNALS_ENDED];
		signals_ended(how, p->status);
		fmt_str(f, "last: ");
		zone_text(latest[i]->entry.zone, p->at, f);
		fmt_add(f, " %s %s after %u.%03u s\n", cronjob_label(latest[i]), how, p->ms / 1000, p->ms % 1000);
	}
	fmt_add(f, "failures: %u\n", cronjob_failures);
}
