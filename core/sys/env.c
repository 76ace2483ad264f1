/* env - see env.h */
#include "sys/env.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fmt.h"
#include "sys/files.h"

static int room(struct env *e, size_t more)
{
	char **list;

	if (e->count + more < e->cap)
		return 0;
	e->cap = e->count + more + 16;
	list = realloc(e->list, e->cap * sizeof *list);
	if (!list)
		return -1;
	e->list = list;
	return 0;
}

int env_copy(struct env *e, char *const *from)
{
	size_t n = 0;

	while (from[n])
		n++;
	*e = (struct env){0};
	if (room(e, n + 1))
		return -1;
	memcpy(e->list, from, (n + 1) * sizeof *from);
	e->count = n;
	return 0;
}

/* The place of a variable, or count. */
static size_t find(const struct env *e, const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < e->count; i++)
		if (strncmp(e->list[i], name, len) == 0 && e->list[i][len] == '=')
			break;
	return i;
}

int env_put(struct env *e, char *pair)
{
	size_t i = find(e, pair, strcspn(pair, "="));

	if (i == e->count) {
		if (room(e, 2))
			return -1;
		e->list[++e->count] = NULL;
	}
	e->list[i] = pair;
	return 0;
}

int env_set(struct env *e, const char *name, const char *value)
{
	size_t size = strlen(name) + strlen(value) + 2;
	char *pair = malloc(size);

	if (!pair)
		return -1;
	fmt_into(pair, size, "%s=%s", name, value);
	return env_put(e, pair);
}

void env_unset(struct env *e, const char *name)
{
	size_t i = find(e, name, strlen(name));

	if (i == e->count)
		return;
	memmove(e->list + i, e->list + i + 1, (e->count - i) * sizeof *e->list);
	e->count--;
}

int env_export(const char *name, const char *value)
{
	extern char **environ;
	struct env e;

	if (env_copy(&e, environ))
		return -1;
	if (!value)
		env_unset(&e, name);
	else if (env_set(&e, name, value))
		return -1;
	environ = e.list;
	return 0;
}

const char *env_get(const struct env *e, const char *name)
{
	size_t i = find(e, name, strlen(name));

	return i == e->count ? NULL : e->list[i] + strlen(name) + 1;
}

static int add_file(struct env *e, int dir, const char *name)
{
	size_t len;
	char *text = files_load(dir, name, &len), *end;
	int done;

	if (!text)
		return errno == EISDIR || errno == ENOENT ? 0 : -1; /* ENOENT: gone meanwhile, or a link to nothing */
	if (len == 0) {
		free(text);
		env_unset(e, name);
		return 0;
	}
	end = memchr(text, '\n', len);
	if (end)
		len = (size_t)(end - text);
	while (len && (text[len - 1] == ' ' || text[len - 1] == '\t'))
		len--;
	text[len] = '\0';
	for (size_t i = 0; i < len; i++)
		if (!text[i])
			text[i] = '\n';
	done = env_set(e, name, text);
	free(text);
	return done;
}

int env_each_file(struct env *e, const char *path, env_file_fn *fn)
{
	size_t count = 0;
	char **names = files_list(AT_FDCWD, path, &count);
	int dir = names ? files_open_dir(AT_FDCWD, path) : -1, bad = dir < 0 ? -1 : 0, err;

	for (size_t i = 0; bad == 0 && i < count; i++)
		if (names[i][0] != '.' && !strchr(names[i], '='))
			bad = fn(e, dir, names[i]);
	err = errno;
	free(names);
	if (dir >= 0)
		close(dir);
	errno = err;
	return bad;
}

int env_add_dir(struct env *e, const char *path)
{
	return env_each_file(e, path, add_file);
}
