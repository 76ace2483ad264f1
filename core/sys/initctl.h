/* initctl - asking a running init to stop: a queued signal that carries the exit code. */
#ifndef SYS_INITCTL_H
#define SYS_INITCTL_H

#include <stdbool.h>
#include <sys/types.h>

/* RTMIN+3 as glibc and systemd count (musl's own SIGRTMIN is one higher). Sent by kill(1) it only means "stop". */
enum { INITCTL_SIGNAL = 37 };

/* The init that looks after us: the one in the run directory's pid file if it lives, else process 1. 0 if there is
 * none: a stale file, or a process 1 that /proc calls otherwise (systemd would halt the machine on that signal). */
pid_t initctl_find(void);

/* "Stop, and exit with that code (0-255)". 0, or -1 with errno (EPERM: only root and init's own user may). Never waits.
 */
int initctl_stop(pid_t init, int code);

/* For init: is the signal's integer such a request, and with which code? */
bool initctl_code(int value, int *code);

#endif
