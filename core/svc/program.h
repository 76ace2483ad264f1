/* program - the programs of a service: starting run, setup and finish, signals to them, why one could not be started.
 */
#ifndef SVC_PROGRAM_H
#define SVC_PROGRAM_H

#include <stdbool.h>
#include <sys/types.h>

struct service;

/* Starts argv[0] ("./run", or an applet's name) as a session of its own in the service's directory, with its log pipes,
 * env/ and INIT_SERVICE; and with INIT_SERVICE_LOG=logd, if its stdout is the pipe that is lent to logd. notify_write:
 * becomes the descriptor that notification-fd names; -1: none. Its pid is then that of the service; 0: cannot fork,
 * said. */
void program_start(struct service *, char *const *argv, int notify_write);

/* Starts wait-for with what the file `wait` has, if that is anything. Its pid is then that of the service. 0, or -1:
 * the start has failed, said. */
int program_wait(struct service *);

/* To the program that runs now; nothing if there is none. */
void program_signal(struct service *, int sig);

/* The program never ran, and why was said, once for each reason. `code`: with which its process exited. */
bool program_not_run(struct service *, const char *file, pid_t, int code);

/* Makes or removes the file that the service's `semaphore` names: it is there while the service is ready. */
void program_semaphore(struct service *, bool make);

#endif
