/* envfiles - an environment as a directory with one file for each variable: what boot scripts change it by.
 *
 * The file is the value; one newline at its end is not. A newline inside is written as NUL, as envdir(8) and chpst -e
 * read it, or stays itself in phusion's /etc/container_environment; both are read.
 */
#ifndef SYS_ENVFILES_H
#define SYS_ENVFILES_H

#include <stdbool.h>

struct env;

/* What the environment lacks comes from the files. 0, or -1 with errno; so all below. */
int envfiles_fill(struct env *, const char *dir);

/* Makes the files say what the environment says: others are removed. A variable that a file cannot be named after is
 * left out. `phusion`: so are those in envfiles_own() and INIT_*
 * (the directory outlives us in the image), and newlines stay. */
int envfiles_write(const struct env *, const char *dir, bool phusion);

/* The other way: files win, and a variable whose file is gone is unset. */
int envfiles_read(struct env *, const char *dir, bool phusion);

/* HOME USER GROUP UID GID SHELL: a process's own, which my_init never stores. */
bool envfiles_own(const char *pair);

#endif
