/* flow_state - what flow.c, flow_line.c, flow_kept.c and flow_put.c have in common, and nobody else. */
#ifndef SVC_FLOW_STATE_H
#define SVC_FLOW_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pure/line.h"
#include "pure/lines.h"
#include "svc/sink_stdio.h"
#include "sys/loop.h"

struct filter;
struct fmt;
struct heading;
struct source_pipe;

struct flow {
	struct sink_stdio sink;
	char *mem;    /* a tail's and SOURCE_READ bytes: tails end, and what is read begins between them */
	void *record; /* kept; NULL: none */
	struct lines lines;
	size_t reading;          /* so many bytes behind them by a read that is under way */
	struct source_pipe *now; /* whose bytes `lines` has; NULL: none */
	struct filter *filter;   /* what happens to them */
	struct line head;        /* what they have in common */
	int severity;            /* of lines whose source has none of its own */
	struct loop_fd room;     /* the sink's descriptor, watched while it is stuck */
	struct loop_timer again; /* or when to try again */
	struct loop_timer join;  /* armed while there are lines to which more may be joined */
	unsigned parked;
	size_t turn;           /* the source to be served next */
	unsigned long dropped; /* lines, not said yet */
	uint64_t taken;        /* lines of inputs */
	bool each;             /* its lines go one by one: not all are treated alike */
	bool rest;             /* nothing more is joined to its last line */
	bool skip;             /* as the pipe's: a part of this line was dropped, so are the others */
	bool watched;          /* room or again will tell */
	bool big;              /* it has read more than a line or two at once lately */
	bool told;             /* that nobody reads, or that the disk is full */
	bool full;             /* the disk was it that the dropped lines had no room on */
};

extern struct flow flow_streams[2]; /* stdout's, stderr's */
extern const char *const flow_names[2];
extern bool flow_drop; /* lines that nobody takes are dropped, and counted */

/* flow_kept.c: opens the memory file if init gave us one, and the pieces that are not a stream's. 0, or -1 with errno.
 */
int flow_kept_open(bool lent);

/* An end of the stream's stage (0: to read, 1: to write), or -1. */
int flow_kept_stage(const struct flow *, int end);

/* Puts down where the flow stands. */
void flow_commit(struct flow *);

/* Before so many bytes are read to mem: makes it possible to see later whether they were. */
void flow_mark(char *mem, size_t n);

/* Takes over from the flow's record, once its sink is open. */
void flow_take_over(struct flow *);

/* All that was taken over goes on: says so. */
void flow_kept_say(void);

/* flow.c: do the writers of this stream have to wait? Of either? */
bool flow_held(const struct flow *);
bool flow_stuck(void);

/* After each turn: how the sink has come out of it. */
void flow_settle(struct flow *);

/* flow_line.c: what is in hand: how its lines are treated. */
void flow_look(struct flow *);

/* Of a source with headings: whose its next line is, and so how it is treated. */
void flow_name(struct flow *, struct line *, struct heading *);

/* Before lines of that kind are handed to the sink; a line for it, which is dropped with all its parts and counted once
 * if it is full and shall not be waited for. */
void flow_head(struct flow *, const struct filter *, const struct line *);
void flow_hand(struct flow *, const struct line *);

/* A line for all sinks, unless the filter is against it: its head was made. The other one takes its heading, too. */
void flow_pass(struct flow *, const struct line *);
void flow_pass_on(struct flow *, struct line *, const struct heading *);

/* The line that stands for those that were dropped, where they are missing. */
void flow_gap(struct flow *);

/* flow_put.c: makes a line of the source "logd". */
void flow_own_line(struct line *, const struct fmt *text);

/* Tells the inputs that wait that there is room; do any? */
void flow_resume_inputs(void);
bool flow_inputs_wait(void);

#endif
