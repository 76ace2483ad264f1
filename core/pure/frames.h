/* frames - where messages of syslog end in a stream of TCP (RFC 6587).
 *
 *	counted   LENGTH SP MSG    if the stream begins with digits, a blank and "<"
 *	lines     MSG LF           else; a NUL ends one too
 *
 * A stream stays with what it began with. Between messages line ends and NULs are passed over. Of a message of more
 * than `max` bytes the rest is left out.
 */
#ifndef PURE_FRAMES_H
#define PURE_FRAMES_H

#include <stdbool.h>
#include <stddef.h>

/* One stream's state: begins as zeros. */
struct frames {
	enum { FRAMES_UNKNOWN, FRAMES_COUNTED, FRAMES_LINES } kind;
	bool ended;         /* set when no more bytes come: what is there is a message, if not all of it */
	bool passing;       /* over the rest of a line that is too long */
	unsigned long pass; /* so many bytes of a counted message that is too long */
	size_t seen;        /* so many bytes of a line are known not to hold its end */
};

struct frames_message {
	const char *text;
	size_t len;
	bool cut; /* it is longer than that, or the stream ended within it */
};

/* The next message of the bytes [*at, end), which continue those of the call before from *at on; moves *at behind it.
 * 1; 0: more bytes are needed (room for `max` and FRAMES_HEAD of them lets each message pass); -1: no length where one
 * must stand, and so nothing more can be made out. */
enum { FRAMES_HEAD = 10 };
int frames_next(struct frames *, const char **at, const char *end, size_t max, struct frames_message *);

#endif
