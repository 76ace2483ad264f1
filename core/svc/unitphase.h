/* unitphase - a phase of the compiled unit that the working directory is (svc/unitload.h, svc/unitrun.h). */
#ifndef SVC_UNITPHASE_H
#define SVC_UNITPHASE_H

/* argv[1] is the phase's name: pre, start …. Its exit code; -1: there is no such phase. NULL in a binary without the
 * applet `unit`. */
__attribute__((weak)) int unitphase_run(char *const *argv);

#endif
