/* envfiles - see envfiles.h */
#include "sys/envfiles.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fmt.h"
#include "sys/env.h"
#include "sys/files.h"

enum { NAME_ROOM = 256 };

static char *load(int dir, const char *name)
{
	size_t len;
	char *text = files_load(dir, name, &len);

	if (!text)
		return NULL;
	if (len && text[len - 1] == '\n')
		text[--len] = '\0';
	for (size_t i = 0; i < len; i++)
		if (!text[i])
			text[i] = '\n';
	return text;
}

static int set(struct env *e, int dir, const char *name)
{
	char *text = load(dir, name);
	int bad;

	if (!text)
		return errno == EISDIR || errno == EINVAL || errno == ENOENT ? 0 : -1;
	bad = env_set(e, name, text);
	free(text);
	return bad;
}

static int fill(struct env *e, int dir, const char *name)
{
	return env_get(e, name) ? 0 : set(e, dir, name);
}

static int clear(struct env *e, int dir, const char *name)
{
	if (!env_get(e, name) && unlinkat(dir, name, 0))
		unlinkat(dir, name, AT_REMOVEDIR);
	return 0;
}

int envfiles_fill(struct env *e, const char *dir)
{
	return env_each_file(e, dir, fill);
}

bool envfiles_own(const char *pair)
{
	static const char *const own[] = {"HOME=", "USER=", "GROUP=", "UID=", "GID=", "SHELL="};

	for (size_t i = 0; i < sizeof own / sizeof *own; i++)
		if (strncmp(pair, own[i], strlen(own[i])) == 0)
			return true;
	return false;
}

/* The name if a file is to be called so. */
static bool file_name(const char *pair, bool phusion, char name[NAME_ROOM])
{
	size_t len = strcspn(pair, "=");

	if (!len || len >= NAME_ROOM - 4 || pair[0] == '.' || !pair[len] ||
	    (phusion && (envfiles_own(pair) || strncmp(pair, "INIT_", 5) == 0)))
		return false;
	memcpy(name, pair, len);
	name[len] = '\0';
	return !strchr(name, '/');
}

/* Is that what the file has? One that is mounted there cannot be replaced; and a disk is slow. */
static bool has(int dir, const char *name, const char *text, size_t len, bool phusion)
{
	size_t n;
	char *had = files_load(dir, name, &n);
	bool same = had && (n == len || (phusion && n == len + 1 && had[len] == '\n')) && memcmp(had, text, len) == 0;

	free(had);
	return same;
}

static int write_one(int dir, const char *name, const char *value, bool phusion)
{
	size_t len = strlen(value);
	char *text = malloc(len + 1);
	mode_t mode = phusion ? 0644 : 0600;
	struct stat st;
	int bad = 0;

	if (!text)
		return -1;
	memcpy(text, value, len);
	if (phusion && len && text[len - 1] == '\n') /* the reader drops one */
		text[len++] = '\n';
	for (size_t i = 0; !phusion && i < len; i++)
		if (text[i] == '\n')
			text[i] = '\0';
	if (!has(dir, name, text, len, phusion)) {
		if (phusion && fstatat(dir, name, &st, 0) == 0)
			mode = st.st_mode & 07777;
		bad = files_replace(dir, name, mode, text, len);
	}
	free(text);
	return bad;
}

int envfiles_write(const struct env *e, const char *path, bool phusion)
{
	struct env *all = (struct env *)(void *)e; /* clear() only looks */
	int dir = files_open_dir(AT_FDCWD, path), bad = 0, err;
	char name[NAME_ROOM];

	if (dir < 0)
		return -1;
	if (!phusion)
		bad = env_each_file(all, path, clear);
	for (char **p = e->list; bad == 0 && *p; p++)
		if (file_name(*p, phusion, name))
			bad = write_one(dir, name, *p + strlen(name) + 1, phusion);
	err = errno;
	close(dir);
	errno = err;
	return bad;
}

int envfiles_read(struct env *e, const char *path, bool phusion)
{
	int dir = files_open_dir(AT_FDCWD, path);
	char name[NAME_ROOM];

	if (dir < 0)
		return -1;
	for (size_t i = 0; i < e->count;)
		if (file_name(e->list[i], phusion, name) && faccessat(dir, name, F_OK, 0) && errno == ENOENT)
			env_unset(e, name);
		else
			i++;
	close(dir);
	return env_each_file(e, path, set);
}
