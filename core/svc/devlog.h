/* devlog - /dev/log, where the C libraries' syslog(3) sends its messages.
 *
 * A datagram socket: musl knows no other kind, and one keeps messages apart by itself. The kernel tells who sent each
 * (SO_PASSCRED). It queues a few (net.unix.max_dgram_qlen): who sends more waits, and nothing is lost. While the one
 * who takes the lines is stuck none are read. A message is at most FLOW_TEXT_MAX bytes, of a longer one the rest is
 * cut.
 *
 * One that says nothing at all is left out.
 *
 * The text is what was sent: newlines within it and bytes of any kind are left to who writes it.
 */
#ifndef SVC_DEVLOG_H
#define SVC_DEVLOG_H

#include <stdbool.h>
#include <sys/types.h>

struct line;

/* Who takes the lines. */
struct devlog_user {
	bool (*put)(const struct line *); /* false: stuck, until it calls devlog_resume() */
	void (*flush)(void);              /* a burst of lines is over */
	const char *(*service)(pid_t);    /* the sender's service or NULL. NULL: who sent it
	                                   * is not asked, and a pid is only what the message says */
	bool takes_over;                  /* from another program that listens there; else it is left alone */
	int below;                        /* severities below it are taken: 8 for all */
};

/* Listens there: on `lent`, a socket that may be bound already, by one of us who was killed, and that stays when we
 * close; or else (it is none) on a new socket. It appears in the place of one that nobody listens on any more. 0, or
 * -1, and why in static memory, one line; errno says the rest. */
int devlog_open(const char *path, int lent, const struct devlog_user *, const char **why);

/* The user is not stuck any more. */
void devlog_resume(void);

/* Takes what is there and closes, or listens no more. */
void devlog_close(void);

#endif
