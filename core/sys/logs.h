/* logs - process 1's side of the log: keeps logd alive and lends it the pipes of init and boot.
 *
 * init holds both ends of everything: the socket pair, the pipe of its own lines and runsvdir's, the pipe of boot. So
 * logd may die at any moment: the writers notice nothing, what is unread waits, and the next logd is lent all again.
 * For the same reason init keeps what logd works on: a memory file (sys/keep.h) and two pipes on the way to stdout and
 * stderr (svc/sink_stdio.h); the next logd goes on exactly where a killed one stood.
 * Where logd dies at once each new start waits longer, 1 s to 30 s.
 */
#ifndef SYS_LOGS_H
#define SYS_LOGS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct child;

/* logd's descriptor of a datagram socket, the same for each. */
enum { LOGS_DEVLOG_FD = 9 };

enum logs_source { LOGS_INIT, LOGS_BOOT, LOGS_SOURCES };

/* Does the environment name lines that come from elsewhere than services and scripts: files, the network, /dev/log? */
bool logs_asked(void);

/* Makes the pipes, starts logd, and sends this process's messages (base/msg.h) through it. 0, or -1 with errno: then
 * all is as before, and everybody writes to fd 1 and 2. `with_cmd`: so will a CMD. */
int logs_open(bool with_cmd);

/* Starts this binary under the name argv[0], with that source's stdout and stderr, or ours without logd. fds: what
 * becomes its 0, 3 and 4 (-1: ours, none, none). As children_start(). */
int logs_start(struct child *, char *const *argv, enum logs_source, const int fds[3], int tries);

/* The end of the socket pair that belongs to the other lender, or -1. */
int logs_lender(void);

/* Our environment was another one before: if what is set in it for logd differs, logd is started anew. */
void logs_environment(char *const *before);

/* logd, or 0. */
pid_t logs_pid(void);

/* Messages go to fd 2 again, named `name`; logd leaves once all is drained, and is killed if it has not by `until`. */
void logs_close(const char *name, int64_t until);

#endif
