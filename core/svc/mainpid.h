/* mainpid - which process is the main one of a service whose first process was only its starter: Type=forking, and
 * MAINPID= of sd_notify(3).
 *
 * A PIDFile= is waited for (inotify), and believed if that process is one of the service's (svc/leftovers.h) and, where
 * the file's owner is not root, only then. Without one: if a single process of the service is left in the group or as our child, that is it
 * (GuessMainPID=). A main process that is not our child is watched by a pidfd.
 */
#ifndef SVC_MAINPID_H
#define SVC_MAINPID_H

#include <stdbool.h>
#include <sys/types.h>

struct service;

/* The starter has ended well: looks for the main process and goes on looking until it is found, s->pid is set and
 * EV_MAIN sent; or, where there is none to be known, s->pid stays 0 and EV_MAIN is sent. */
void mainpid_find(struct service *);

/* No longer: it was found, or the start is over. */
void mainpid_close(struct service *);

/* The service says which it is. False: it is none of its processes. */
bool mainpid_told(struct service *, pid_t);

#endif
