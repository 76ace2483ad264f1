/* lender - the owner's side of sys/lend.h: makes each service's log pipes and lends their read ends to logd. */
#ifndef SVC_LENDER_H
#define SVC_LENDER_H

struct service;

/* The socket to lend over; without one (not called) services write to our own stdout and stderr. */
void lender_open(int sock);

/* Makes the pipes of a new service and lends them. Without descriptors left, said, it writes where we do. */
void lender_add(struct service *);

/* Its process ended: an unterminated last line is complete. Not said of one that goes for good: closing its pipes does.
 */
void lender_end(struct service *);

/* It has a new process, s->pid: what comes from there by other ways is the service's too. */
void lender_started(struct service *);

#endif
