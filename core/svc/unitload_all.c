/* unitload_all - the units that there shall be, written as directories of services: see unitload.h. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/msg.h"
#include "base/setting.h"
#include "pure/unitlife.h"
#include "svc/unitload.h"
#include "svc/unitload_state.h"
#include "svc/unittimer.h"
#include "sys/files.h"
#include "sys/spawn.h"
#include "sys/tree.h"

enum { TEXT_MAX = 65536 };

static bool timers; /* there are some */

/* A list in the making. */
struct list {
	struct fmt *f;
	const char *key;
	struct unitload_unit *of;
	const char *missing; /* the first name of which there is nothing */
	int why;
	bool begun;
};

static void put(struct list *l, const char *service)
{
	if (l->begun)
		fmt_char(l->f, ' ');
	else
		fmt_add(l->f, "%s=", l->key);
	fmt_str(l->f, service);
	l->begun = true;
}

static void put_name(void *arg, const char *name)
{
	struct list *l = arg;
	struct unitload_name *n = unitload_look_up(name);

	if (n && n->directory)
		put(l, unitload_service(name));
	else if (n && n->node && n->node->used && n->node != l->of && !unitload_is_timer(n->node) &&
	         (n->node->wanted || *l->key != 'w' || n->node->triggered))
		put(l, n->node->service);
	else if (n && n->absent && !l->missing && strcmp(unit_suffix(name), "service") == 0)
		l->missing = name, l->why = n->why;
}

static void put_links(struct list *l, bool required)
{
	unitload_links(l->of->u.name, required ? "requires" : "wants", put_name, l);
	for (struct unitload_wanter *w = l->of->wanters; w; w = w->next)
		if (w->required == required)
			put(l, w->node->service);
}

static void put_lists(struct unitload_unit *n, struct fmt *f, char **refused)
{
	static const struct {
		char key[11];
		unsigned char from;
		bool needed;
	} lists[] = {{"after", UNIT_After, false},         {"before", UNIT_Before, false},
	             {"requires", UNIT_Requires, true},    {"requisite", UNIT_Requisite, true},
	             {"wants", UNIT_Wants, false},         {"binds-to", UNIT_BindsTo, true},
	             {"part-of", UNIT_PartOf, false},      {"conflicts", UNIT_Conflicts, false},
	             {"upholds", UNIT_Upholds, false},     {"on-failure", UNIT_OnFailure, false},
	             {"on-success", UNIT_OnSuccess, false}};

	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
		enum unit_key key = (enum unit_key)lists[i].from;
		struct list l = {.f = f, .key = lists[i].key, .of = n};
		for (char **p = unit_words(&n->u, key); p && *p; p++)
			put_name(&l, *p);
		if (key == UNIT_Requires || key == UNIT_Wants)
			put_links(&l, key == UNIT_Requires);
		if (l.begun)
			fmt_char(f, '\n');
		if (l.missing && lists[i].needed && !*refused)
			unitload_add(refused, "it needs %s: %s", l.missing,
			             l.why == EPERM ? "that is masked" : "there is no such unit");
	}
}

static void put_text(struct unitload_unit *n, struct fmt *f)
{
	bool service = strcmp(unit_suffix(n->u.name), "service") == 0;
	const struct unit_setting *where = NULL;
	const char *why = service ? unit_refused(&n->u, &where) : NULL;
	const char *about = unit_text(&n->u, UNIT_Description, NULL);
	char *refused = NULL;
	struct unitlife life;

	fmt_add(f, "id=%s\nread=%llx\n", n->u.name, (unsigned long long)n->hash);
	for (char **p = n->files; *p; p++)
		fmt_add(f, "file=%s\n", *p);
	if (about)
		fmt_add(f, "description=%s\n", about);
	if (n->aliases)
		fmt_add(f, "alias=%s\n", n->aliases);
	unitload_life(&n->u, &life);
	life.wanted = n->wanted;
	unitlife_write(&life, f);
	if (why && where)
		unitload_add(&refused, "%s:%u:%u: %s", where->path, where->line, where->column, why);
	else if (why)
		unitload_add(&refused, "%s: %s", n->files[0], why);
	else if (n->ignored && unitload_how->strict)
		unitload_add(&refused, "INIT_UNITS=strict: not honoured here: %s", n->ignored);
	put_lists(n, f, &refused);
	if (refused)
		fmt_add(f, "refused=%s\n", refused);
}

static void say(const struct unitload_unit *n)
{
	for (const char *p = n->said; p && *p;) {
		size_t len = strcspn(p, "\n");
		msg_warn("%.*s", (int)len, p);
		p += len + 1;
	}
	if (n->ignored)
		msg_info("%s: not needed in a container: %s", n->service, n->ignored);
}

