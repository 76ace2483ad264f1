/* flow - see flow.h */
#include "svc/flow.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/fmt.h"
#include "pure/line.h"
#include "pure/lines.h"
#include "svc/follow.h"
#include "svc/sink_stdio.h"
#include "svc/sinks.h"
#include "svc/source.h"
#include "sys/clock.h"
#include "sys/loop.h"
#include "sys/pages.h"

/* A severity that nobody gave is that of the stream, as Docker's journald driver has it. */
enum { RETRY_MS = 1000, CALM_MS = 500, INFO = 6, ERR = 3, BIG = 8192, TURNS = 4 };

struct flow {
	struct sink_stdio sink;
	char *mem; /* line_max and SOURCE_READ bytes */
	struct lines lines;
	struct source_pipe *now; /* whose bytes `lines` has; NULL: none */
	struct line head;        /* what its lines have in common */
	struct loop_fd room;     /* the sink's descriptor, watched while it is stuck */
	struct loop_timer again; /* or when to try again */
	unsigned parked;
	size_t turn;           /* the source to be served next */
	unsigned long dropped; /* lines, not said yet */
	bool skip;             /* as the pipe's: a part of this line was dropped, so are the others */
	bool watched;          /* room or again will tell */
	bool big;              /* it has read more than a line or two at once lately */
	bool told;             /* that nobody reads, or that the disk is full */
	bool full;             /* the disk was it that the dropped lines had no room on */
};

static const char *const names[] = {"stdout", "stderr"};
static struct flow flows[2];
static bool drop, quiet;
static struct flow_input *waiting; /* inputs to be resumed, in this order */

static void on_calm(struct loop_timer *);

static struct loop_timer calm = {.fire = on_calm}; /* armed while buffers are big */

static struct flow *flow_of(const struct source_pipe *p)
{
	return &flows[p->stream - LINE_STDOUT];
}

static void on_room(struct loop_fd *, uint32_t);
static void on_again(struct loop_timer *);

static void watch(struct flow *f)
{
	f->watched = true;
	if (f->sink.full || loop_add(&f->room, EPOLLOUT))
		loop_at(&f->again, clock_ms() + RETRY_MS);
}

/* A sink that was closed or has no space is news once. */
static void tell(struct flow *f)
{
	const char *name = names[f - flows];
	bool news = f->sink.closed || f->sink.full;

	if (news == f->told)
		return;
	f->told = news;
	if (f->sink.closed)
		flow_say("%s: %s; what is written there from now on is lost", name, strerror(f->sink.error));
	else if (f->sink.full)
		flow_say("%s: %s; %s until there is space", name, strerror(f->sink.error),
		         drop ? "its lines are dropped" : "its writers wait");
}

/* A line of the source "logd". */
static void own_line(struct line *l, const struct fmt *text)
{
	l->service = "logd";
	l->time = clock_wall();
	l->text = text->mem;
	l->len = text->len < flows[0].lines.max ? text->len : flows[0].lines.max;
	l->newline = l->last = true;
}

/* After each turn: how the sink has come out of it. */
static void settle(struct flow *f)
{
	tell(f);
	if (f->sink.stuck && !f->watched)
		watch(f);
}

/* Do the writers of this stream have to wait? */
static bool held(const struct flow *f)
{
	return (f->sink.stuck && !drop) || sinks_stuck();
}

/* Nothing is asked of each line but that it gets out: then they go in bulk (sink_stdio_lines()). */
static bool plain(const struct flow *f)
{
	return !f->sink.stuck && !f->skip && !quiet && !sinks_used();
}

/* A line on its way to stdout or stderr. One is dropped with all its parts and counted once. */
static void put(struct flow *f, const struct line *l)
{
	if (quiet)
		return;
	if (!f->skip && !(drop && f->sink.stuck)) {
		sink_stdio_put(&f->sink, l);
		return;
	}
	f->dropped += !f->skip;
	f->full = f->sink.full;
	f->skip = !l->last;
}

/* Every line goes this way one by one, unless plain(). The head of f->sink was made for the line. */
static void pass(struct flow *f, const struct line *l)
{
	sinks_line(l);
	put(f, l);
}

