/* zones - see zones.h */
#include "svc/zones.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/fmt.h"
#include "base/words.h"
#include "pure/zone.h"
#include "sys/files.h"

enum { FILE_MAX = 16384 /* tzdata's biggest has 4 kB */ };

struct kept {
	struct kept *next;
	struct zone *zone;
	char name[];
};

static struct kept *all;
static char problem[256];

/* False: no memory; the zone is gone. */
static bool keep(const char *name, struct zone *z)
{
	size_t size = strlen(name) + 1;
	struct kept *k = malloc(sizeof *k + size);

	if (!k) {
		zone_free(z);
		return false;
	}
	k->next = all;
	k->zone = z;
	memcpy(k->name, name, size);
	all = k;
	return true;
}

static struct zone *read_file(const char *path)
{
	char mem[FILE_MAX];
	ssize_t len = files_read(AT_FDCWD, path, mem, sizeof mem);

	return len < 0 ? NULL : zone_read(mem, (size_t)len);
}

/* NULL with errno. */
static struct zone *find(const char *name, const char *dir)
{
	char path[PATH_MAX];
	struct zone *z;

	errno = EINVAL;
	if (strstr(name, ".."))
		return NULL;
	if (*name == '/')
		return read_file(name);
	if (fmt_into(path, sizeof path, "%s/%s", dir, name))
		return NULL;
	z = read_file(path);
	if (z || errno != ENOENT)
		return z;
	z = zone_rule(name);
	if (!z)
		errno = ENOENT;
	return z;
}

/* What it is when nothing is said; "" for UTC. */
static const char *own_name(void)
{
	const char *name = getenv("TZ");
	struct stat st;

	if (name)
		return name;
	/* a link to nowhere counts: tzdata is missing */
	return lstat("/etc/localtime", &st) ? "" : "/etc/localtime";
}

const struct zone *zones_find(const char *name, const char **why)
{
	const char *dir = getenv("TZDIR");
	struct zone *z;

	*why = NULL;
	if (!name || !*name)
		name = own_name();
	name += *name == ':';
	if (!*name)
		return NULL;
	for (const struct kept *k = all; k; k = k->next)
		if (strcmp(k->name, name) == 0)
			return k->zone;
	if (!dir)
		dir = "/usr/share/zoneinfo";
	z = find(name, dir);
	if (z && keep(name, z))
		return z;
	if (words_among("UTC Etc/UTC GMT Etc/GMT", name, strlen(name)))
		return NULL;
	fmt_into(problem, sizeof problem, "time zone %s: %m (is tzdata in %s?)", name, dir);
	*why = problem;
	return NULL;
}
