/* mainpid - which process is the main one of a unit whose first process was only its starter: Type=forking, and
 * MAINPID= of sd_notify(3).
 *
 * A PIDFile= is waited for (inotify), and believed if that process is one of the service's (svc/leftovers.h), or of no
 * service, and the file is root's and was written in this run: what an earlier life left behind is not. Without one the
 * single process of the service that is our child now is guessed to be it (GuessMainPID=). Several, or none: it is not
 * known, s->pid stays 0, and the service is up while any process of it lives. A main process that is not our child is
 * watched by a pidfd; how it ended is not known then and counts as well (systemd does so too).
 */
#ifndef SVC_MAINPID_H
#define SVC_MAINPID_H

#include <stdbool.h>
#include <sys/types.h>

struct service;

/* The starter has ended well: looks for the main process until it is found, s->pid is set and EV_MAIN sent; or until it
 * is clear that none is to be known. If nothing of the service is left before, or later while none is known, EV_EMPTY.
 */
void mainpid_find(struct service *);

/* No longer: its run is over (and not only being ended: the end of a process that is no child of ours is still told).
 */
void mainpid_close(struct service *);

/* The service says which it is. False: it is none of its processes. */
bool mainpid_told(struct service *, pid_t);

/* The main process has ended (s->pid is 0 already): is another one in its place? As its PIDFile= says now, or, if it
 * was a guess and ended well, by another guess. */
bool mainpid_moved(struct service *, int wstat);

/* A child that was nobody's has ended: perhaps it was the last process of a service. */
void mainpid_look(void);

#endif
