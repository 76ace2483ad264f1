/* unitrun_env - the environment of a unit's programs: the container's, what User= and the directories say,
 * Environment=, EnvironmentFile=, and at last UnsetEnvironment=. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/path.h"
#include "base/sort.h"
#include "base/words.h"
#include "svc/unitrun_state.h"
#include "sys/exec.h"
#include "sys/files.h"
#include "sys/paths.h"

#define BLANK " \t\r\n"

/* Paths of a pattern ---------------------------------------------------- */

static char **found;
static size_t found_count;
static bool no_memory;

static void add_found(const char *path)
{
	char **more;

	if (access(path, F_OK))
		return;
	more = realloc(found, (found_count + 1) * sizeof *more);
	if (more)
		found = more;
	if (more && (more[found_count] = strdup(path)))
		found_count++;
	else
		no_memory = true;
}

/* One of {a,b} after the other in the place of all. */
static void walk(const char *pattern)
{
	static const struct paths paths = {.found = add_found};
	const char *open = strchr(pattern, '{'), *close = open ? strchr(open, '}') : NULL;
	char one[PATH_ROOM];

	if (!close) {
		if (*pattern == '/' && pattern[1])
			paths_walk(&paths, pattern);
		return;
	}
	for (const char *p = open; p < close;) {
		size_t len = strcspn(++p, ",}");
		if (fmt_into(one, sizeof one, "%.*s%.*s%s", (int)(open - pattern), pattern, (int)len, p, close + 1) ==
		    0)
			walk(one);
		p += len;
	}
}

char **unitrun_paths(const char *pattern, size_t *count)
{
	found = malloc(sizeof *found);
	found_count = 0;
	no_memory = !found;
	walk(pattern);
	sort_names(found, found_count);
	*count = found_count;
	return no_memory ? NULL : found;
}

/* Files ----------------------------------------------------------------- */

/* A text that is read and changed in place. */
struct text {
	char *p;
	unsigned line;
};

static char take(struct text *t)
{
	if (*t->p == '\n')
		t->line++;
	return *t->p ? *t->p++ : '\0';
}

static bool ends(char c)
{
	return !c || c == '\n' || c == '\r';
}

/* What stands behind =, as systemd reads it: quotes count only where a piece begins. */
static char *read_value(struct text *t)
{
	char *start = t->p, *to = start, *solid = to, quote = '\0', c;
	bool inside = false; /* a piece without quotes */

	while ((c = take(t)) && (quote || !ends(c))) {
		if (c == quote) {
			quote = '\0';
			inside = false;
		} else if (c == '\\' && quote != '\'') {
			inside |= !quote;
			c = take(t);
			if (quote && c && !strchr("\"\\`$\n", c))
				*to++ = '\\';
			if (c && c != '\n')
				*to++ = c;
			solid = to;
		} else if (!quote && !inside && (c == '\'' || c == '"')) {
			quote = c;
		} else if (quote || !strchr(BLANK, c)) {
			inside |= !quote;
			*to++ = c;
			solid = to;
		} else if (inside) {
			*to++ = c;
		}
	}
	*solid = '\0';
	return start;
}

static bool good_name(const char *name)
{
	size_t len = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789");

	return len && !name[len] && (*name < '0' || *name > '9');
}

static int read_file(struct unitrun *r, const char *path)
{
	size_t len;
	struct text t = {files_load(AT_FDCWD, path, &len), 1};

	if (!t.p)
		return -1;
	for (;;) {
		char *key, *end, c;
		unsigned line;
		while (*t.p && strchr(BLANK, *t.p))
			take(&t);
		key = end = t.p;
		line = t.line;
		while (!ends(c = take(&t)) && (c != '=' || strchr("#;", *key)))
			if (c != ' ' && c != '\t')
				end = t.p;
		if (end == key && !c)
			return 0;
		if (strchr("#;", *key))
			continue;
		*end = '\0';
		if (c != '=' || !good_name(key))
			unitrun_say(r, 0, UNIT_EnvironmentFile, "%s:%u: '%s' is no NAME=VALUE; left out", path, line,
			            key);
		if (c == '=') {
			const char *value = read_value(&t);
			if (good_name(key) && env_set(&r->env, key, value))
				return -1;
		}
	}
}

static int read_files(struct unitrun *r)
{
	const struct unit_setting *s;

	for (size_t at = 0; (s = unit_next(r->unit, UNIT_EnvironmentFile, &at));) {
		bool may_lack = *s->value == '-';
		size_t count;
		char **paths = unitrun_paths(s->value + may_lack, &count);
		int bad = paths && (count || may_lack) ? 0 : -1;
		if (paths && bad)
			errno = ENOENT;
		for (size_t i = 0; !bad && i < count; i++)
			bad = read_file(r, paths[i]) && !may_lack;
		if (bad) {
			r->at = s;
			return unitrun_say(r, UNITRUN_RESOURCES, UNIT_KEYS, "%s: %m", s->value);
		}
	}
	return 0;
}

/* All of it ------------------------------------------------------------- */

static int set_user(struct unitrun *r)
{
	static const char no_shells[] = "nologin false";
	const struct users_user *u = &r->user;
	const char *shell = path_name(u->shell);

	if (words_among(no_shells, shell, strlen(shell)) || !*shell)
		env_unset(&r->env, "SHELL");
	else if (env_set(&r->env, "SHELL", u->shell))
		return -1;
	if (*u->name && (env_set(&r->env, "USER", u->name) || env_set(&r->env, "LOGNAME", u->name)))
		return -1;
	return env_set(&r->env, "HOME", *u->home ? u->home : "/");
}

int unitrun_environment(struct unitrun *r)
{
	char **set = unit_words(r->unit, UNIT_Environment), **unset = unit_words(r->unit, UNIT_UnsetEnvironment);
	int code;

	if (!set || !unset || env_copy(&r->env, environ) ||
	    (!env_get(&r->env, "PATH") && env_set(&r->env, "PATH", exec_path(r->env.list))) ||
	    (r->has_user && set_user(r)))
		return unitrun_say(r, UNITRUN_RESOURCES, UNIT_Environment, "%m");
	code = unitrun_directories(r);
	if (code)
		return code;
	for (; *set; set++) {
		char *equals = strchr(*set, '=');
		if (!equals)
			unitrun_say(r, 0, UNIT_Environment, "'%s' is no NAME=VALUE; left out", *set);
		else
			env_put(&r->env, *set);
	}
	code = read_files(r);
	for (; *unset; unset++) {
		char *equals = strchr(*unset, '=');
		const char *is;
		if (equals)
			*equals = '\0';
		is = env_get(&r->env, *unset);
		if (is && (!equals || strcmp(is, equals + 1) == 0))
			env_unset(&r->env, *unset);
	}
	environ = r->env.list;
	return code;
}
