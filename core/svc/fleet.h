/* fleet - all services of a directory as a whole: what waits for what, what is ready, who may stop now. */
#ifndef SVC_FLEET_H
#define SVC_FLEET_H

#include <stdbool.h>
#include <stdint.h>

struct service;

/* Finds each service's dependencies by name anew and reports circles and unknown names. After services came or went. */
void fleet_resolve(void);

/* All it needs is ready. */
bool fleet_may_start(struct service *);

/* Starts those that waited and need not any more. */
void fleet_start_waiting(void);

/* Services that are to run (loggers apart): how many there are and how many of them are not ready. */
unsigned fleet_wanted(unsigned *unready);

/* Says which wanted services are not ready, and why. */
void fleet_name_unready(void);

/* A service is about to be freed: nobody depends on it any more. */
void fleet_forget(struct service *);

/* Stops all, dependents first, each killed after half of the time that is left then. */
void fleet_stop(int64_t deadline_ms);
/* Kills all that has not ended. */
void fleet_kill(void);

#endif
