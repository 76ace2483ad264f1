/* flow - the way of the lines: from the pipes of all sources to stdout, and the same to stderr.
 *
 * Each of the two streams reads one pipe at a time into its one buffer, cuts it into lines, hands them to its sink and
 * has the sink write them before it waits. Its buffers and a record of where it stands are kept (sys/keep.h), so a logd
 * that is killed loses nothing and doubles nothing on stdout and stderr: the next one goes on where it stood. The
 * record is replaced as a whole
 *   - before bytes are read: whose and how many; whether they were, shows the end of the place where they go;
 *   - before a batch is written, with which of the bytes it was made of; how much was, shows the stage (sink_stdio.h);
 *   - after either.
 * While it names a pipe, that pipe's tail is in the buffer and its block void.
 * While a sink is stuck its stream reads nothing (the writers wait, as they would without us): a pipe that turns
 * readable is parked, and served in turn when the sink moves again. The other stream goes on. With `drop` it reads on,
 * and counts the lines that are lost; where the gap is a line of logd says how many. A stuck one of the further sinks
 * (svc/sinks.h) holds up both streams.
 */
#ifndef SVC_FLOW_H
#define SVC_FLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct line;
struct logconf;
struct loop_fd;
struct source;

/* What the user chose. */
struct flow_style {
	const struct logconf *conf; /* stays */
	bool colour;                /* on terminals */
	bool lent;                  /* init started us, and keeps what is to outlive us (sys/logs.h) */
	bool shared;                /* others write to our stdout and stderr */
};

/* Opens fd 1 and 2 as sinks. 0, or -1 with errno (ENOMEM). */
int flow_open(const struct flow_style *);

/* Once all sinks are open: goes on with what a killed logd had begun. */
void flow_recall(void);

/* We leave, but the next logd comes at once and goes on. */
void flow_hand_over(void);

/* A pipe is readable (or at its end): for loop_add() and as source_add()'s callback. */
void flow_ready(struct loop_fd *, uint32_t events);

/* Where lines come from that is no pipe: /dev/log, the network, followed files. */
struct flow_input {
	void (*resume)(struct flow_input *); /* there is room again */
	struct flow_input *next;             /* private */
	bool waits;                          /* private */
};

enum { FLOW_TEXT_MAX = 65536, FLOW_LINE_MOST = 1 << 20 };

/* Takes a line (text of at most FLOW_TEXT_MAX bytes; longer than line_max: in parts) on its way to its stream and all
 * sinks; the memory stays the caller's. false: nothing was taken, something is stuck: the input reads no more until it
 * is told to resume. After a burst of lines: flow_flush(). */
bool flow_put(struct flow_input *, const struct line *);
void flow_flush(void);

/* How many lines flow_put() has taken so far. Who keeps where it stands (sys/keep.h), puts this down before, and so
 * knows after being killed whether its line was taken. */
uint64_t flow_taken(void);

/* Is something stuck? Then the input is told to resume. Else what flow_put() took is written, after a flow_flush(). */
bool flow_waits(struct flow_input *);

/* A name that prefixes on a terminal are padded to. */
void flow_known(const char *name);

/* The source's writer ended; and, if `going`, it is to be closed when what it holds has been written. */
void flow_end(struct source *, bool going);

/* A message of logd's own: a line of the source "logd" on stderr, left out while stderr is stuck. */
__attribute__((format(printf, 1, 2))) void flow_say(const char *, ...);

/* Is everything written? */
bool flow_idle(void);

#endif
