/* statedir - a service's supervise/ directory: lock, FIFOs and status files, runit's and ours (supervise/state).
 *
 * It lies in the service's directory, or, where that is read-only, in RUNDIR/service/NAME. runit's idiom of a link
 * `supervise` that leads to a writable place works too. Status files are written late (statedir_flush), when
 * nothing more urgent is to be done, and always by rename.
 */
#ifndef SVC_STATEDIR_H
#define SVC_STATEDIR_H

#include <stdbool.h>

struct service;

/* Where RUNDIR/service/NAME entries are made; NULL: nowhere. Not copied. */
void statedir_set_run(const char *run_dir);

/* Makes it, takes the lock, opens the FIFOs (s->control.fd, s->ok_fd). 0; -1 with errno, EBUSY: somebody else
 * supervises the service. A read-only place is no error: s->uncontrolled is set. */
int statedir_open(struct service *);

/* The service's status changed. */
void statedir_touch(struct service *);

/* Writes the files of one service that was touched; false if there is none. */
bool statedir_flush(void);

/* The service is about to be freed: writes what is due, or, if nobody will read it any more, drops it. */
void statedir_close(struct service *, bool write);

#endif
