/* unitload - see unitload.h: where units lie, what belongs to one */
#include "svc/unitload.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/hash.h"
#include "base/msg.h"
#include "base/path.h"
#include "pure/unitlife.h"
#include "svc/unitload_state.h"
#include "sys/files.h"
#include "sys/hostname.h"

enum { LINKS = 8 };

struct unitload_place unitload_places[UNITLOAD_PLACES] = {
        {NULL, NULL, 0},
        {"/etc/systemd/system", NULL, 0},
        {"/usr/lib/systemd/system", NULL, 0},
        {"/lib/systemd/system", NULL, 0},
};
char **unitload_files;
uint64_t unitload_hash;
static bool looked;

/* A drop-in, in the order of the files' names. */
struct dropin {
	struct dropin *next;
	char *path;
};

static struct dropin *dropins;

/* Places --------------------------------------------------------------- */

void unitload_look(const char *dir)
{
	struct unitload_place *p = unitload_places;

	if (looked && (dir == p->dir || (dir && p->dir && strcmp(dir, p->dir) == 0)))
		return;
	p->dir = dir;
	for (size_t i = looked ? 0 : UNITLOAD_PLACES - 1;; i--) {
		p[i].count = 0;
		p[i].names = p[i].dir ? files_list(AT_FDCWD, p[i].dir, &p[i].count) : NULL;
		if (!i)
			break;
	}
	looked = true;
}

