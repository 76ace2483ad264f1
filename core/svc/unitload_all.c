/* unitload_all - the units that there shall be, as directories of services: see unitload.h.
 *
 * First those that are enabled, then, from each that is used, what it names; then all are written. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/hash.h"
#include "base/msg.h"
#include "base/setting.h"
#include "base/words.h"
#include "pure/unitlife.h"
#include "svc/unitload.h"
#include "svc/unitload_state.h"
#include "svc/unittimer.h"
#include "sys/files.h"
#include "sys/loop.h"
#include "sys/spawn.h"
#include "sys/tree.h"

enum { TABLE = 512, TEXT_MAX = 65536 };

struct link {
	struct link *next;
	struct node *node;
	bool required;
};

/* A unit. */
struct node {
	struct node *next; /* of those that are used */
	struct unit u;
	const char *service; /* its name without .service */
	char **files;
	uint64_t hash;
	char *aliases, *said, *ignored; /* heap, grow; NULL at first */
	const char *strict;             /* the first directive that is ignored */
	struct link *wanters;           /* what says that this one wants it */
	bool used, wanted, enabled;
	bool triggered; /* a timer or another's failure starts it */
};

/* A name by which units are called. */
struct name {
	struct name *next;
	const char *name;
	struct node *node; /* NULL: no service of a unit's: */
	bool absent;       /* there is nothing of that name */
	bool directory;    /* it is a service directory's */
	bool socket;       /* the unit is the partner of that */
	int why;
};

static const struct unitload *load;
static struct name *table[TABLE];
static struct node *first, **last = &first;
static bool timers; /* there are some */

/* Texts that grow ------------------------------------------------------- */

__attribute__((format(printf, 2, 3))) static void add(char **text, const char *format, ...)
{
	size_t have = *text ? strlen(*text) : 0;
	char line[1024], *more;
	struct fmt f;
	va_list args;

	fmt_open(&f, line, sizeof line);
	va_start(args, format);
	fmt_va(&f, format, args);
	va_end(args);
	more = realloc(*text, have + f.len + 1);
	if (!more)
		return;
	memcpy(more + have, line, f.len + 1);
	*text = more;
}

static void told(const struct unit *u, enum unit_grade grade, const char *path, unsigned line, unsigned column,
                 const char *key, const char *why)
{
	struct node *n = container_of(u, struct node, u);

	if (grade != UNIT_IGNORED) {
		add(&n->said, "%s:%u:%u: %s%s%s\n", path, line, column, key, *key ? "= " : "", why);
		return;
	}
	if (!n->ignored || !words_among(n->ignored, key, strlen(key)))
		add(&n->ignored, "%s ", key);
}

/* Names ----------------------------------------------------------------- */

/* Always reached, or none of our business. */
static bool is_void(const char *name, const char *suffix)
{
	static const char reached[] =
	        "network* nss-* local-fs* remote-fs* time-* sysinit* basic* multi-user* default* graphical* sockets* "
	        "timers* paths* slices* swap* syslog* shutdown* final* umount* getty* rpcbind* reboot* poweroff* halt* "
	        "kexec* exit* rescue* emergency* initrd* machines* cryptsetup* integritysetup* veritysetup* boot-* "
	        "first-boot* sleep* suspend* hibernate* hybrid-* sound* printer* bluetooth* smartcard* usb-gadget* "
	        "runlevel* ctrl-alt-del* system-update* remote-* soft-reboot* sigpwr* storage-* factory-reset*";

	if (strcmp(suffix, "target") == 0)
		return words_fit(reached, name, strlen(name));
	return !words_among("service timer socket", suffix, strlen(suffix));
}

static const char *base_name(const char *name)
{
	size_t len = strlen(name) - sizeof ".service" + 1;

	return strcmp(unit_suffix(name), "service") == 0 ? strndup(name, len) : name;
}

static bool is_directory(const char *service)
{
	char path[PATH_ROOM];

	return load->dir && unitload_has(&unitload_places[0], service) &&
	       fmt_into(path, sizeof path, "%s/%s/run", load->dir, service) == 0 && access(path, F_OK) == 0;
}

static struct name *find_name(const char *name, bool make)
{
	struct name **at = &table[hash_text(HASH_SEED, name) % TABLE];