/* 1: it is as it was. -1 with errno. */
static int write_file(const char *dir, const char *file, const struct fmt *f)
{
	char path[PATH_ROOM], old[TEXT_MAX];

	if (f->cut || fmt_into(path, sizeof path, "%s/%s", dir, file)) {
		errno = EMSGSIZE;
		return -1;
	}
	if (files_read(AT_FDCWD, path, old, sizeof old) == (ssize_t)f->len && memcmp(old, f->mem, f->len) == 0)
		return 1;
	/* nobody looks into a new directory before we have ended well */
	if (mkdir(dir, 0755) == 0) {
		int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
		int err = fd < 0 ? -1 : files_write_all(fd, f->mem, f->len);
		close(fd);
		return err;
	}
	return errno != EEXIST ? -1 : files_replace(AT_FDCWD, path, 0644, f->mem, f->len);
}

/* The service that runs the timers, if there are some, is a unit too. */
static int write_timers(const char *units, const struct fmt *lines, const struct unitload_unit *n)
{
	char dir[PATH_ROOM], text[2 * PATH_ROOM];
	struct unitlife life;
	struct fmt f;
	int was = 0;

	fmt_into(dir, sizeof dir, "%s/timers", units);
	if (timers)
		was = write_file(dir, "table", lines);
	for (; n && was == 0; n = n->next)
		if (unitload_is_timer(n))
			say(n);
	if (!timers)
		return 0;
	fmt_open(&f, text, sizeof text);
	fmt_add(&f, "[Service]\nExecStart=@%s crond --ours %s/table\nRestart=always\n", spawn_self(), dir);
	if (was < 0 || write_file(dir, "timers.service", &f) < 0)
		return -1;
	unitlife_default(&life);
	life.has = UNITLIFE_START;
	life.restart = UNITLIFE_ALWAYS;
	life.wanted = true;
	fmt_open(&f, text, sizeof text);
	fmt_add(&f, "id=timers.service\nfile=%s/timers.service\ndescription=timers of units\n", dir);
	unitlife_write(&life, &f);
	return write_file(dir, "unit", &f) < 0 ? -1 : 0;
}

/* What cannot be written costs no other. */
static int write_all(const char *units, struct unitload_unit *first)
{
	char dir[PATH_ROOM], *text = malloc(TEXT_MAX), *times = malloc(TEXT_MAX);
	struct fmt lines, f;
	int err = 0;

	if (!text || !times)
		return -1;
	fmt_open(&lines, times, TEXT_MAX);
	for (struct unitload_unit *n = first; n; n = n->next) {
		int was = 0;
		if (unitload_is_timer(n)) {
			const char *name = unitload_timed(n);
			if (n->wanted && unittimer_write(&n->u, unitload_service(name), &lines))
				unitload_add(&n->said, "%s: this timer starts nothing\n", n->files[0]);
			continue;
		}
		fmt_open(&f, text, TEXT_MAX);
		put_text(n, &f);
		if (fmt_into(dir, sizeof dir, "%s/%s", units, n->service) == 0)
			was = write_file(dir, "unit", &f);
		if (was == 0)
			say(n);
		if (was < 0)
			msg_error("%s/unit: %m", dir);
		err |= was < 0;
	}
	timers = lines.len;
	return write_timers(units, &lines, first) || err ? -1 : 0;
}

/* Its full name may end with it, as that of foo.target, or have .service behind it. */
static bool is_used(const char *service)
{
	char name[UNITLOAD_NAME + 8];

	for (int i = 0; i < 2; i++) {
		struct unitload_name *n = NULL;
		if (fmt_into(name, sizeof name, i ? "%s.service" : "%s", service) == 0)
			n = unitload_name(name, false);
		if (n && n->node && n->node->used && strcmp(n->node->service, service) == 0)
			return true;
	}
	return timers && strcmp(service, "timers") == 0;
}

/* What has its state goes later: it is to stop first. */
static void remove_gone(const char *units)
{
	size_t count = 0;
	char **names = files_list(AT_FDCWD, units, &count), path[PATH_ROOM], unit[PATH_ROOM];

	for (size_t i = 0; i < count; i++) {
		struct tree t = {.uid = (uid_t)-1};
		if (!is_used(names[i]) && fmt_into(path, sizeof path, "%s/%s", units, names[i]) == 0 &&
		    fmt_into(unit, sizeof unit, "%s/unit", path) == 0 && unlink(unit))
			tree_remove(&t, path, true);
	}
}

int unitload_all(const struct unitload *l, const char *run_dir)
{
	struct unitload all = *l;
	struct unitload_unit *first;
	char units[PATH_ROOM];

	all.strict |= setting_lists("INIT_UNITS", "strict");
	unitload_how = &all;
	unitload_look(l->dir);
	first = unitload_use();
	if (fmt_into(units, sizeof units, "%s/units", run_dir) || (mkdir(units, 0755) && errno != EEXIST) ||
	    write_all(units, first)) {
		msg_error("%s/units: %m", run_dir);
		return -1;
	}
	remove_gone(units);
	return 0;
}

void unitload_each(const struct unitload *l, void (*each)(const char *name))
{
	unitload_how = l;
	unitload_look(l->dir);
	for (struct unitload_unit *n = unitload_use(); n; n = n->next)
		each(n->u.name);
}
