/* sender - which service a process belongs to: whose line it is that came by /dev/log.
 *
 * Known are the main processes of the services (sys/lend.h: LEND_PID). A process is its service's if it is that, or its
 * session's or process group's leader is, or if one of its ancestors is one's; and a daemon that left them all if its
 * environment says so (INIT_SERVICE) and we may read it: it must run as our user, unless we have CAP_SYS_PTRACE. What
 * was found is remembered for a second. Nobody knows a process that has gone already, as a `logger` may that nobody
 * waits for, one of another pid namespace (0), and any at all without /proc: then what the sender calls itself must do.
 */
#ifndef SVC_SENDER_H
#define SVC_SENDER_H

#include <sys/types.h>

/* The service's name, which is good as long as its source (svc/source.h); NULL: not known. */
const char *sender_service(pid_t);

#endif
