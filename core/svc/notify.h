/* notify - the socket on which units, and directories with a file `notify`, tell how they are: sd_notify(3).
 *
 * One datagram socket, RUN/notify, for all; the kernel names the sender (SCM_CREDENTIALS), and the process its service
 * (svc/leftovers.h): who has ended before its message was read, and was reaped, is nobody's (so systemd-notify(1) waits
 * until that is read). NotifyAccess= says whom of it to believe. Bounded work a turn, and a rest after it, so that a
 * chatty service holds up nobody. Descriptors that come along are closed at once.
 */
#ifndef SVC_NOTIFY_H
#define SVC_NOTIFY_H

struct service;

/* Opens it. 0, or -1, said: then services that notify are never ready. */
int notify_open_socket(const char *run_dir);

/* "NOTIFY_SOCKET=…" for its programs, or NULL. */
const char *notify_variable(void);

/* It is up: from now on the watchdog (WatchdogSec=, WATCHDOG_USEC=) wants to hear of it. */
void notify_up(struct service *);

/* Its run is over: what it has told is forgotten. */
void notify_ended(struct service *);

#endif