/* The pipe's bytes are handed on but for an unfinished line. */
static void done(struct flow *f)
{
	struct source_pipe *p = f->now;
	struct line l = f->head;

	f->now = NULL;
	if (source_keep(p, &f->lines) && lines_rest(&f->lines, &l)) {
		l.last = false; /* no memory to keep it: it goes as it is */
		pass(f, &l);
	}
	p->skip = f->skip;
	f->skip = false;
	if (!p->ending || p->left)
		return;
	p->ending = false;
	sink_stdio_end(&f->sink, f->head.service);
	if (!p->going)
		return;
	f->parked -= p->parked;
	source_close(p);
}

/* Hands on what was read. Stops when that has to wait, to be called again. */
static void pump(struct flow *f)
{
	struct line l = f->head;

	sink_stdio_head(&f->sink, &l);
	while (!held(f)) {
		if (plain(f))
			sink_stdio_lines(&f->sink, &f->lines);
		if (lines_next(&f->lines, &l)) {
			pass(f, &l);
			continue;
		}
		if (f->now->ending && !f->now->left && lines_rest(&f->lines, &l)) {
			follow_line(&l);
			pass(f, &l);
		}
		done(f);
		return;
	}
}

static void park(struct flow *f, struct source_pipe *p)
{
	if (p->parked)
		return;
	p->parked = true;
	f->parked++;
	loop_change(&p->watch,
	            EPOLLET); /* silent; level-triggered, a pipe whose writers are gone would keep waking us */
}

/* One read and what follows from it. Does the pipe have more already? */
static bool turn(struct flow *f, struct source_pipe *p)
{
	ssize_t n = source_read(p, f->mem, &f->lines);
	int more = 0;

	if (n < 0 && errno == EAGAIN && !p->ending)
		return false;
	if (n <= 0) {
		p->going = p->going || !p->ending;
		p->ending = true;
		p->left = 0;
	}
	if (n > BIG) {
		f->big = true;
		if (!calm.at_ms)
			loop_at(&calm, clock_ms() + CALM_MS);
		if (!p->ending && ioctl(p->watch.fd, FIONREAD, &more))
			more = 0;
	}
	f->now = p;
	f->head.service = source_of(p)->name;
	f->head.time = clock_wall();
	f->skip = p->skip;
	follow_lines(&f->head, &f->lines);
	pump(f);
	return more > 0;
}

/* A busy pipe gets some turns more than it was woken for: a wake-up and a small write each cost half a read. */
static void serve(struct flow *f, struct source_pipe *p)
{
	for (int i = 0; i < TURNS && turn(f, p) && !held(f); i++)
		;
	if (!f->sink.stuck)
		sink_stdio_write(&f->sink);
	sinks_flush();
}

void flow_ready(struct loop_fd *w, uint32_t events)
{
	struct source_pipe *p = container_of(w, struct source_pipe, watch);
	struct flow *f = flow_of(p);

	(void)events;
	if (held(f)) {
		park(f, p);
		return;
	}
	serve(f, p);
	settle(f);
}

static void unpark(struct flow *f)
{
	while (f->parked && !held(f)) {
		struct source_pipe *p;

		if (f->turn >= source_count())
			f->turn = 0;
		p = &source_at(f->turn++)->pipes[f - flows];
		if (!p->parked)
			continue;
		p->parked = false;
		f->parked--;
		loop_change(&p->watch, EPOLLIN);
		serve(f, p);
	}
}

static bool stuck(void)
{
	return held(&flows[0]) || held(&flows[1]);
}

static void resume_inputs(void)
{
	while (waiting && !stuck()) {
		struct flow_input *in = waiting;
		waiting = in->next;
		in->waits = false;
		in->resume(in);
	}
}

/* The line that stands for those that were dropped, where they are missing. */
static void put_gap(struct flow *f)
{
	struct line l = f->head;
	char mem[128];
	struct fmt m;

	fmt_open(&m, mem, sizeof mem);
	fmt_add(&m, "%s: %lu lines dropped: %s", names[f - flows], f->dropped,
	        f->full ? "its disk was full" : "its reader was too slow");
	f->dropped = 0;
	own_line(&l, &m);
	sink_stdio_head(&f->sink, &l);
	sink_stdio_put(&f->sink, &l);
}

/* The sink, or one of the others, may take lines again. */
static void go_on(struct flow *f)
{
	if (!f->sink.stuck && f->dropped)
		put_gap(f);
	if (f->now && !held(f))
		pump(f);
	if (!f->sink.stuck && sink_stdio_write(&f->sink) == 0)
		unpark(f);
	settle(f);
}

static void resume(struct flow *f)
{
	loop_remove(&f->room);
	loop_at(&f->again, 0);
	f->watched = false;
	sink_stdio_write(&f->sink);
	go_on(f);
	resume_inputs();
}

