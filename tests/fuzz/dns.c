/* Fuzzing pure/dns: a reply in a piece of heap of just its size; addresses come from inside it. */
#include "pure/dns.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const unsigned char *begin, *end;
static size_t address_size;

static void found(void *with, const unsigned char *address, unsigned n)
{
	(void)with;
	if (n != address_size || address < begin || (size_t)(end - address) < address_size)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned char query[DNS_QUERY_MAX], *reply;
	char name[DNS_NAME_MAX + 8] = "a.example";
	enum dns_type type = size && data[0] & 1 ? DNS_AAAA : DNS_A;
	size_t n = size > 2 && data[0] & 2 ? data[1] : 0, query_len;

	if (n && size - 2 >= n) {
		memcpy(name, data + 2, n);
		name[n] = '\0';
	}
	query_len = dns_query(query, 1, name, type);
	if (query_len > sizeof query)
		abort();
	reply = malloc(size + query_len);
	if (!query_len || !reply) {
		free(reply);
		return 0;
	}
	/* the question is right, as else nothing is read */
	memcpy(reply, query, query_len);
	memcpy(reply + query_len, data, size);
	if (size > 3) {
		reply[2] = 0x80 | data[1];
		reply[3] = data[2] & 3;
		reply[7] = data[3];
	}
	begin = reply;
	end = reply + query_len + size;
	address_size = type == DNS_A ? 4 : 16;
	dns_reply(query, query_len, reply, (size_t)(end - reply), found, NULL);
	free(reply);
	if (size >= query_len)
		dns_reply(query, query_len, data, size, found, NULL);
	return 0;
}