	while (*at && strcmp((*at)->name, name) != 0)
		at = &(*at)->next;
	if (!*at && make) {
		*at = calloc(1, sizeof **at);
		if (*at)
			(*at)->name = strdup(name);
	}
	return *at;
}

static struct node *read_node(struct name *n)
{
	struct node *new = calloc(1, sizeof *new);
	struct unitload how = {.dir = load->dir, .tell = told};

	if (!new || unitload_find(&how, n->name, &new->u)) {
		n->why = errno;
		if (errno != ENOENT && errno != EPERM)
			msg_error("%s: its files cannot be read: %m", n->name);
		n->absent = true;
		return NULL;
	}
	new->files = unitload_files;
	new->hash = unitload_hash;
	new->service = base_name(new->u.name);
	return new;
}

static struct name *look_up(const char *name)
{
	const char *suffix = unit_suffix(name);
	struct name *n = find_name(name, false);
	char real[UNITLOAD_NAME], path[PATH_ROOM];

	if (n || !*suffix)
		return n;
	n = find_name(name, true);
	if (!n || is_void(name, suffix))
		return n;
	if (strcmp(suffix, "service") == 0 && is_directory(base_name(name))) {
		n->directory = true;
		return n;
	}
	if (fmt_into(real, sizeof real, "%s", name) || unitload_real(real, path)) {
		n->absent = true;
		n->why = errno;
		return n;
	}
	n->socket = strcmp(suffix, "socket") == 0;
	if (n->socket)
		fmt_into(strrchr(real, '.'), sizeof ".service", ".service");
	if (strcmp(real, name) != 0) {
		struct name *is = look_up(real);
		if (is && is->node && !n->socket)
			add(&is->node->aliases, "%s ", base_name(n->name));
		if (is)
			n->node = is->node, n->absent = is->absent, n->directory = is->directory, n->why = is->why;
		return n;
	}
	n->node = read_node(n);
	return n;
}

/* Which are used --------------------------------------------------------- */

static bool listed(const char *variable, const char *service)
{
	const char *list = setting_text(variable);
	size_t len = strlen(service), n;

	for (const char *p; list && (p = words_next(&list, &n));)
		if (n == len && memcmp(p, service, n) == 0)
			return true;
	return false;
}

/* Alias= is what `systemctl enable` makes links of. */
static void give_aliases(struct node *n)
{
	for (char **p = unit_words(&n->u, UNIT_Alias); p && *p; p++) {
		struct name *a = look_up(*p);
		if (!a || a->node || a->directory)
			continue;
		a->node = n;
		a->absent = false;
		add(&n->aliases, "%s ", base_name(a->name));
	}
}

static void use(struct node *n, bool wanted);

static void use_name(const char *name, bool wanted)
{
	struct name *n = look_up(name);

	if (!n || !n->node)
		return;
	if (n->socket && !n->node->used)
		add(&n->node->said, "%s: nothing is started by its socket here: %s is started at once\n", name,
		    n->node->service);
	use(n->node, wanted);
}

static void use_link(void *wanted, const char *name)
{
	use_name(name, *(bool *)wanted);
}

static void use_words(struct node *n, enum unit_key key, bool wanted)
{
	for (char **p = unit_words(&n->u, key); p && *p; p++)
		use_name(*p, wanted);
}

static const char *timed(struct node *n)
{
	char **words = unit_words(&n->u, UNIT_Unit), *name;
	size_t len = (size_t)(strrchr(n->u.name, '.') - n->u.name), cap = len + sizeof ".service";

	if (words && *words)
		return *words;
	name = malloc(cap);
	if (name)
		fmt_into(name, cap, "%.*s.service", (int)len, n->u.name);
	return name ? name : "";
}

static bool is_timer(const struct node *n)
{
	return strcmp(unit_suffix(n->u.name), "timer") == 0;
}

