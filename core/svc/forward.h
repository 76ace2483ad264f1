/* forward - lines on their way to a server: what all sinks that speak over the network have in common.
 *
 * A line becomes records at once (make), which wait in a queue (svc/queue.h) of bounded size until the server has them.
 * When it is full the newest lines are dropped and counted or, by full=block, their writers wait.
 *
 *	         ┌──────────┐ connected  ┌────┐ stop(), and all is done  ┌─────────┐ the server closed  ┌──────┐
 *	resolve, │  TRYING  ├───────────▶│ UP ├─────────────────────────▶│ LEAVING ├───────────────────▶│ OVER │
 *	connect  └──────────┘            └─┬──┘                          └─────────┘    or until_ms     └──────┘
 *	              ▲  0.1 s … 30 s      │ it is gone, or silent; what is not done will be sent again
 *	              └────── WAITING ◀────┘
 *
 * A record is done when the server has acknowledged it; without acknowledgements (window 0): over UDP, when our kernel
 * took it; over TCP, when the peer's kernel has it and a moment has passed in which its program can have read it. A
 * connection that ended in order shows that it did; one that was reset does not, and the last moment is sent again.
 *
 * A protocol is a table of what differs. The kind of sink is then
 *
 *	static struct sink *open_it(const char *url, const char **why)   forward_new(), its own options
 *	static const struct sink_kind kind = {.schemes = "gelf gelf+tcp", .open = open_it, FORWARD_SINK};
 *	SINK(kind);
 *
 * A scheme that ends with +tcp or +udp asks for that transport. Options of all: queue=SIZE, spool=DIR[:SIZE],
 * full=drop|block.
 */
#ifndef SVC_FORWARD_H
#define SVC_FORWARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pure/url.h"
#include "svc/queue.h"
#include "svc/resolve.h"
#include "svc/sink.h"
#include "sys/loop.h"

struct line;
struct forward;

enum forward_state { FORWARD_WAITING, FORWARD_TRYING, FORWARD_UP, FORWARD_LEAVING, FORWARD_OVER };

enum {
	FORWARD_MAKE =
	        8192,      /* bytes that make() gets beyond six for each of the text: all names are shorter together */
	FORWARD_HEAD = 64, /* the most that frame() and bye() write */
	FORWARD_GREET = 256, /* the most that greet() writes */
	FORWARD_HEAR = 1024, /* the longest answer that can be heard as one */
	FORWARD_DIR = 256,   /* of a directory's path */
	FORWARD_MOMENT =
	        250, /* ms that a server's program needs at most to read what its kernel has, and deal with it */
};

/* What a protocol is. Constant. NULL: nothing to do. */
struct forward_protocol {
	const char *options; /* the names of its own, blanks between */
	uint16_t port;       /* unless the URL has one */
	bool datagrams;      /* UDP unless the scheme says +tcp */
	bool batches;        /* records go in batches of at most `window`, the next when all of one are acknowledged */
	unsigned window;     /* the most records that may be unacknowledged; 0: there are no acknowledgements */

	/* Makes one record of a line, or several: each by forward_add(), of bytes in mem (6 * len + FORWARD_MAKE bytes;
	 * the same may be used again after it). With datagrams, a record is one. Without frame(), the record is all
	 * that is sent. */
	void (*make)(struct forward *, const struct line *, char *mem);

	/* The first bytes to send on a new connection. If there is a greet, records wait until hear() has set
	 * forward->greeted. Returns their number. */
	size_t (*greet)(struct forward *, char *to);

	/* What goes before a record of len bytes, which is the nr-th (from 1) of the connection or, with batches, of
	 * the batch of `count`: the same each time it is asked. Returns its length. */
	size_t (*frame)(struct forward *, char *to, uint64_t nr, unsigned count, size_t len);

	/* The server has said these bytes. Returns how many of them are used up (the rest comes again, with more), or
	 * -1 and *why: the connection is given up. *acked (0 before): the records acknowledged by them, the oldest
	 * first. NULL: what it says is ignored. */
	ptrdiff_t (*hear)(struct forward *, const char *bytes, size_t len, unsigned *acked, const char **why);

