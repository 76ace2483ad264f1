/* readiness - how a directory's service becomes ready: by a line on its notification-fd, or when its `check` agrees. */
#ifndef SVC_READINESS_H
#define SVC_READINESS_H

#include <stdbool.h>

struct service;

/* A pipe for the notification-fd. Its write end, to be closed once the program has it; -1: none. */
int readiness_open(struct service *);
void readiness_close(struct service *);

/* Its `check` is what counts now; then the service's timer is for that. */
bool readiness_asks(const struct service *);

/* Runs `check`, now; or arms the timer for it, if that is what counts. */
void readiness_ask(struct service *);
void readiness_ask_later(struct service *);

#endif
