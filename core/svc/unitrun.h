/* unitrun - the programs of a unit's phases, in the process state that the unit asks for.
 *
 * systemd.exec(5), systemd.service(5). For the process that runsvdir starts in a compiled unit's directory
 * (svc/unitload.h): it ends soon or becomes the program, so nothing is freed.
 */
#ifndef SVC_UNITRUN_H
#define SVC_UNITRUN_H

struct unit;

enum unitrun_phase { UNITRUN_PRE, UNITRUN_START, UNITRUN_POST, UNITRUN_RELOAD, UNITRUN_STOP, UNITRUN_STOP_POST };

/* Conditions and commands of the phase, one after another. A single ExecStart= takes our place; else it returns when all
 * have ended: 0; the code of the first that failed (without -), 128 + its signal; UNITLIFE_SKIP (pre: a condition does
 * not hold); systemd's own codes for what could not be done (200 CHDIR, 203 EXEC, 216 GROUP, 217 USER …), said on
 * stderr. PRE makes the unit's directories and its dynamic user; STOP_POST removes RuntimeDirectory=. From the
 * environment: MAINPID, SERVICE_RESULT, EXIT_CODE, EXIT_STATUS, NOTIFY_SOCKET, WATCHDOG_USEC, which runsvdir sets. With
 * EXEC_FD=3 the descriptor closes as the program is executed (Type=exec). LimitRSS= is left out, it has no effect in Linux:
 * that limit is the mark by which the service's processes are known (sys/procs.h). */
int unitrun(struct unit *, enum unitrun_phase);

#endif