	/* The last bytes to send, when all records are done, after which the server ends the connection. */
	size_t (*bye)(struct forward *, char *to);
};

/* The common part of such a sink. The protocol may look at the first members. */
struct forward {
	struct sink sink; /* first */
	const struct forward_protocol *protocol;
	struct url url;
	bool datagrams; /* the transport is UDP */
	bool greeted;   /* the server is ready for records: for hear() to set */
	uint64_t nr;    /* records sent on this connection or, with batches, of this batch */
	unsigned out;   /* of them not acknowledged yet */

	/* the rest is private */
	bool block;   /* full=block */
	bool blocked; /* the kernel takes no more now */
	bool proven;  /* the server has acknowledged something */
	int error;    /* errno: why there is no spool */
	enum forward_state state;
	unsigned long queue_size, spool_size;
	char spool_dir[FORWARD_DIR]; /* empty: none is wanted */
	struct queue queue;
	struct loop_fd watch;
	struct loop_timer timer;  /* the next thing that is due */
	struct loop_timer report; /* of lines dropped */
	struct loop_timer moved;  /* there is room again */
	struct resolve resolve;
	unsigned address; /* of those, the next to be tried */
	unsigned back_off_ms;
	int64_t since_ms, reported_ms;    /* when an outage began (0: none); when lines dropped were last said */
	int64_t up_ms, heard_ms, sent_ms; /* when it was connected; was heard, and sent to, last */
	int64_t until_ms;                 /* stopping; else 0 */
	unsigned waited;                  /* records there were when it was connected */
	unsigned count;                   /* records in the batch */
	uint64_t next;                    /* position of the next record to be sent */
	size_t cut;                       /* bytes of its frame that are sent */
	uint64_t sent, done;              /* bytes: taken by the kernel, of records done */
	uint32_t window;                  /* the largest the peer has had */
	int64_t settled_ms;
	size_t heard_len;
	char heard[FORWARD_HEAR]; /* not understood yet */
};

/* How much waits for a server, and where, unless its URL says otherwise; dir: NULL for in memory. To be called before
 * forward_open(); the text stays. */
void forward_defaults(unsigned long queue, const char *dir, unsigned long spool);

/* Reads the URL, which stays; checks its options; makes the sink's common part and connects as soon as the loop runs.
 * 0, or -1 and why: one line, constant or good until the next call. */
int forward_open(struct forward *, const struct forward_protocol *, const char *url, const char **why);

/* The same with memory of the heap, of `size` bytes, for a struct whose first member is struct forward. NULL and why.
 */
void *forward_new(size_t size, const struct forward_protocol *, const char *url, const char **why);

/* For make(): a record for the queue; copied. false: the queue is full; the line is counted as dropped, the rest of its
 * records need not be made. */
bool forward_add(struct forward *, const char *record, size_t len);

/* For struct sink_kind. */
void forward_put(struct sink *, const struct line *);
void forward_flush(struct sink *);
void forward_stop(struct sink *, int64_t until_ms);
bool forward_idle(const struct sink *);

/* Does the server acknowledge records? */
static inline bool forward_has_window(const struct forward *f)
{
	return f->protocol->window;
}

/* Among ourselves. Opens the queue, unless it is (false: no memory); the oldest record is done with; says how many
 * lines were dropped. */
bool forward_ready(struct forward *);
void forward_drop(struct forward *);
void forward_report(struct loop_timer *);

/* Connects as soon as the loop runs; sends what can go now; the queue is full: lets go all that the peer's kernel has;
 * no more records come. */
void forward_link_open(struct forward *);
void forward_link_pump(struct forward *);
void forward_link_stop(struct forward *, int64_t until_ms);

/* Sends what can go now; reads what the server has said: NULL, or why the connection is to be given up. The kernel
 * takes no more now, or does again. Lets go of records that need no acknowledgement: all that the peer's kernel has, or
 * those that its program must have read. */
const char *forward_wire_send(struct forward *);
const char *forward_wire_hear(struct forward *);
void forward_wire_block(struct forward *, bool);
void forward_wire_settle(struct forward *, bool all);

#define FORWARD_SINK .put = forward_put, .flush = forward_flush, .stop = forward_stop, .idle = forward_idle

#endif
