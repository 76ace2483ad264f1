/* program - the programs of a service: starting run, setup and finish, signals to them, why one could not be started.
 */
#ifndef SVC_PROGRAM_H
#define SVC_PROGRAM_H

#include <stdbool.h>
#include <sys/types.h>

#include "sys/spawn.h"

struct service;

/* "NOTIFY_SOCKET=…" for those who tell of themselves (svc/notify.h), or NULL: none. The owner of the services sets it.
 */
extern const char *program_notify;

/* Starts argv[0] ("./run", or an applet's name) as a session of its own in the service's directory, with its log pipes,
 * env/ and INIT_SERVICE; and with INIT_SERVICE_LOG=logd, if its stdout is the pipe that is lent to logd. notify_write:
 * becomes the descriptor that notification-fd names; -1: none. Its pid is then that of the service; 0: cannot fork,
 * said. */
void program_start(struct service *, char *const *argv, int notify_write);

/* Fills in what all children of a service have: directory, log pipes, mark. */
void program_child(const struct service *, struct spawn *);

/* A child that runs our own binary as `unit PHASE`, and the memory that it points into. */
struct program_phase {
	struct spawn child;
	char *argv[3];
	char text[700];
};

/* Fills it in: with INIT_SERVICE, INVOCATION_ID, NOTIFY_SOCKET, WATCHDOG_USEC, MAINPID, and for stop and stop-post
 * SERVICE_RESULT, EXIT_CODE and EXIT_STATUS (systemd.exec(5)). */
void program_phase_child(const struct service *, const char *phase, struct program_phase *);

/* Starts it as program_start() does. exec_fd: becomes its descriptor 3, EXEC_FD; -1: none. */
void program_phase(struct service *, const char *phase, int exec_fd);

/* Starts wait-for with what the file `wait` has, if that is anything. Its pid is then that of the service. 0, or -1:
 * the start has failed, said. */
int program_wait(struct service *);

/* To the program that runs now; nothing if there is none. */
void program_signal(struct service *, int sig);

/* Says that it, or what it left behind, is killed as it did not end in time. */
void program_say_killed(const struct service *);

/* The program never ran, and why was said, once for each reason. `code`: with which its process exited. */
bool program_not_run(struct service *, const char *file, pid_t, int code);

/* Makes or removes the file that the service's `semaphore` names: it is there while the service is ready. */
void program_semaphore(struct service *, bool make);

#endif
