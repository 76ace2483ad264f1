/* notify - the socket on which services tell how they are: sd_notify(3), for units and directories with a file `notify`.
 *
 * One datagram socket, RUN/notify, for all; the kernel names the sender (SCM_CREDENTIALS), and the process its service
 * (svc/leftovers.h). NotifyAccess= says whom of it to believe. Bounded work a turn, so that a chatty service holds up nobody.
 */
#ifndef SVC_NOTIFY_H
#define SVC_NOTIFY_H

struct service;

/* Opens it. 0, or -1, said: then services that notify are never ready. */
int notify_open_socket(const char *run_dir);

/* "NOTIFY_SOCKET=…" for its programs, or NULL. */
const char *notify_variable(void);

/* Its run began (s->pid is set), is over: for the watchdog. */
void notify_started(struct service *);
void notify_ended(struct service *);

#endif