/* Once as one that is there, and perhaps again as one that is wanted. */
static void use(struct node *n, bool wanted)
{
	static const unsigned char pulls[] = {UNIT_Requires, UNIT_Wants, UNIT_BindsTo, UNIT_Upholds};
	static const unsigned char names[] = {UNIT_Requisite, UNIT_OnFailure, UNIT_OnSuccess};

	wanted = wanted && !listed("INIT_DISABLED_SERVICES", n->service);
	if (n->used && (n->wanted || !wanted))
		return;
	if (!n->used) {
		n->used = true;
		*last = n;
		last = &n->next;
		give_aliases(n);
	}
	n->wanted = wanted;
	if (is_timer(n))
		use_name(timed(n), false);
	for (size_t i = 0; i < sizeof pulls; i++)
		use_words(n, (enum unit_key)pulls[i], wanted);
	for (size_t i = 0; i < sizeof names; i++)
		use_words(n, (enum unit_key)names[i], false);
	unitload_links(n->u.name, "wants", use_link, &wanted);
	unitload_links(n->u.name, "requires", use_link, &wanted);
}

/* Which are enabled ------------------------------------------------------ */

static void mark_triggered(const char *name)
{
	struct name *n = look_up(name);

	if (n && n->node)
		n->node->triggered = true;
}

/* A template stands for its DefaultInstance=. */
static const char *instance(const char *name)
{
	struct unitload how = {.dir = load->dir};
	const char *at = strstr(name, "@."), *is;
	struct unit u;
	size_t cap;
	char *full;

	if (!at)
		return name;
	if (unitload_find(&how, name, &u) || !(is = unit_text(&u, UNIT_DefaultInstance, NULL)))
		return "";
	cap = strlen(name) + strlen(is) + 1;
	full = malloc(cap);
	if (full)
		fmt_into(full, cap, "%.*s%s%s", (int)(at + 1 - name), name, is, at + 1);
	return full ? full : "";
}

static struct name *enable(const char *name)
{
	struct name *n = look_up(name);

	if (!n || !n->node)
		return n;
	if (!n->node->enabled)
		give_aliases(n->node);
	n->node->enabled = true;
	if (is_timer(n->node))
		mark_triggered(timed(n->node));
	for (int i = 0; i < 2; i++)
		for (char **p = unit_words(&n->node->u, i ? UNIT_OnFailure : UNIT_OnSuccess); p && *p; p++)
			mark_triggered(*p);
	return n;
}

/* Units of the system's directories that its targets want; nobody has run `systemctl enable` FROM scratch. */
static bool wanted_by_system(const char *name)
{
	static const char targets[] = "multi-user.target default.target graphical.target timers.target sockets.target";
	struct name *n = look_up(name);

	for (int i = 0; n && n->node && i < 2; i++)
		for (char **p = unit_words(&n->node->u, i ? UNIT_RequiredBy : UNIT_WantedBy); p && *p; p++)
			if (words_among(targets, *p, strlen(*p)))
				return true;
	return false;
}

static void enable_link(void *arg, const char *name)
{
	(void)arg;
	if (enable(name))
		use_name(name, true);
}

static void use_system(void)
{
	static const char *const targets[] = {"multi-user.target", "default.target", "graphical.target",
	                                      "timers.target", "sockets.target"};

	for (size_t i = 0; i < sizeof targets / sizeof *targets; i++)
		for (int k = 0; k < 2; k++)
			unitload_links(targets[i], k ? "requires" : "wants", enable_link, NULL);
	for (size_t i = 1; i < UNITLOAD_PLACES; i++)
		for (char **p = unitload_places[i].names; p && *p; p++)
			if (*unit_suffix(*p) && !strstr(*p, "@.") && wanted_by_system(*p))
				enable_link(NULL, *p);
}

/* What only something else starts is not started by its place alone. */
static void use_enabled(const char *name)
{
	struct name *n = find_name(name, false);

	if (n && n->directory && strcmp(unit_suffix(name), "service") == 0)
		msg_warn("%s/%s: the directory of that name is used instead", load->dir, name);
	else if (n && n->node)
		use_name(name, !n->node->triggered || unit_text(&n->node->u, UNIT_WantedBy, NULL) ||
		                       unit_text(&n->node->u, UNIT_RequiredBy, NULL));
}

