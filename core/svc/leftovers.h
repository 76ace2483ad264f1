/* leftovers - whose a process is, and what a service leaves behind when its main process has ended: its process group,
 * and those that left the group (daemons). As a child subreaper we are their parent in the end.
 *
 * Of a unit they are known by the mark that all its programs are started with (sys/procs.h) and their descendants
 * inherit, whatever they do; it holds a number that another supervisor, of which we are a part or which is a part of
 * ours, does not have. Of a directory, and where there are no marks (the container limits RLIMIT_RSS), only children of
 * ours are looked at, and a variable of their environment, INIT_SERVICE, tells. Without /proc only the group is found.
 */
#ifndef SVC_LEFTOVERS_H
#define SVC_LEFTOVERS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct service;
struct procs_one;

/* Makes this process the one that orphans come to. */
void leftovers_open(void);

/* What its programs are marked with (struct spawn); 0 before leftovers_open(). */
uint64_t leftovers_mark(const struct service *);

/* Whose process that is: of the service it descends from; NULL: of none, or it is not there any more. A zombie is known
 * by its mark. */
struct service *leftovers_service(pid_t);

/* Calls `found` for each process of the service that lives, by its mark; its own programs and jobs too. */
void leftovers_each(const struct service *, void (*found)(const struct procs_one *, void *), void *arg);

/* Sends the signal (0: only looks) to all of them but s->pid; for NULL: to all children of this process. How many there
 * are; `deep`: those outside the group too. Who may be forking meanwhile is killed by asking for it again whenever one
 * of them has ended. */
unsigned leftovers_signal(const struct service *, int sig, bool deep);

#endif
