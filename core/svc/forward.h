/* forward - lines on their way to a server: what all sinks that speak over the network have in common.
 *
 * A line becomes records at once (make), which wait in a queue of bounded size until the server has them. The queue is
 *a ring (pure/ring) in memory that outlives a killed logd (sys/keep), or in a file (sys/spool) that outlives the
 *container too. When it is full the newest lines are dropped and counted, or, by full=block, their writers wait.
 *
 *	           open ┌────────┐ connected  ┌──────────┐ greeted ┌───────┐
 *	resolve, connect│ TRYING ├───────────▶│ GREETING ├────────▶│ READY │──▶ records, acknowledgements
 *	                └──▲─────┘            └────┬─────┘         └───┬───┘
 *	    0.1 s … 30 s   │ WAITING ◀─────────────┴── it is gone ─────┘
 *
 * A record is done when the server has acknowledged it; without acknowledgements (window 0): over TCP, when the peer's
 * kernel has it and, unless the connection ended in order, a moment has passed; over UDP, when our kernel took it. What
 *is not done when a connection breaks is sent again.
 *
 * A protocol is a table of what differs. The kind of sink is then
 *
 *	static struct sink *open_it(const char *url, const char **why)   calloc, forward_open(), its own options
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

#include "pure/ring.h"
#include "pure/url.h"
#include "svc/sink.h"
#include "sys/loop.h"

struct line;
struct forward;

enum {
	FORWARD_MAKE =
	        8192,      /* bytes that make() gets beyond six for each of the text: all names are shorter together */
	FORWARD_HEAD = 64, /* the most that frame(), greet() and bye() write, but for greet: */
	FORWARD_GREET = 256,
	FORWARD_HEAR = 1024, /* the longest answer that can be heard as one */
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

/* The common part of such a sink. The protocol may look at `url`, `datagrams`, `nr`, and set `greeted`. */
struct forward {
	struct sink sink; /* first */
	const struct forward_protocol *protocol;
	struct url url;
	bool datagrams; /* the transport is UDP */
	bool greeted;   /* the server is ready for records */
	uint64_t nr;    /* records begun on this connection, or of this batch */
	unsigned count; /* of the batch */
	/* the rest is private */
	bool block; /* full=block */
};

/* Reads the URL, which stays; checks its options; makes the sink's common part and connects as soon as the loop runs.
 * 0, or -1 and why: one line, constant or good until the next call. */
int forward_open(struct forward *, const struct forward_protocol *, const char *url, const char **why);

/* For make(): a record for the queue; copied. false: the queue is full; the line is counted as dropped, the rest of its
 * records need not be made. */
bool forward_add(struct forward *, const char *record, size_t len);

/* For struct sink_kind. */
void forward_put(struct sink *, const struct line *);
void forward_flush(struct sink *);
void forward_stop(struct sink *, int64_t until_ms);
bool forward_idle(const struct sink *);

#define FORWARD_SINK .put = forward_put, .flush = forward_flush, .stop = forward_stop, .idle = forward_idle

#endif
