/* address - IP addresses as people write them and as the kernel wants them. musl's inet_ntop would bring its printf. */
#ifndef BASE_ADDRESS_H
#define BASE_ADDRESS_H

#include <netinet/in.h>
#include <stddef.h>
#include <sys/socket.h>

struct fmt;

union address {
	struct sockaddr any; /* its family says which of the others it is */
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

/* "127.0.0.1", "::1": with port 0. 0, or -1: that is none. */
int address_ip(union address *, const char *text, size_t len);

/* "[ADDRESS:]PORT", with an IPv6 address in brackets; the loopback's if there is but a port. 0, or -1: that is none. */
int address_parse(union address *, const char *text);

void address_set_port(union address *, unsigned port);
unsigned address_port(const union address *);

/* How much of it the kernel wants. */
socklen_t address_size(const union address *);

/* Appends the address, without its port; an IPv4 one in IPv6's clothes as what it is. */
void address_put(struct fmt *, const union address *);

#endif
