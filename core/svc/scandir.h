/* scandir - the directory of services: adopts and starts those that are there, and those that come; stops those that
 * go.
 *
 * inotify tells of changes; without it the directory is looked at every few seconds.
 */
#ifndef SVC_SCANDIR_H
#define SVC_SCANDIR_H

/* Looks and goes on looking; dir stays. Names in INIT_ENABLED_SERVICES and INIT_DISABLED_SERVICES that are of no
 * service are named. */
void scandir_open(const char *dir);

/* Looks again: now; in a while, for one of them was told to leave. */
void scandir_again(void);
void scandir_later(void);

/* No more. */
void scandir_close(void);

#endif
