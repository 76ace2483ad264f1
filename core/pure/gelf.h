/* gelf - lines as messages of GELF 1.1, Graylog's format.
 *
 *	{"version":"1.1","host":"web1","timestamp":1795333256.123456,"level":6,"_service":"nginx","_stream":"stdout",
 *	 "_tag":…,"_facility":"daemon","_pid":7,"_partial_id":…,"_partial_ordinal":…,"_partial_last":1,"short_message":…}
 *
 * What follows _stream is there if it is known. A server refuses a message that is empty or all blank: it becomes "-".
 */
#ifndef PURE_GELF_H
#define PURE_GELF_H

#include <stddef.h>
#include <stdint.h>

struct line;

enum { GELF_HEAD = 5120, GELF_CHUNK_HEAD = 12, GELF_CHUNKS = 128 };

/* Makes the message, of at most GELF_HEAD bytes and six for each of the text. `host` is whose line it is unless that
 * says another. Returns its end. */
char *gelf_make(char *to, const struct line *, const char *host);

/* What stands before each of `count` parts of a message that is too long for a datagram; `index` from 0. */
void gelf_chunk(char *to, uint64_t id, unsigned index, unsigned count);

#endif
