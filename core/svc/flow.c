/* flow - see flow.h */
#include "svc/flow.h"

#include <errno.h>
#include <string.h>

#include "base/bytes.h"
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
#include "sys/lend.h"
#include "sys/loop.h"

/* A severity that nobody gave is that of the stream, as Docker's journald driver has it. */
enum { RETRY_MS = 1000, CALM_MS = 500, INFO = 6, ERR = 3, BIG = 8192, TURNS = 4, JOIN_MS = 100, FEW = 4096 };
enum { TAIL = FLOW_LINE_MOST + 4096 /* a heading, and whole pages */ };

const char *const flow_names[2] = {"stdout", "stderr"};
struct flow flow_streams[2];
static bool drop;
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
		         drop ? "its lines are dropped" : "its writers wait");
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
	return (f->sink.stuck && !drop) || sinks_stuck();
}

/* Nothing is asked of each line but that it gets out: then they go in bulk (sink_stdio_lines()). */
static bool plain(const struct flow *f)
{
	return !f->sink.stuck && !f->skip && !f->each && !sinks_used();
}

/* A line on its way to stdout or stderr. One is dropped with all its parts and counted once. */
void flow_hand(struct flow *f, const struct line *l)
{
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
	enum filter_way way = filter_line(f->filter, l);

	if (way == FILTER_DROP)
		return;
	if (f->each)
		follow_line(l);
	sinks_line(l);
	if (way == FILTER_ALL)
		flow_hand(f, l);
}

/* Before lines are put. */
void flow_head(struct flow *f, const struct filter *how, const struct line *l)
{
	filter_format(how, &f->sink.format);
	sink_stdio_head(&f->sink, l);
}

/* The pipe's bytes are handed on but for an unfinished line. */
static void done(struct flow *f)
{
	struct source_pipe *p = f->now;
	struct line l = f->head;

	p->skip = f->skip;
	if (source_keep(p, &f->lines) && lines_rest(&f->lines, &l)) {
		l.last = false; /* no memory to keep it: it goes as it is */
		pass(f, &l);
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

/* Of a source with headings: whose its next line is, and so how it is treated. */
static void name_next(struct flow *f, struct line *l, struct heading *h)
{
	static char name[LEND_NAME_MAX + HEADING_NAME_MAX + 2];
	struct fmt m;

	*l = f->head;
	*h = (struct heading){0};
	f->filter = source_of(f->now)->filter;
	if (lines_heading(&f->lines) && heading_read(f->lines.heading, f->lines.heading_len, h)) {
		fmt_open(&m, name, sizeof name);
		heading_name(&m, l->service, h);
		flow_known(name);
		f->filter = filter_of(name);
		l->service = name;
		l->severity = h->severity;
		l->members = h->members_len ? h->members : "";
		l->members_len = h->members_len;
	}
	f->lines.join = filter_joins(f->filter);
	flow_head(f, f->filter, l);
}

/* With headings, a part of a line that was cut before it came here is one of ours, unless we have cut it again; between
 * it and the next there may be other lines. */
static void pass_on(struct flow *f, struct line *l, const struct heading *h)
{
	static char joined[FLOW_LINE_MOST];
	bool last = l->last;

	if (!f->lines.headed) {
		pass(f, l);
		return;
	}
	filter_mask(f->filter, f->mem + (l->text - f->mem),
	            (char *)(uintptr_t)bytes_find(l->text + l->len, f->lines.end, '\n'));
	if (l->joined && h->name) {
		l->len = (size_t)(lines_unhead(joined, l) - joined);
		l->text = joined;
	}
	if (h->part && !l->part) {
		l->part = h->part;
		l->part_id = h->part_id;
		l->last = h->last;
		l->newline = l->newline && h->last;
	}
	pass(f, l);
	f->skip = f->skip && !last;
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
			name_next(f, &l, &h);
		if (lines_next(&f->lines, &l)) {
			pass_on(f, &l, &h);
			continue;
		}
		if (((f->now->ending && !f->now->left) || (f->rest && lines_waiting(&f->lines))) &&
		    lines_rest(&f->lines, &l)) {
			if (!f->each)
				follow_line(&l);
			pass_on(f, &l, &h);
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

/* Many bytes are looked at no further than the first, for the sake of those that write much without headings. */
static bool has_heading(const struct lines *l)
{
	size_t n = (size_t)(l->end - l->fresh);
	const char *end = n < FEW ? l->end : l->fresh + 1;

	return bytes_find(l->fresh, end, HEADING_SOH) < end;
}

/* What is in hand: how its lines are treated. */
static void look(struct flow *f)
{
	struct source *s = source_of(f->now);

	if (!s->filter)
		s->filter = filter_of(s->name);
	f->filter = s->filter;
	f->lines.headed = f->now->headed = f->now->headed || has_heading(&f->lines);
	f->each = f->lines.headed || !filter_plain(s->filter, f->head.severity);
	f->lines.join = filter_joins(s->filter);
	if (!f->lines.headed)
		filter_mask(s->filter, f->mem + (f->lines.at - f->mem), f->mem + (f->lines.end - f->mem));
	f->head.service = s->name;
	f->head.time = clock_wall();
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
	look(f);
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
	look(f);
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

/* The line that stands for those that were dropped, where they are missing. */
static void put_gap(struct flow *f)
{
	struct line l = f->head;
	char mem[128];
	struct fmt m;

	fmt_open(&m, mem, sizeof mem);
	fmt_add(&m, "%s: %lu lines dropped: %s", flow_names[f - flow_streams], f->dropped,
	        f->full ? "its disk was full" : "its reader was too slow");
	f->dropped = 0;
	flow_own_line(&l, &m);
	flow_head(f, filter_of(l.service), &l);
	sink_stdio_put(&f->sink, &l);
}

/* The sink, or one of the others, may take lines again. */
static void go_on(struct flow *f)
{
	if (!f->sink.stuck && f->dropped)
		put_gap(f);
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
	f->head.severity = i ? ERR : INFO;
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
	drop = style->conf->full == LOGCONF_DROP;
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
			look(&flow_streams[i]);
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
