/* env - an environment in the making: a growing list of NAME=value on the heap, never freed (it is for an exec). */
#ifndef SYS_ENV_H
#define SYS_ENV_H

#include <stddef.h>

struct env {
	char **list; /* ends with NULL */
	size_t count, cap;
};

/* A copy of the list (not of its strings). 0, or -1 with ENOMEM; so all below. */
int env_copy(struct env *, char *const *from);

/* "NAME=value" replaces or adds; the string is kept, not copied. */
int env_put(struct env *, char *pair);

/* A new pair from its halves. */
int env_set(struct env *, const char *name, const char *value);
void env_unset(struct env *, const char *name);
const char *env_get(const struct env *, const char *name);

/* The same in this process's own environment; NULL unsets. musl's setenv(3) keeps books for those who free. */
int env_export(const char *name, const char *value);

/* Calls fn for each file of a directory whose name may be a variable's: none that begins with a dot or contains '='.
 * Ends when fn returns what is not 0, and returns that; -1 with errno if the directory cannot be read. */
typedef int env_file_fn(struct env *, int dir, const char *name);
int env_each_file(struct env *, const char *path, env_file_fn *);

/* Each such file sets the variable of its name, as envdir(8) has it: the first line without trailing blanks,
 * NUL for newline; an empty file unsets. -1 with errno. */
int env_add_dir(struct env *, const char *path);

#endif
