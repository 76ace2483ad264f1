/* flow - see flow.h */
#include "svc/flow.h"

#include <errno.h>
#include <string.h>

#include "base/fmt.h"
#include "pure/heading.h"
#include "pure/line.h"
#include "pure/lines.h"
#include "pure/logconf.h"
#include "svc/filter.h"
#include "svc/flow_state.h"
#include "svc/follow.h"
#include "svc/sink_stdio.h"
#include "svc/sinks.h"
#include "svc/source.h"
#include "sys/clock.h"
#include "sys/keep.h"
#include "sys/loop.h"

/* A severity that nobody gave is that of the stream, as Docker's journald driver has it. */
enum { RETRY_MS = 1000, CALM_MS = 500, INFO = 6, ERR = 3, BIG = 8192, TURNS = 4, JOIN_MS = 100 };
enum { TAIL = FLOW_LINE_MOST + 4096 /* a heading, and whole pages */ };

const char *const flow_names[2] = {"stdout", "stderr"};
struct flow flow_streams[2];
bool flow_drop;
static bool inputs_first; /* every other time: pipes that never cease would leave no room to them */

static void on_calm(struct loop_timer *);

static struct loop_timer calm = {.fire = on_calm}; /* armed while buffers are big */

static struct flow *flow_of(const struct source_pipe *p)
{
	return &flow_streams[p->stream - LINE_STDOUT];
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
	const char *name = flow_names[f - flow_streams];
	bool news = f->sink.closed || f->sink.full;

	if (news == f->told)
		return;
	f->told = news;
	if (f->sink.closed)
		flow_say("%s: %s; what is written there from now on is lost", name, strerror(f->sink.error));
	else if (f->sink.full)
		flow_say("%s: %s; %s until there is space", name, strerror(f->sink.error),
		         flow_drop ? "its lines are dropped" : "its writers wait");
}

/* After each turn: how the sink has come out of it. */
void flow_settle(struct flow *f)
{
	tell(f);
	if (f->sink.stuck && !f->watched)
		watch(f);
}

/* Do the writers of this stream have to wait? */
bool flow_held(const struct flow *f)
{
	return (f->sink.stuck && !flow_drop) || sinks_stuck();
}

/* Nothing is asked of each line but that it gets out: then they go in bulk (sink_stdio_lines()). */
static bool plain(const struct flow *f)
{
	return !f->sink.stuck && !f->skip && !f->each && !sinks_used();
}

