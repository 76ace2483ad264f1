/* received - a message of syslog that came over the network, on its way to flow. */
#ifndef SVC_RECEIVED_H
#define SVC_RECEIVED_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>

#include "pure/line.h"
#include "svc/flow.h"

union address;

/* Begins as zeros, with input.resume set. */
struct received {
	struct flow_input input;
	struct line line; /* of which flow has not taken the text yet, if `holds` */
	bool holds;
	char from[INET6_ADDRSTRLEN]; /* who sent it */
};

/* Messages of that severity and above are left out from now on. */
void received_below(unsigned long severity);

void received_from(struct received *, const union address *);

/* Makes a line of a message, whose memory it changes and which is to stay until it is taken. */
void received_hold(struct received *, char *mem, size_t len);

/* Puts what it holds. false: it has to wait, and is told to resume. */
bool received_put(struct received *);

/* Says about a sender what is wrong, once in a second: who sends rubbish shall not fill the log. */
void received_complain(const struct received *, const char *what);

#endif
