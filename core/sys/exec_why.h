/* exec_why - why execve(2) failed, in words that name the remedy.
 *
 *	ENOENT   /bin/sh not found (interpreter of run)
 *	EACCES   not executable: chmod +x run
 *	ENOEXEC  a program for aarch64, this machine is x86_64
 *
 * errno alone blames the file for what its #! line, its dynamic loader or its file system did.
 */
#ifndef SYS_EXEC_WHY_H
#define SYS_EXEC_WHY_H

#include <stdbool.h>

struct fmt;

/* Adds one line without a newline. `path`: the file as it was given to execve, `err`: what execve said. Reads the head
 * of the file and of its interpreters, never blocks, keeps nothing. */
void exec_why(const char *path, int err, struct fmt *);

/* The same before anybody tried, as far as a look at the files tells: it or what interprets it is not there, may not be
 * run, or is no program of this machine. False: nothing was added. */
bool exec_lacks(const char *path, struct fmt *out);

/* For a name that was looked for in the directories of `path` (sys/exec.h), or is a path itself. */
void exec_why_named(const char *name, const char *path, int err, struct fmt *);

#endif