static void on_sinks(void)
{
	for (int i = 0; i < 2; i++)
		if (!held(&flows[i]))
			go_on(&flows[i]);
	resume_inputs();
}

static void on_room(struct loop_fd *w, uint32_t events)
{
	(void)events;
	resume(container_of(w, struct flow, room));
}

static void on_again(struct loop_timer *t)
{
	resume(container_of(t, struct flow, again));
}

/* The buffers are given back when no burst has come for a while. */
static void on_calm(struct loop_timer *t)
{
	bool again = false;

	for (int i = 0; i < 2; i++) {
		struct flow *f = &flows[i];
		if (f->big || f->now || f->sink.stuck) {
			again = true;
		} else {
			pages_forget(f->mem, f->lines.max + SOURCE_READ);
			sink_stdio_rest(&f->sink);
		}
		f->big = false;
	}
	if (again)
		loop_at(t, clock_ms() + CALM_MS);
}

int flow_open(const struct flow_style *style)
{
	drop = style->drop;
	quiet = style->quiet;
	sinks_on_room(on_sinks);
	for (int i = 0; i < 2; i++) {
		struct flow *f = &flows[i];
		f->room = (struct loop_fd){.fd = i + 1, .ready = on_room};
		f->again.fire = on_again;
		f->head.stream = LINE_STDOUT + i;
		f->head.severity = i ? ERR : INFO;
		f->lines.max = style->line_max;
		f->sink.shared = style->shared;
		f->sink.format.kind = style->kind;
		f->sink.format.stamp = style->stamp;
		f->mem = malloc(style->line_max + SOURCE_READ);
		if (!f->mem || sink_stdio_open(&f->sink, i + 1, style->line_max, style->colour))
			return -1;
	}
	return 0;
}

static void put_parts(struct flow *f, struct line *l)
{
	struct lines parts = {.at = l->text, .fresh = l->text, .end = l->text + l->len, .max = f->lines.max};

	sink_stdio_head(&f->sink, l);
	while (lines_next(&parts, l) || lines_rest(&parts, l)) {
		l->newline = true;
		put(f, l);
	}
}

bool flow_waits(struct flow_input *in)
{
	struct flow_input **last = &waiting;

	if (!stuck())
		return false;
	if (in->waits)
		return true;
	while (*last)
		last = &(*last)->next;
	*last = in;
	in->next = NULL;
	in->waits = true;
	return true;
}

bool flow_put(struct flow_input *in, const struct line *l)
{
	struct flow *f = &flows[l->stream - LINE_STDOUT];
	struct line copy = *l;

	if (flow_waits(in))
		return false;
	follow_line(l);
	sinks_line(l);
	if (l->len > f->lines.max)
		put_parts(f, &copy);
	else {
		copy.last = true;
		sink_stdio_head(&f->sink, l);
		put(f, &copy);
	}
	return true;
}

void flow_flush(void)
{
	for (int i = 0; i < 2; i++) {
		if (!flows[i].sink.stuck)
			sink_stdio_write(&flows[i].sink);
		settle(&flows[i]);
	}
	sinks_flush();
}

void flow_known(const char *name)
{
	size_t len = strlen(name);

	for (int i = 0; i < 2; i++)
		if (flows[i].sink.tty && flows[i].sink.format.width < len)
			flows[i].sink.format.width = len;
}

void flow_end(struct source_pipe *p, bool going)
{
	struct flow *f = flow_of(p);

	if (p->watch.fd < 0)
		return;
	source_end(p);
	p->going = p->going || going;
	if (p->left || p == f->now)
		return;
	if (held(f)) {
		park(f, p);
		return;
	}
	serve(f, p);
	settle(f);
}

void flow_say(const char *text, ...)
{
	struct flow *f = &flows[1];
	struct line l = f->head;
	char mem[512];
	struct fmt m;
	va_list ap;

	fmt_open(&m, mem, sizeof mem);
	va_start(ap, text);
	fmt_va(&m, text, ap);
	va_end(ap);
	own_line(&l, &m);
	follow_line(&l);
	if (f->sink.stuck)
		return;
	sink_stdio_head(&f->sink, &l);
	sink_stdio_put(&f->sink, &l);
	sink_stdio_write(&f->sink);
	settle(f);
}

bool flow_idle(void)
{
	return !flows[0].sink.stuck && !flows[1].sink.stuck && !waiting;
}
