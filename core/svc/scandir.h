/* scandir - the directory of services: adopts and starts those that are there, and those that come; stops those that
 * go.
 *
 * Units in it (or what INIT_UNITS and INIT_ENABLED_SERVICES may mean) are made directories of services by a child,
 * `unit
 * --load` (svc/unitload.h), and these are scanned when it has ended. Other services do not wait for that.
 * inotify tells of changes; without it the directory is looked at every few seconds.
 */
#ifndef SVC_SCANDIR_H
#define SVC_SCANDIR_H

#include <stdbool.h>
#include <sys/types.h>

/* Looks and goes on looking; both texts stay. `run`: the run directory, for units; NULL: there is none. `known` is
 * called once all that shall be up is known; names in INIT_ENABLED_SERVICES and INIT_DISABLED_SERVICES that are of no
 * service are named then. */
void scandir_open(const char *dir, const char *run, void (*known)(void));

/* On a child's end: was it the one that reads units? */
bool scandir_reap(pid_t, int wstat);

/* Looks again: now; in a while, for one of them was told to leave. */
void scandir_again(void);
void scandir_later(void);

/* No more. */
void scandir_close(void);

#endif
