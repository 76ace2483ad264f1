/* lend - handing the read ends of log pipes to logd, over a socket pair that outlives it.
 *
 * init makes one SOCK_SEQPACKET pair, keeps both ends for ever, and gives one end to every logd it starts (fd 3)
 * and the other to runsvdir (fd 3). The owner of a pipe keeps both of its ends and lends the read end. A logd that
 * was killed leaves the socket, what is queued in it and every pipe as they were; the next logd says LEND_HELLO and
 * each lender sends all its pipes again. When init and runsvdir close their ends, logd drains and leaves.
 * A socket pair and not a listening socket: it has no name, so no directory is needed (read-only root) and nobody
 * else can connect (an abstract name is visible to a whole network namespace).
 */
#ifndef SYS_LEND_H
#define SYS_LEND_H

#include <stdint.h>

enum lend_op {
	LEND_HELLO, /* logd → lenders: I am new, lend me all. For runsvdir: init starts logd and knows */
	LEND_ADD, /* lender → logd: source `id` is called `name`; fds: its stdout pipe, and its stderr pipe or none */
	LEND_END, /* the writer ended: an unterminated last line is complete. (A source whose pipes are closed is gone.)
	           */
	LEND_PID, /* the source's process is now `pid` */
	LEND_LEAVE, /* init → logd: when the pair is closed you have `id` ms for what goes to servers */
	LEND_AGAIN, /* init → logd: leave now, another one is started */
	LEND_NONE,  /* what lend_receive() makes of a message that is too short */
};

enum { LEND_NAME_MAX = 255, LEND_INIT_ID = 0x40000000 };

/* One message. Ids of runsvdir count from 1, those of init from LEND_INIT_ID; an id is never used twice. */
struct lend {
	uint32_t op;
	uint32_t id;
	int32_t pid;             /* of LEND_ADD and LEND_PID; 0: none */
	uint8_t level, facility; /* of LEND_ADD: of all its lines, syslog's numbers and 1; 0: none */
	char name[LEND_NAME_MAX + 1];
};

/* Both ends close-on-exec and non-blocking. 0, or -1 with errno. */
int lend_pair(int ends[2]);

/* 0, or -1 with errno: EAGAIN when the queue is full (try again when the socket is writable). out, err: -1 for none. */
int lend_send(int sock, const struct lend *, int out, int err);

/* 1 and the message (fds: -1 where there was none, or all if our table of descriptors was full; close-on-exec), 0 when
 * the other side has closed, -1 with errno (EAGAIN: nothing there). */
int lend_receive(int sock, struct lend *, int fds[2]);

#endif
