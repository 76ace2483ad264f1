/* exec - execve(2) of a program by its name, as a shell finds it. */
#ifndef SYS_EXEC_H
#define SYS_EXEC_H

/* PATH of an environment, or the standard one. */
const char *exec_path(char *const *env);

/* A name with a slash is a path; else each directory of `path` is tried. Returns only on failure: -1 with errno, where
 * a file that may not be run is worth more than a later ENOENT, as with execvp(3). */
int exec_find(const char *name, char *const *argv, char *const *env, const char *path);

/* The same, and why it failed: one line in static memory, and errno. */
const char *exec_or_why(const char *name, char *const *argv, char *const *env, const char *path);

#endif
