/* spawn - a child to be: a plain struct, and how it failed if it did.
 *
 * The child is fork(2)ed, not vforked: the second core runs its exec(2) while the parent goes on, and a hung file
 * system cannot hold the parent. What fails between fork and exec reaches the parent through a pipe it reads when
 * the child has died (spawn_failed), so nothing waits for an exec either.
 */
#ifndef SYS_SPAWN_H
#define SYS_SPAWN_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

struct pstate;

enum { SPAWN_EXTRA = 7, SPAWN_ENV = 10 };

/* All memory is the caller's and only read. Zero means "as the parent has it", but for the descriptors. */
struct spawn {
	int (*run)(char *const *argv); /* in place of a program, which it may become: its value is the exit code. It has
	                                  our descriptors, so it is to end soon */
	const char *path;              /* program; NULL: argv[0] is looked for in env's PATH, as execvp(3) does */
	char *const *argv;             /* ends with NULL */
	char *const *env;              /* ends with NULL; NULL: the parent's */
	const char *env_set[SPAWN_ENV]; /* "NAME=value" more for env, or NULL */
	const char *env_dir;            /* then a directory of variables (sys/env.h), relative to dir */
	const char *dir;                /* working directory */
	int in, out, err;               /* become 0, 1, 2; -1: the parent's */
	int extra[SPAWN_EXTRA][2]; /* further descriptors {from, to}, to >= 3; to = 0: no more. Their order matters if
	                            * they overlap */
	bool session;              /* setsid(2) */
	bool group;                /* setpgid(0, 0) */
	bool foreground;  /* the new group becomes the foreground group of the terminal on fd 0 (needs group or session)
	                   */
	bool controlling; /* the terminal on fd 0 becomes the controlling one (needs session) */
	uint64_t mark;    /* the soft RLIMIT_RSS (sys/procs.h); 0: the parent's */
	const struct pstate *as; /* user, limits, root …: applied last (sys/pstate.h); NULL: the parent's */
};

struct spawn_error {
	const char *step; /* "chdir", "exec", … : constant */
	int err;          /* errno */
};

/* Remembers the signal mask and limits that children shall have, and opens the pipe for failures. To be called
 * before loop_open() and before limits are raised. 0, or -1 with errno. */
int spawn_open(void);

/* Signals that whoever started us ignores are at their defaults again, here and in all children: a service can then
 * trust that INT, QUIT and PIPE mean what they should. */
void spawn_default_signals(void);

/* For a process that will hold thousands of descriptors: raises the soft limit of open files to the hard one for itself
 * alone, and forks in a way that does not copy them all (sys/narrow.h). Best effort. */
void spawn_raise_files(void);

/* The pid, or -1 with errno (EAGAIN, ENOMEM: fork failed). The child gets the signal mask spawn_open() saw. */
pid_t spawn(const struct spawn *);

/* Closes what is still held of descriptors that earlier children got: the last writer of a pipe may be gone. */
void spawn_forget(void);

/* After a child exited with SPAWN_NOT_FOUND or SPAWN_NOT_RUN: was that spawn() and not the program? */
bool spawn_failed(pid_t, struct spawn_error *);

/* Why, in words, in static memory; `name` is what was to be executed, a path or a name looked for in our PATH. */
const char *spawn_why(const char *name, const struct spawn_error *);

enum { SPAWN_NOT_FOUND = 127, SPAWN_NOT_RUN = 126 };

/* The path of this binary, for starting itself under another name; found once, before any chdir. */
const char *spawn_self(void);

#endif
