/* unitrun - the programs of a unit's phases, in the process state that the unit asks for.
 *
 * systemd.exec(5), systemd.service(5). For the process that runsvdir starts in a compiled unit's directory
 * (svc/unitload.h): it ends soon or becomes the program, so nothing is freed.
 */
#ifndef SVC_UNITRUN_H
#define SVC_UNITRUN_H

struct unit;

enum unitrun_phase { UNITRUN_PRE, UNITRUN_START, UNITRUN_POST, UNITRUN_RELOAD, UNITRUN_STOP, UNITRUN_STOP_POST };

/* Conditions and commands of the phase, one after another. A single ExecStart= takes our place; else it returns when
 * all have ended: 0; the code of the first that failed (without -); UNITLIFE_SKIP (pre: a condition does not hold);
 * systemd's own codes for what could not be done (200 CHDIR, 203 EXEC, 216 GROUP, 217 USER …), said on stderr. If a
 * signal ended the one that failed, or TERM and its kind came to us, which are passed on to the one that runs, that
 * signal ends us too. Each phase makes the unit's directories and its dynamic user if they are not there; STOP_POST
 * removes RuntimeDirectory=, so that phase is needed where that is set. From the environment: MAINPID, SERVICE_RESULT,
 * EXIT_CODE, EXIT_STATUS, NOTIFY_SOCKET, WATCHDOG_USEC, which runsvdir sets. With EXEC_FD=3 the descriptor closes as
 * the program is executed (Type=exec). What the container does not allow is said by the first start. LimitRSS= is left
 * out: it has no effect in Linux, and that limit is the mark by which the service's processes are known (sys/procs.h).
 */
int unitrun(struct unit *, enum unitrun_phase);

#endif
