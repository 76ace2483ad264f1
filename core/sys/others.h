/* others - ending the processes nobody waits for by name: orphans, and what `docker exec` started.
 *
 * For process 1 those are all of its pid namespace, else the caller's descendants. Nothing here fails: without /proc
 * process 1 still reaches everybody, another process only the group it names.
 */
#ifndef SYS_OTHERS_H
#define SYS_OTHERS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* TERM to all but `spare` (0: nobody; spared only where procs_known()), and CONT, so that stopped ones hear it; waits
 * until they are gone (children_wait, which may be interrupted); KILLs at `until` whoever is left, each with a line
 * that names it (the first 20). `group`: a process group known to be ours, or 0, for when /proc does not tell. */
void others_stop(pid_t spare, pid_t group, int64_t until);

#endif
