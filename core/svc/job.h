/* job - a script that runs beside a service: control/X, check. Bounded in time, never waited for. */
#ifndef SVC_JOB_H
#define SVC_JOB_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct service;

enum { JOB_LIMIT_MS = 10000 };

/* wstat: how, as of waitpid(2). */
typedef void job_done_fn(struct service *, char what, int wstat);

/* Starts `path` (relative to the service's directory); `what` is a name of one letter. False if it cannot be started:
 * then done is not called. */
bool job_start(struct service *, char what, const char *path, job_done_fn *);

/* Likewise a phase of a unit (svc/program.h), killed after limit_ms; 0: never. */
bool job_phase(struct service *, char what, const char *phase, uint32_t limit_ms, job_done_fn *);

/* A job of that letter runs; 0: any job but 'C' (check). */
bool job_running(const struct service *, char what);

/* That process is a job of the service. */
bool job_is(const struct service *, pid_t);

/* The pid was a job's: done has been called. */
bool job_reap(pid_t, int wstat);

/* The service goes: its jobs are killed and nobody is told. */
void job_cancel(const struct service *);

/* Runs control/LETTER if there is one and it can be started; bytes on the control FIFO wait until then. `done` calls
 * job_control_over() first. */
bool job_control(struct service *, char letter, job_done_fn *);
void job_control_over(struct service *);

#endif
