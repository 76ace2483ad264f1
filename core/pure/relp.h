/* relp - the frames of RELP, a syslog that acknowledges, of both sides: TXNR SP COMMAND SP LENGTH [SP DATA] LF.
 *
 * The client numbers its frames from 1 on; the server answers each in order with a frame "rsp" of the same number. A
 * server's frame of number 0 answers nothing ("serverclose"). Both open a session with what they offer, which there is
 * no choice of yet.
 */
#ifndef PURE_RELP_H
#define PURE_RELP_H

#include <stddef.h>
#include <sys/types.h>

struct fmt;

enum {
	RELP_NR_MAX = 999999999,
	RELP_AROUND = 64, /* a frame is at most so many bytes longer than its data */
	RELP_DATA =
	        8000, /* what every server takes: rsyslog cuts longer ones, unless told otherwise, and acknowledges */
	RELP_MAX = 128 << 10 /* what librelp can send */
};

enum relp_command { RELP_OPEN, RELP_SYSLOG, RELP_CLOSE, RELP_RSP, RELP_SERVERCLOSE, RELP_OTHER };

struct relp_frame {
	unsigned long nr; /* 0 to RELP_NR_MAX */
	enum relp_command command;
	const char *data; /* within what was parsed; may hold any byte */
	size_t len;
};

/* The first frame of these bytes. Returns its length in all; 0 if more bytes are needed; -1 and why if it is none or
 * has data of more than `max` bytes: nothing behind it can be made out. */
ssize_t relp_next(struct relp_frame *, const char *mem, size_t len, size_t max, const char **why);

/* Appends a frame, of any command but RELP_OTHER. */
void relp_put(struct fmt *, unsigned long nr, enum relp_command, const char *data, size_t len);

/* Appends one that opens a session, with our offers; and one that answers, which to an open has them too. */
enum relp_rsp { RELP_OK, RELP_OPENED, RELP_DISABLED };
void relp_put_open(struct fmt *, unsigned long nr);
void relp_put_rsp(struct fmt *, unsigned long nr, enum relp_rsp);

/* The code of an answer; 0: it has none, as the one to a close. */
unsigned relp_code(const struct relp_frame *);

#endif
