/* unitload_names - the names by which units are called, and what they mean: see unitload_state.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/hash.h"
#include "base/words.h"
#include "svc/unitload.h"
#include "svc/unitload_state.h"
#include "sys/loop.h"

enum { TABLE = 512 };

const struct unitload *unitload_how;
static struct unitload_name *table[TABLE];

/* Texts that grow ------------------------------------------------------- */

void unitload_add(char **text, const char *format, ...)
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
	struct unitload_unit *n = container_of(u, struct unitload_unit, u);

	if (grade != UNIT_IGNORED) {
		unitload_add(&n->said, "%s:%u:%u: %s%s%s\n", path, line, column, key, *key ? "= " : "", why);
		return;
	}
	if (!n->ignored || !words_among(n->ignored, key, strlen(key)))
		unitload_add(&n->ignored, "%s ", key);
}

/* Names ----------------------------------------------------------------- */

/* Always reached, or none of our business. */
static bool is_void(const char *name, const char *suffix)
{
	static const char reached[] =
	        "network* nss-* local-fs* remote-* time-* sysinit* basic.* multi-user.* default.* graphical.* "
	        "sockets.* "
	        "timers.* paths.* slices.* swap.* syslog.* shutdown.* final.* umount.* getty* rpcbind.* reboot.* "
	        "poweroff.* halt.* rescue.* emergency.* initrd* cryptsetup* sleep.* suspend* hibernate.*";

	if (strcmp(suffix, "target") == 0)
		return words_fit(reached, name, strlen(name));
	return !words_among("service timer socket", suffix, strlen(suffix));
}

const char *unitload_service(const char *name)
{
	size_t len = strlen(name) - sizeof ".service" + 1;

	return strcmp(unit_suffix(name), "service") == 0 ? strndup(name, len) : name;
}

static bool is_directory(const char *service)
{
	char path[PATH_ROOM];

	return unitload_how->dir && unitload_has(&unitload_places[0], service) &&
	       fmt_into(path, sizeof path, "%s/%s/run", unitload_how->dir, service) == 0 && access(path, F_OK) == 0;
}

struct unitload_name *unitload_name(const char *name, bool make)
{
	struct unitload_name **at = &table[hash_text(HASH_SEED, name) % TABLE];

	while (*at && strcmp((*at)->name, name) != 0)
		at = &(*at)->next;
	if (!*at && make) {
		*at = calloc(1, sizeof **at);
		if (*at)
			(*at)->name = strdup(name);
	}
	return *at;
}

static struct unitload_unit *read_node(struct unitload_name *n)
{
	struct unitload_unit *new = calloc(1, sizeof *new);
	struct unitload how = {.dir = unitload_how->dir, .tell = told};

	if (!new || unitload_find(&how, n->name, &new->u)) {
		n->why = errno;
		n->absent = true;
		return NULL;
	}
	new->files = unitload_files;
	new->hash = unitload_hash;
	new->service = unitload_service(new->u.name);
	return new;
}

struct unitload_name *unitload_look_up(const char *name)
{
	const char *suffix = unit_suffix(name);
	struct unitload_name *n = unitload_name(name, false);
	char real[UNITLOAD_NAME], path[PATH_ROOM];

	if (n || !*suffix)
		return n;
	n = unitload_name(name, true);
	if (!n || is_void(name, suffix))
		return n;
	if (strcmp(suffix, "service") == 0 && is_directory(unitload_service(name))) {
		n->directory = true;
		return n;
	}
	n->socket = strcmp(suffix, "socket") == 0;
	if (n->socket ? fmt_into(real, sizeof real, "%.*s.service", (int)(suffix - 1 - name), name)
	              : fmt_into(real, sizeof real, "%s", name) || unitload_real(real, path)) {
		n->absent = true;
		n->why = errno;
		return n;
	}
	if (strcmp(real, name) != 0) {
		struct unitload_name *is = unitload_look_up(real);
		if (is && is->node && !n->socket)
			unitload_add(&is->node->aliases, "%s ", unitload_service(n->name));
		if (is)
			n->node = is->node, n->absent = is->absent, n->directory = is->directory, n->why = is->why;
		return n;
	}
	n->node = read_node(n);
	return n;
}