bool unitload_has(const struct unitload_place *p, const char *name)
{
	size_t from = 0, to = p->count;

	while (from < to) {
		size_t middle = (from + to) / 2;
		int order = strcmp(p->names[middle], name);
		if (order == 0)
			return true;
		if (order < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return false;
}

static const struct unitload_place *holder(const char *name)
{
	for (size_t i = 0; i < UNITLOAD_PLACES; i++)
		if (unitload_has(&unitload_places[i], name))
			return &unitload_places[i];
	return NULL;
}

/* A link to a unit that is not in the search path is that unit under the link's name, as after `systemctl link`. */
int unitload_real(char name[UNITLOAD_NAME], char path[PATH_ROOM])
{
	for (int i = 0; i < LINKS; i++) {
		char target[PATH_ROOM], template[UNITLOAD_NAME];
		const struct unitload_place *p = holder(name);
		const char *file = name, *base;
		ssize_t n;
		if (!p && unit_template(name, template, sizeof template))
			p = holder(file = template);
		if (!p) {
			errno = ENOENT;
			return -1;
		}
		if (fmt_into(path, PATH_ROOM, "%s/%s", p->dir, file))
			return -1;
		n = readlink(path, target, sizeof target - 1);
		if (n <= 0)
			return 0;
		target[n] = '\0';
		if (strcmp(target, "/dev/null") == 0) {
			errno = EPERM;
			return -1;
		}
		base = path_name(target);
		if (file != name || strcmp(base, name) == 0 || strstr(base, "@.") || !*unit_suffix(base) ||
		    !holder(base))
			return 0;
		if (fmt_into(name, UNITLOAD_NAME, "%s", base))
			return -1;
	}
	errno = ELOOP;
	return -1;
}

static char **names_in(const struct unitload_place *p, const char *dir, char path[PATH_ROOM], size_t *count)
{
	if (!unitload_has(p, dir) || fmt_into(path, PATH_ROOM, "%s/%s", p->dir, dir))
		return NULL;
	return files_list(AT_FDCWD, path, count);
}

void unitload_links(const char *name, const char *kind, void (*found)(void *, const char *), void *arg)
{
	char dir[UNITLOAD_NAME + 16], path[PATH_ROOM];

	fmt_into(dir, sizeof dir, "%s.%s", name, kind);
	for (size_t i = 0, n = 0; i < UNITLOAD_PLACES; i++) {
		char **names = names_in(&unitload_places[i], dir, path, &n);
		for (; names && *names; names++)
			if (*unit_suffix(*names) && !strstr(*names, "@."))
				found(arg, *names);
	}
}

/* Drop-ins ------------------------------------------------------------- */

static void add_dropin(const char *dir, const char *name)
{
	struct dropin **at = &dropins, *d;
	char path[PATH_ROOM];
	size_t len = strlen(name);
	int order = 1;

	if (len < 6 || strcmp(name + len - 5, ".conf") != 0 || fmt_into(path, sizeof path, "%s/%s", dir, name))
		return;
	while (*at && (order = strcmp(path_name((*at)->path), name)) < 0)
		at = &(*at)->next;
	if (*at && order == 0) /* that of an earlier directory hides it */
		return;
	d = malloc(sizeof *d);
	if (d) {
		*d = (struct dropin){.next = *at, .path = strdup(path)};
		*at = d;
	}
}

static void add_dropins(const char *dir)
{
	char path[PATH_ROOM];

	for (size_t i = 0, n = 0; i < UNITLOAD_PLACES; i++) {
		char **names = names_in(&unitload_places[i], dir, path, &n);
		for (; names && *names; names++)
			add_dropin(path, *names);
	}
}

/* systemd.unit(5): foo-bar@i.service.d, foo-bar@.service.d, foo-@i.service.d, foo-@.service.d. */
static void find_dropins(const char *name)
{
	char dir[UNITLOAD_NAME], template[UNITLOAD_NAME];
	bool instance = unit_template(name, template, sizeof template);
	size_t prefix = strcspn(name, "@"), len;

	if (!name[prefix])
		prefix = (size_t)(strrchr(name, '.') - name);
	for (len = prefix; len;) {
		if (fmt_into(dir, sizeof dir, "%.*s%s.d", (int)len, name, name + prefix) == 0)
			add_dropins(dir);
		if (instance && fmt_into(dir, sizeof dir, "%.*s%s.d", (int)len, name, template + prefix) == 0)
			add_dropins(dir);
		for (len--; len && name[len - 1] != '-'; len--)
			;
	}
}

/* Units ---------------------------------------------------------------- */

static const char *first_line(const char *path, char *mem, size_t cap)
{
	return files_read_word(AT_FDCWD, path, mem, cap) > 0 ? mem : NULL;
}

/* Filled at the first file that has a specifier. */
static struct unit_world world;

const struct unit_world *unitload_world(void)
{
	static char machine[40], boot[40];
	static struct utsname u;
	char *to = boot;

	if (world.hostname)
		return &world;
	uname(&u);
	world.hostname = hostname_get();
	world.release = u.release;
	world.arch = strcmp(u.machine, "x86_64") == 0    ? "x86-64"
	             : strcmp(u.machine, "aarch64") == 0 ? "arm64"
	             : strcmp(u.machine, "i686") == 0    ? "x86"
	                                                 : u.machine;
	world.machine_id = first_line("/etc/machine-id", machine, sizeof machine);
	world.boot_id = first_line("/proc/sys/kernel/random/boot_id", boot, sizeof boot);
	for (const char *p = boot; *p; p++)
		if (*p != '-')
			*to++ = *p;
	*to = '\0';
	return &world;
}

static int read_file(struct unit *u, const char *path, size_t *len)
{
	char *text = files_load(AT_FDCWD, path, len);

	if (!text)
		return -1;
	if (strchr(text, '%'))
		unitload_world();
	unitload_hash = hash_mem(hash_text(unitload_hash, path), text, *len);
	return unit_read(u, path, text, *len);
}

static int read_all(struct unit *u, const char *path)
{
	size_t n = 2, len = 1;
	char **to;

	for (const struct dropin *d = dropins; d; d = d->next)
		n++;
	unitload_hash = HASH_SEED;
	to = unitload_files = calloc(n, sizeof *to);
	if (!to || !(*to = strdup(path)))
		return -1;
	if (read_file(u, *to++, &len) || !len) {
		if (!len || errno == EINVAL)
			errno = EPERM; /* empty, or /dev/null in the end: masked too */
		return -1;
	}
	for (const struct dropin *d = dropins; d; d = d->next)
		if (d->path && read_file(u, d->path, &len) == 0)
			*to++ = d->path;
		else if (errno != EINVAL)
			msg_error("%s: %m", d->path);
	return 0;
}

int unitload_find(const struct unitload *l, const char *name, struct unit *u)
{
	char real[UNITLOAD_NAME], path[PATH_ROOM], dir[16];
	const char *base = path_name(name);

	unitload_look(base == name ? l->dir : strndup(name, base == name + 1 ? 1 : (size_t)(base - name - 1)));
	if (fmt_into(real, sizeof real, "%s", base) || unitload_real(real, path))
		return -1;
	dropins = NULL;
	find_dropins(real);
	if (strcmp(real, base) != 0)
		find_dropins(base);
	if (fmt_into(dir, sizeof dir, "%s.d", unit_suffix(real)) == 0)
		add_dropins(dir);
	if (unit_open(u, real, &world, l->tell))
		return -1;
	return read_all(u, path);
}

int unitload_again(int dir, struct unit *u)
{
	size_t len;
	char *text = files_load(dir, "unit", &len);
	const char *at = text, *value = text ? unitlife_find(&at, "id", &len) : NULL;
	char *name = value ? strndup(value, len) : NULL;

	if (!text)
		return -1;
	errno = EINVAL;
	if (!name || unit_open(u, name, &world, NULL))
		return -1;
	for (at = text; (value = unitlife_find(&at, "file", &len));)
		if (read_file(u, strndup(value, len), &len))
			return -1;
	return 0;
}
