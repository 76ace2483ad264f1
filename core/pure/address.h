/* address - where a socket is on the internet: an address of either family, and a port. */
#ifndef PURE_ADDRESS_H
#define PURE_ADDRESS_H

#include <netinet/in.h>

struct fmt;

union address {
	struct sockaddr any; /* for the kernel, with address_size() */
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

/* Of 4 bytes, or of 16. */
void address_make(union address *, const unsigned char *bytes, unsigned len, unsigned port);

/* Of "192.0.2.1" or "2001:db8::1", without brackets and scope. 0, or -1: it is neither. */
int address_read(union address *, const char *text, unsigned port);

/* Appends it as text, without its port; what is IPv4 in the clothes of IPv6 as what it is. */
void address_put(struct fmt *, const union address *);

socklen_t address_size(const union address *);

#endif
