/* lumberjack - version 2 of the protocol that Logstash's input "beats" speaks, of the side that sends.
 *
 *	2W count                       so many documents follow,
 *	2J number length document      numbered from 1 in each such window
 *	                                           2A number    it has the documents up to that one; 0: it is at work
 *
 * Numbers have four bytes, the highest first. A document is JSON:
 *
 *	{"type":"nginx-access","@timestamp":"2026-11-22T07:40:56.123456789Z", and so on as pure/format's JSON}
 */
#ifndef PURE_LUMBERJACK_H
#define PURE_LUMBERJACK_H

#include <stddef.h>
#include <stdint.h>

struct format;
struct line;

enum {
	LUMBERJACK_HEAD = 16,       /* the most that lumberjack_head() makes */
	LUMBERJACK_DOCUMENT = 1792, /* what it needs beyond format_room() */
};

/* Makes a document inside of mem, by that format of JSON. Where it begins; *len: its length. */
char *lumberjack_document(char *mem, struct format *, const struct line *, size_t *len);

/* What stands before the nr-th of `count` documents, of that length. Returns its length. */
size_t lumberjack_head(char *to, unsigned nr, unsigned count, size_t len);

/* Reads an acknowledgement. How many bytes it has, 0 if it is not whole yet, -1 if it is none. */
ptrdiff_t lumberjack_ack(const char *, size_t len, uint32_t *number);

#endif