static void use_all(bool system)
{
	const char *list = setting_text("INIT_ENABLED_SERVICES"), *names = list;
	struct unitload_place *p = unitload_places;
	size_t len;

	for (size_t i = 0; i < p->count; i++) {
		p->names[i] = *unit_suffix(p->names[i]) ? (char *)(uintptr_t)instance(p->names[i]) : p->names[i];
		enable(p->names[i]);
	}
	for (size_t i = 0; i < p->count; i++)
		use_enabled(p->names[i]);
	for (const char *w; names && (w = words_next(&names, &len));) {
		char name[UNITLOAD_NAME];
		fmt_into(name, sizeof name, "%.*s", (int)len, w);
		if (!*unit_suffix(name))
			fmt_into(name, sizeof name, "%.*s.service", (int)len, w);
		if (enable(name))
			use_name(name, true);
	}
	if (system)
		use_system();
}

/* WantedBy= one of the units that are used: that wants it. */
static void note_wanters(void)
{
	for (struct node *n = first; n; n = n->next)
		for (int i = 0; n->enabled && i < 2; i++)
			for (char **p = unit_words(&n->u, i ? UNIT_RequiredBy : UNIT_WantedBy); p && *p; p++) {
				struct name *by = find_name(*p, false);
				struct link *l = by && by->node ? malloc(sizeof *l) : NULL;
				if (l)
					*l = (struct link){by->node->wanters, n, i}, by->node->wanters = l;
			}
}

/* Writing ---------------------------------------------------------------- */

/* A list in the making. */
struct list {
	struct fmt *f;
	const char *key;
	struct node *of;
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
	struct name *n = look_up(name);

	if (n && n->directory)
		put(l, base_name(name));
	else if (n && n->node && n->node->used && n->node != l->of && !is_timer(n->node) &&
	         (n->node->wanted || *l->key != 'w' || n->node->triggered))
		put(l, n->node->service);
	else if (n && n->absent && !l->missing && strcmp(unit_suffix(name), "service") == 0)
		l->missing = name, l->why = n->why;
}

static void put_links(struct list *l, bool required)
{
	unitload_links(l->of->u.name, required ? "requires" : "wants", put_name, l);
	for (struct link *w = l->of->wanters; w; w = w->next)
		if (w->required == required)
			put(l, w->node->service);
}

static void put_lists(struct node *n, struct fmt *f, char **refused)
{
	static const struct {
		const char *key;
		unsigned char from;
		bool needed;
	} lists[] = {{"after", UNIT_After, false},         {"before", UNIT_Before, false},
	             {"requires", UNIT_Requires, true},    {"requisite", UNIT_Requisite, true},
	             {"wants", UNIT_Wants, false},         {"binds-to", UNIT_BindsTo, true},
	             {"part-of", UNIT_PartOf, false},      {"conflicts", UNIT_Conflicts, false},
	             {"upholds", UNIT_Upholds, false},     {"on-failure", UNIT_OnFailure, false},
	             {"on-success", UNIT_OnSuccess, false}};
	bool target = strcmp(unit_suffix(n->u.name), "target") == 0;

	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
		enum unit_key key = (enum unit_key)lists[i].from;
		struct list l = {.f = f, .key = lists[i].key, .of = n};
		/* a target is reached behind all that it pulls in */
		for (int k = 0; k < (target && key == UNIT_After ? 3 : 1); k++) {
			enum unit_key from = k == 0 ? key : k == 1 ? UNIT_Requires : UNIT_Wants;
			for (char **p = unit_words(&n->u, from); p && *p; p++)
				put_name(&l, *p);
			if (from == UNIT_Requires || from == UNIT_Wants)
				put_links(&l, from == UNIT_Requires);
		}
		if (l.begun)
			fmt_char(f, '\n');
		if (l.missing && lists[i].needed && !*refused)
			add(refused, "it needs %s: %s", l.missing,
			    l.why == EPERM ? "that is masked" : "there is no such unit");
	}
}

static void put_text(struct node *n, struct fmt *f)
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
		add(&refused, "%s:%u:%u: %s", where->path, where->line, where->column, why);
	else if (why)
		add(&refused, "%s: %s", n->files[0], why);
	else if (n->ignored && load->strict)
		add(&refused, "INIT_UNITS=strict: not honoured here: %s", n->ignored);
	put_lists(n, f, &refused);
	if (refused)
		fmt_add(f, "refused=%s\n", refused);
}

