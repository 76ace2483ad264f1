/* dns - the two messages of a name server's client (RFC 1035, 3596): a question for addresses, and its answer.
 *
 * All names in an answer are stepped over, none is followed: a server that answers sends the chain of aliases and
 * what is at its end in one message, and it is trusted with all of it or with nothing.
 */
#ifndef PURE_DNS_H
#define PURE_DNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum dns_type { DNS_A = 1, DNS_AAAA = 28 };
enum { DNS_NAME_MAX = 254, DNS_QUERY_MAX = 12 + DNS_NAME_MAX + 1 + 4, DNS_REPLY_MAX = 1280 };

/* Makes a question in mem, which has DNS_QUERY_MAX bytes. Its length, or 0 if that is no name. */
size_t dns_query(unsigned char *mem, uint16_t id, const char *name, enum dns_type);

enum dns_result {
	DNS_FOREIGN, /* no answer to that question */
	DNS_FAILED,  /* the server cannot or will not answer */
	DNS_READ     /* an answer, be there addresses in it or none */
};

/* Reads an answer to that question and calls back with each address: `size` is 4 (A) or 16 (AAAA). */
enum dns_result dns_reply(const unsigned char *query, size_t query_len, const unsigned char *reply, size_t len,
                          void (*found)(void *with, const unsigned char *address, unsigned size), void *with);

#endif
