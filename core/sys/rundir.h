/* rundir - the run directory: where the state of a running init lies.
 *
 *	pid          init's process id, a decimal line
 *	env/NAME     the environment that boot left, one variable a file (0700)
 *	environment.sh, environment.json    the same
 *	service/     NAME → the service's directory, or, where that is read-only, a directory with its supervise/; in it
 *	             may be `state`, what the service says of itself
 *	units/NAME/  the service that was made of a unit: what runsvdir must know of it (pure/unitlife.h), supervise/
 *	log          logd's socket
 *	notify       runsvdir's, for sd_notify(3)
 *
 * Boot removes what an earlier life left: service/, units/, other sockets, *.pid, and of env/ what is no variable now.
 *
 * It is $INIT_RUN_DIR, else the first usable of /run/initbox, /tmp/initbox-UID, /dev/shm/initbox-UID. Usable: a
 * directory (no link) of our own that nobody else may write to, or one that can be made so. It is for one init alone,
 * which holds flock(2) on it, so that two that share a volume do not take it from each other.
 */
#ifndef SYS_RUNDIR_H
#define SYS_RUNDIR_H

#include <stdbool.h>
#include <stdint.h>

/* For init: finds or makes it. A path in static memory, or NULL (errno of the last try): everything but control works.
 */
const char *rundir_make(void);

/* For what happens once in the life of a container: is that name asked for the first time? Without any directory, one
 * of our own if init's is another user's, it always is. */
bool rundir_first(const char *name);

/* Seconds since the container, process 1, was started; 0: cannot be known. */
int64_t rundir_age(void);

/* For init: makes it, puts our `pid` there and INIT_RUN_DIR into the environment (on the heap); and takes `pid` away.
 * As rundir_make(); EBUSY: another init has it. */
const char *rundir_open(void);
void rundir_close(void);

/* For the tools: that of the running init (it has a `pid`), also when init is another user's; NULL if there is none. */
const char *rundir_find(void);

#endif