static void say(const struct node *n)
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
	static char old[TEXT_MAX];
	char path[PATH_ROOM];

	if (f->cut || fmt_into(path, sizeof path, "%s/%s", dir, file)) {
		errno = EMSGSIZE;
		return -1;
	}
	if (files_read(AT_FDCWD, path, old, sizeof old) == (ssize_t)f->len && memcmp(old, f->mem, f->len) == 0)
		return 1;
	if (!f->len)
		return unlink(path) && errno != ENOENT ? -1 : 0;
	/* nobody looks into a new directory before we have ended well */
	if (mkdir(dir, 0755) == 0) {
		int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
		int err = fd < 0 ? -1 : files_write_all(fd, f->mem, f->len);
		close(fd);
		return err;
	}
	return errno != EEXIST ? -1 : files_replace(AT_FDCWD, path, 0644, f->mem, f->len);
}

/* The service that runs the timers is a unit too. */
static int write_timers(const char *units, const struct fmt *lines)
{
	char dir[PATH_ROOM], text[2 * PATH_ROOM], copy[sizeof text];
	struct unitlife life;
	struct unit u;
	struct fmt f;

	fmt_into(dir, sizeof dir, "%s/timers", units);
	fmt_open(&f, text, sizeof text);
	fmt_add(&f, "[Service]\nExecStart=@%s crond --ours %s/table\nRestart=always\n", spawn_self(), dir);
	memcpy(copy, text, f.len + 1);
	if (write_file(dir, "table", lines) < 0 || write_file(dir, "timers.service", &f) < 0 ||
	    unit_open(&u, "timers.service", unitload_world(), NULL) || unit_read(&u, dir, copy, f.len))
		return -1;
	unitload_life(&u, &life);
	life.wanted = true;
	fmt_open(&f, text, sizeof text);
	fmt_add(&f, "id=timers.service\nfile=%s/timers.service\ndescription=timers of units\n", dir);
	unitlife_write(&life, &f);
	return write_file(dir, "unit", &f) < 0 ? -1 : 0;
}

static int write_all(const char *units)
{
	static char text[TEXT_MAX], times[TEXT_MAX];
	struct fmt lines, f;
	char dir[PATH_ROOM];
	int err = 0;

	fmt_open(&lines, times, sizeof times);
	for (struct node *n = first; n && !err; n = n->next) {
		int was = 0;
		if (is_timer(n)) {
			const char *name = timed(n);
			if (n->wanted && unittimer_write(&n->u, base_name(name), &lines))
				add(&n->said, "%s: this timer starts nothing\n", n->files[0]);
			say(n);
			continue;
		}
		fmt_open(&f, text, sizeof text);
		put_text(n, &f);
		if (fmt_into(dir, sizeof dir, "%s/%s", units, n->service) == 0)
			was = write_file(dir, "unit", &f);
		if (was == 0)
			say(n);
		err = was < 0;
	}
	timers = lines.len;
	return err || (timers && write_timers(units, &lines)) ? -1 : 0;
}

static void remove_gone(const char *units)
{
	size_t count = 0;
	char **names = files_list(AT_FDCWD, units, &count), path[PATH_ROOM], name[UNITLOAD_NAME + 8];

	for (size_t i = 0; i < count; i++) {
		struct tree t = {.uid = (uid_t)-1};
		struct name *n = NULL;
		if ((timers && strcmp(names[i], "timers") == 0) ||
		    fmt_into(name, sizeof name, *unit_suffix(names[i]) ? "%s" : "%s.service", names[i]))
			continue;
		n = find_name(name, false);
		if ((!n || !n->node || !n->node->used || strcmp(n->node->service, names[i]) != 0) &&
		    fmt_into(path, sizeof path, "%s/%s", units, names[i]) == 0)
			tree_remove(&t, path, true);
	}
}

int unitload_all(const struct unitload *l, const char *run_dir)
{
	struct unitload all = *l;
	char units[PATH_ROOM];

	all.strict |= listed("INIT_UNITS", "strict");
	load = &all;
	unitload_look(l->dir);
	use_all(listed("INIT_UNITS", "enabled"));
	note_wanters();
	if (fmt_into(units, sizeof units, "%s/units", run_dir) || (mkdir(units, 0755) && errno != EEXIST) ||
	    write_all(units)) {
		msg_error("%s/units: %m", run_dir);
		return -1;
	}
	remove_gone(units);
	return 0;
}
