/* procs - the processes we have to answer for: which are left, what they are called.
 *
 * Read from /proc without the heap, so that process 1 may ask when memory is short.
 */
#ifndef SYS_PROCS_H
#define SYS_PROCS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { PROCS_NAME = 16 };

struct procs_one {
	pid_t pid, parent, group, session;
	char state; /* as in /proc/PID/stat */
	char name[PROCS_NAME];
};

/* Is there a /proc of our own pid namespace? */
bool procs_known(void);

/* Has our own process children other than `spare` (0: any)? Zombies count. True also if that cannot be told cheaply. */
bool procs_children(pid_t spare);

/* 0, or -1 if there is no such process or no /proc of our own pid namespace. */
int procs_read(pid_t, struct procs_one *);

/* The service it descends from, as its environment says; -1: it says nothing, or not to us. */
int procs_service(pid_t, char *name, size_t cap);

/* The mark that its service's first process was started with (struct spawn): its soft RLIMIT_RSS, which has no effect
 * in Linux, which every descendant inherits and, unlike its environment, no daemon writes its title over. So nobody may
 * set that limit for a service's processes (LimitRSS= is left out). 0 or some other number: it has none, or there is no
 * such process. A zombie has it still. */
uint64_t procs_mark(pid_t);

/* Calls `found` for every process of that mark that lives, wherever it is. Best effort. */
void procs_marked(uint64_t mark, void (*found)(const struct procs_one *, void *), void *arg);

/* Calls `found` for every process that lives (zombies do not) below `root`, root itself left out: its descendants, or
 * all of the pid namespace if root is 1. Ends when `found` returns true. 1 if it did, 0 if not, -1 with errno when
 * /proc does not tell (not mounted, of another pid namespace). */
int procs_each(pid_t root, bool (*found)(const struct procs_one *, void *), void *);

/* Resident memory in kB; 0 if unknown. */
unsigned long procs_memory_kb(pid_t);

#endif
