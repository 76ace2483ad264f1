/* hash - see hash.h */
#include "base/hash.h"

#include <string.h>

uint64_t hash_mem(uint64_t hash, const void *mem, size_t len)
{
	for (const unsigned char *p = mem, *end = p + len; p < end; p++)
		hash = (hash ^ *p) * 0x100000001b3;
	return hash;
}

uint64_t hash_text(uint64_t hash, const char *text)
{
	return hash_mem(hash, text, strlen(text));
}
