/* Fuzzing pure/address: what it takes and makes is what the libc takes and makes. */
#include "pure/address.h"

#include <arpa/inet.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/fmt.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1), mem[64], again[64];
	union address a, b;
	unsigned char bytes[16];
	struct fmt to;
	int got;

	if (!text)
		return 0;
	if (size)
		memcpy(text, data, size);
	text[size] = '\0';
	got = address_read(&a, text, 1);
	/* 010.1.1.1 is octal to some, refused by others and decimal to us; ::0.0.0.0 the libc takes in odd places */
	if (strchr(text, ':') && !strchr(text, '.') && (got == 0) != (inet_pton(AF_INET6, text, bytes) == 1))
		abort();
	if (got == 0) {
		fmt_open(&to, mem, sizeof mem);
		address_put(&to, &a);
		if (address_read(&b, mem, 1))
			abort();
		fmt_open(&to, again, sizeof again);
		address_put(&to, &b);
		if (strcmp(mem, again) != 0)
			abort();
	}
	free(text);
	return 0;
}