/* The pipe's bytes are handed on but for an unfinished line. */
static void done(struct flow *f)
{
	struct source_pipe *p = f->now;
	struct line l = f->head;

	p->skip = f->skip;
	if (source_keep(p, &f->lines) && lines_rest(&f->lines, &l)) {
		l.last = false; /* no memory to keep it: it goes as it is */
		flow_pass(f, &l);
	}
	f->skip = false;
	f->now = NULL;
	p->busy = false;
	p->waits = lines_waiting(&f->lines) ? 2 : 0;
	if (p->waits && !f->join.at_ms)
		loop_at(&f->join, clock_ms() + JOIN_MS);
	flow_commit(f);
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
	struct heading h = {0};

	flow_head(f, f->filter, &l);
	while (!flow_held(f)) {
		if (plain(f))
			sink_stdio_lines(&f->sink, &f->lines);
		if (!f->sink.stuck && sink_stdio_full(&f->sink)) {
			sink_stdio_write(&f->sink);
			continue;
		}
		if (f->lines.headed)
			flow_name(f, &l, &h);
		if (lines_next(&f->lines, &l)) {
			flow_pass_on(f, &l, &h);
			continue;
		}
		if (((f->now->ending && !f->now->left) || (f->rest && lines_waiting(&f->lines))) &&
		    lines_rest(&f->lines, &l)) {
			if (!f->each)
				follow_line(&l);
			flow_pass_on(f, &l, &h);
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

/* Takes the pipe in hand, to read so many bytes. */
static void begin(struct flow *f, struct source_pipe *p, size_t n)
{
	source_begin(p, f->mem + TAIL, &f->lines);
	f->now = p;
	f->skip = p->skip;
	f->reading = n;
	if (n)
		flow_mark(f->mem + TAIL, n);
	flow_commit(f);
	f->reading = 0;
}

/* One read and what follows from it. Does the pipe have more already? */
static bool turn(struct flow *f, struct source_pipe *p)
{
	ssize_t n = source_ready(p);
	bool more;

	if (n < 0)
		return false;
	begin(f, p, (size_t)n);
	if (n && (n = source_read(p, &f->lines, (size_t)n)) < 0 && errno == EAGAIN) {
		f->now = NULL;
		f->skip = false;
		return false;
	}
	p->busy = true;
	if (n <= 0) {
		p->going = p->going || !p->ending;
		p->ending = true;
		p->left = 0;
	}
	if (n > BIG) {
		f->big = true;
		if (!calm.at_ms)
			loop_at(&calm, clock_ms() + CALM_MS);
	}
	flow_look(f);
	if (!f->each)
		follow_lines(&f->head, &f->lines);
	more = n > BIG && !p->ending && source_more(p); /* asked now: what ends may be freed */
	pump(f);
	return more;
}

/* A busy pipe gets some turns more than it was woken for: a wake-up and a small write each cost half a read. */
static void serve(struct flow *f, struct source_pipe *p)
{
	for (int i = 0; i < TURNS && turn(f, p) && !flow_held(f); i++)
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
	if (flow_held(f)) {
		park(f, p);
		return;
	}
	serve(f, p);
	flow_settle(f);
}

/* Nothing has come for a while that belongs to the pipe's last line. */
static void finish(struct flow *f, struct source_pipe *p)
{
	begin(f, p, 0);
	p->busy = f->rest = true;
	flow_look(f);
	pump(f);
	f->rest = false;
}

/* A pipe waits for once or twice the time. */
static void on_join(struct loop_timer *t)
{
	struct flow *f = container_of(t, struct flow, join);
	bool more = false;

	for (size_t i = source_count(); i-- > 0;) {
		struct source_pipe *p = &source_at(i)->pipes[f - flow_streams];
		if (p->waits && !flow_held(f) && !--p->waits)
			finish(f, p);
		more = more || p->waits;
	}
	if (!f->sink.stuck)
		sink_stdio_write(&f->sink);
	sinks_flush();
	flow_settle(f);
	if (more)
		loop_at(t, clock_ms() + JOIN_MS);
}

static void unpark(struct flow *f)
{
	while (f->parked && !flow_held(f)) {
		struct source_pipe *p;

		if (f->turn >= source_count())
			f->turn = 0;
		p = &source_at(f->turn++)->pipes[f - flow_streams];
		if (!p->parked)
			continue;
		p->parked = false;
		f->parked--;
		loop_change(&p->watch, EPOLLIN);
		serve(f, p);
	}
}

/* The sink, or one of the others, may take lines again. */
static void go_on(struct flow *f)
{
	if (!f->sink.stuck && f->dropped)
		flow_gap(f);
	if (f->now && !flow_held(f))
		pump(f);
	sinks_flush();
	if (!f->sink.stuck && sink_stdio_write(&f->sink) == 0) {
		inputs_first = !inputs_first;
		if (inputs_first && !flow_streams[0].now && !flow_streams[1].now)
			flow_resume_inputs();
		unpark(f);
	}
	flow_settle(f);
}

static void resume(struct flow *f)
{
	loop_remove(&f->room);
	loop_at(&f->again, 0);
	f->watched = false;
	sink_stdio_write(&f->sink);
	go_on(f);
	flow_resume_inputs();
}

static void on_sinks(void)
{
	for (int i = 0; i < 2; i++)
		if (!flow_held(&flow_streams[i]))
			go_on(&flow_streams[i]);
	flow_resume_inputs();
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
		struct flow *f = &flow_streams[i];
		if (f->big || f->now || f->sink.stuck) {
			again = true;
		} else {
			keep_forget(f->mem, TAIL + SOURCE_READ);
			sink_stdio_calm(&f->sink);
		}
		f->big = false;
	}
	source_calm();
	if (again)
		loop_at(t, clock_ms() + CALM_MS);
}

static void on_commit(struct sink_stdio *s)
{
	flow_commit(container_of(s, struct flow, sink));
}

static int open_one(struct flow *f, const struct flow_style *style)
{
	int i = (int)(f - flow_streams), stage[2] = {flow_kept_stage(f, 0), flow_kept_stage(f, 1)};
	bool old;
	char name[16];

	f->room = (struct loop_fd){.fd = i + 1, .ready = on_room};
	f->again.fire = on_again;
	f->join.fire = on_join;
	f->head.stream = LINE_STDOUT + i;
	f->severity = i ? ERR : INFO;
	f->lines.max = style->conf->line_max;
	f->sink.shared = style->shared;
	f->sink.commit = on_commit;
	fmt_into(name, sizeof name, "%s in", flow_names[i]);
	f->mem = keep_piece(name, TAIL + SOURCE_READ, &old);
	fmt_into(name, sizeof name, "%s out", flow_names[i]);
	if (!f->mem || sink_stdio_open(&f->sink, i + 1, name, stage, style->colour))
		return -1;
	flow_take_over(f);
	return 0;
}

int flow_open(const struct flow_style *style)
{
	flow_drop = style->conf->full == LOGCONF_DROP;
	sinks_on_room(on_sinks);
	if (flow_kept_open(style->lent))
		return -1;
	for (int i = 0; i < 2; i++)
		if (open_one(&flow_streams[i], style))
			return -1;
	filter_open(style->conf, flow_say);
	return 0;
}

void flow_recall(void)
{
	for (int i = 0; i < 2; i++) {
		if (flow_streams[i].now)
			flow_look(&flow_streams[i]);
		sink_stdio_write(&flow_streams[i].sink);
		go_on(&flow_streams[i]);
	}
	for (size_t i = 0; i < source_count(); i++)
		for (int k = 0; k < 2; k++)
			if (source_at(i)->pipes[k].tail) {
				source_at(i)->pipes[k].waits = 2;
				loop_at(&flow_streams[k].join, clock_ms() + JOIN_MS);
			}
	flow_kept_say();
}

void flow_known(const char *name)
{
	size_t len = strlen(name);

	for (int i = 0; i < 2; i++)
		if (flow_streams[i].sink.tty && flow_streams[i].sink.format.width < len)
			flow_streams[i].sink.format.width = len;
}

static void end_pipe(struct source_pipe *p, bool going)
{
	struct flow *f = flow_of(p);

	source_end(p);
	p->going = p->going || going;
	if (p->left || p->busy)
		return;
	if (flow_held(f)) {
		park(f, p);
		return;
	}
	serve(f, p);
	flow_settle(f);
}

void flow_end(struct source *s, bool going)
{
	bool has[2] = {source_open_pipe(&s->pipes[0]),
	               source_open_pipe(&s->pipes[1])}; /* s is freed with its last pipe */

	if (!has[0] && !has[1])
		source_close(&s->pipes[0]);
	for (int i = 0; i < 2; i++)
		if (has[i])
			end_pipe(&s->pipes[i], going);
}

bool flow_idle(void)
{
	return !flow_streams[0].sink.stuck && !flow_streams[1].sink.stuck && !flow_inputs_wait();
}
