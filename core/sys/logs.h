/* logs - process 1's side of the log: keeps logd alive and lends it the pipes of init and boot.
 *
 * init holds both ends of everything: the socket pair, the pipe of its own lines and runsvdir's, the pipe of boot. So
 * logd may die at any moment: the writers notice nothing, what is unread waits, and the next logd is lent all again.
 * Where logd dies at once each new start waits longer, 1 s to 30 s.
 */
#ifndef SYS_LOGS_H
#define SYS_LOGS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum logs_source { LOGS_INIT, LOGS_BOOT, LOGS_SOURCES };

/* Makes the pipes, starts logd, and sends this process's messages (base/msg.h) through it. 0, or -1 with errno: then
 * all is as before, and everybody writes to fd 1 and 2. `with_cmd`: a CMD will share stdout and stderr with logd. */
int logs_open(bool with_cmd);

/* What a child of that source shall have as stdout and stderr (struct spawn): {-1, -1} without logd. */
const int *logs_ends(enum logs_source);

/* The end of the socket pair that belongs to the other lender, or -1. */
int logs_lender(void);

/* logd, or 0. */
pid_t logs_pid(void);

/* Messages go to fd 2 again, named `name`; logd leaves once all is drained, and is killed if it has not by `until`. */
void logs_close(const char *name, int64_t until);

#endif
