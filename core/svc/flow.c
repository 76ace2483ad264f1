/* flow - see flow.h */
#include "svc/flow.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/fmt.h"
#include "pure/line.h"
#include "pure/lines.h"
#include "pure/logconf.h"
#include "svc/filter.h"
#include "svc/follow.h"
#include "svc/sink_stdio.h"
#include "svc/sinks.h"
#include "svc/source.h"
#include "sys/clock.h"
#include "sys/keep.h"
#include "sys/lend.h"
#include "sys/loop.h"

/* A severity that nobody gave is that of the stream, as Docker's journald driver has it. */
enum {
	RETRY_MS = 1000,
	CALM_MS = 500,
	INFO = 6,
	ERR = 3,
	BIG = 8192,
	TURNS = 4,
	JOIN_MS = 100,
	PAGE = 4096,
	TRIES = 8
};

/* What init gives us beside the lending pair: the memory file, and both ends of the sinks' stages. */
enum { KEEP_FD = 4, STAGES_FD = 5 };

/* Where a flow stands, in offsets into its memory. */
struct record {
	uint32_t id; /* of the source in hand; 0: none */
	uint32_t at, fresh, end, part, part_id, reading, left;
	uint32_t out_at, out_len, putting, open;
	int64_t offset;
	uint64_t dropped, taken;
	bool ending, going, skip, full;
	char name[LEND_NAME_MAX + 1];
};

/* What is kept of logd, in a page. */
struct kept {
	uint32_t count; /* how many logds there were */
	uint32_t fails; /* the last ones that did not get to their first wait */
	bool handed_over;
	uint64_t records[2][KEEP_RECORD(sizeof(struct record)) / 8];
};

_Static_assert(sizeof(struct record) % 8 == 0 && sizeof(struct kept) <= PAGE, "records are aligned, and one page");

struct flow {
	struct sink_stdio sink;
	char *mem;    /* FLOW_LINE_MOST and SOURCE_READ bytes: tails end, and what is read begins between them */
	void *record; /* kept; NULL: none */
	struct lines lines;
	size_t reading;          /* so many bytes behind them by a read that is under way */
	struct source_pipe *now; /* whose bytes `lines` has; NULL: none */
	struct filter *filter;   /* what happens to them */
	struct line head;        /* what they have in common */
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

static const char *const names[] = {"stdout", "stderr"};
static struct flow flows[2];
static struct kept *kept;
static size_t recalled, lost; /* bytes of a killed logd: those that we went on with; those that may be lost */
static bool drop;
static struct flow_input *waiting; /* inputs to be resumed, in this order */
static bool inputs_first;          /* every other time: pipes that never cease would leave no room to them */

static void on_calm(struct loop_timer *);

static struct loop_timer calm = {.fire = on_calm}; /* armed while buffers are big */

static struct flow *flow_of(const struct source_pipe *p)
{
	return &flows[p->stream - LINE_STDOUT];
}

/* Puts down where the flow stands. */
static void commit(struct flow *f)
{
	const struct sink_stdio *s = &f->sink;
	struct record r = {.out_at = (uint32_t)s->at,
	                   .out_len = (uint32_t)s->len,
	                   .putting = (uint32_t)s->putting,
	                   .open = s->open,
	                   .offset = s->offset,
	                   .dropped = f->dropped,
	                   .taken = f->taken,
	                   .full = f->full};

	if (!f->record)
		return;
	if (f->now) {
		struct source *from = source_of(f->now);
		r.id = from->id;
		r.at = (uint32_t)(f->lines.at - f->mem);
		r.fresh = (uint32_t)(f->lines.fresh - f->mem);
		r.end = (uint32_t)(f->lines.end - f->mem);
		r.part = f->lines.part;
		r.part_id = f->lines.part_id;
		r.reading = (uint32_t)f->reading;
		r.left = f->now->left;
		r.ending = f->now->ending;
		r.going = f->now->going;
		r.skip = f->skip;
		memcpy(r.name, from->name, strlen(from->name) + 1);
	}
	keep_record(f->record, &r, sizeof r);
}

static void on_commit(struct sink_stdio *s)
{
	commit(container_of(s, struct flow, sink));
}

/* What stands at the end of the place for n bytes until they are read, eight bytes that no text in UTF-8 has. That a
 * read under way leaves just these (of less than eight: as many of them) is all that can be mistaken. */
static const char unread[] = {'\xff', '\xf8', '\xfd', '\xfe', '\xf9', '\xfb', '\xfa', '\xfc'};

static size_t marked(size_t n)
{
	return n < sizeof unread ? n : sizeof unread;
}

/* Pages are touched before: no fault in the kernel's copy can end a read half way when we are killed. */
static void mark(char *mem, size_t n)
{
	for (volatile char *p = mem; p < mem + n; p += PAGE)
		*p = 0;
	memcpy(mem + n - marked(n), unread, marked(n));
}

static bool is_marked(const char *mem, size_t n)
{
	return memcmp(mem + n - marked(n), unread, marked(n)) == 0;
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
	return !f->sink.stuck && !f->skip && !f->each && !sinks_used();
}

/* A line on its way to stdout or stderr. One is dropped with all its parts and counted once. */
static void put(struct flow *f, const struct line *l)
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
		put(f, l);
}

/* Before lines are put. */
static void make_head(struct flow *f, const struct filter *how, const struct line *l)
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
	commit(f);
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

	make_head(f, f->filter, &l);
	while (!held(f)) {
		if (plain(f))
			sink_stdio_lines(&f->sink, &f->lines);
		if (!f->sink.stuck && sink_stdio_full(&f->sink)) {
			sink_stdio_write(&f->sink);
			continue;
		}
		if (lines_next(&f->lines, &l)) {
			pass(f, &l);
			continue;
		}
		if (((f->now->ending && !f->now->left) || (f->rest && lines_waiting(&f->lines))) &&
		    lines_rest(&f->lines, &l)) {
			if (!f->each)
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

/* Takes the pipe in hand, to read so many bytes. */
static void begin(struct flow *f, struct source_pipe *p, size_t n)
{
	source_begin(p, f->mem + FLOW_LINE_MOST, &f->lines);
	f->now = p;
	f->skip = p->skip;
	f->reading = n;
	if (n)
		mark(f->mem + FLOW_LINE_MOST, n);
	commit(f);
	f->reading = 0;
}

/* What is in hand: how its lines are treated. */
static void look(struct flow *f)
{
	struct source *s = source_of(f->now);

	if (!s->filter)
		s->filter = filter_of(s->name);
	f->filter = s->filter;
	f->each = !filter_plain(s->filter, f->head.severity);
	f->lines.join = filter_joins(s->filter);
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
		struct source_pipe *p = &source_at(i)->pipes[f - flows];
		if (p->waits && !held(f) && !--p->waits)
			finish(f, p);
		more = more || p->waits;
	}
	if (!f->sink.stuck)
		sink_stdio_write(&f->sink);
	sinks_flush();
	settle(f);
	if (more)
		loop_at(t, clock_ms() + JOIN_MS);
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
	make_head(f, filter_of(l.service), &l);
	sink_stdio_put(&f->sink, &l);
}

/* The sink, or one of the others, may take lines again. */
static void go_on(struct flow *f)
{
	if (!f->sink.stuck && f->dropped)
		put_gap(f);
	if (f->now && !held(f))
		pump(f);
	sinks_flush();
	if (!f->sink.stuck && sink_stdio_write(&f->sink) == 0) {
		inputs_first = !inputs_first;
		if (inputs_first && !flows[0].now && !flows[1].now)
			resume_inputs();
		unpark(f);
	}
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
			keep_forget(f->mem, FLOW_LINE_MOST + SOURCE_READ);
			sink_stdio_calm(&f->sink);
		}
		f->big = false;
	}
	source_calm();
	if (again)
		loop_at(t, clock_ms() + CALM_MS);
}

/* Takes over from the flow's record. */
static void recall(struct flow *f)
{
	const struct record *r = keep_recorded(f->record, sizeof *r);
	struct source *s = r->id ? source_recall(r->id, r->name) : NULL;

	f->sink.at = r->out_at;
	f->sink.len = r->out_len;
	f->sink.putting = r->putting;
	f->sink.open = r->open;
	f->sink.offset = r->offset;
	lost += sink_stdio_recall(&f->sink);
	f->dropped = (unsigned long)r->dropped;
	f->full = r->full;
	f->taken = r->taken;
	if (s) {
		f->now = &s->pipes[f - flows];
		f->now->busy = true;
		f->now->left = r->left;
		f->now->ending = r->ending;
		f->now->going = r->going;
		f->skip = r->skip;
		f->lines.at = f->mem + r->at;
		f->lines.fresh = f->mem + r->fresh;
		f->lines.end = f->mem + r->end;
		f->lines.part = r->part;
		f->lines.part_id = r->part_id;
		if (r->reading && !is_marked(f->mem + r->end, r->reading)) {
			f->lines.end += r->reading;
			f->now->left -= r->ending ? r->reading : 0;
		}
		f->head.service = s->name;
		recalled += (size_t)(f->lines.end - f->lines.at);
	}
	recalled += sink_stdio_left(&f->sink);
	commit(f);
}

static int open_one(struct flow *f, const struct flow_style *style, bool again)
{
	int i = (int)(f - flows), stage[2] = {-1, -1};
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
	fmt_into(name, sizeof name, "%s in", names[i]);
	f->mem = keep_piece(name, FLOW_LINE_MOST + SOURCE_READ, &old);
	fmt_into(name, sizeof name, "%s out", names[i]);
	for (int k = 0; k < 2 && keep_lasts(); k++)
		stage[k] = STAGES_FD + 2 * i + k;
	if (!f->mem || sink_stdio_open(&f->sink, i + 1, name, stage, style->colour))
		return -1;
	if (keep_lasts())
		f->record = kept->records[i];
	if (f->record && again)
		recall(f);
	return 0;
}

int flow_open(const struct flow_style *style)
{
	bool old;

	drop = style->conf->full == LOGCONF_DROP;
	sinks_on_room(on_sinks);
	keep_open(style->lent ? KEEP_FD : -1);
	kept = keep_piece("flow", sizeof *kept, &old);
	if (!kept || source_open())
		return -1;
	lines_ids(kept->count++ << 20);
	for (int i = 0; i < 2; i++)
		if (open_one(&flows[i], style, kept->fails < TRIES))
			return -1;
	kept->fails++;
	filter_open(style->conf, flow_say);
	return 0;
}

void flow_recall(void)
{
	for (int i = 0; i < 2; i++) {
		if (flows[i].now)
			look(&flows[i]);
		sink_stdio_write(&flows[i].sink);
		go_on(&flows[i]);
	}
	for (size_t i = 0; i < source_count(); i++)
		for (int k = 0; k < 2; k++)
			if (source_at(i)->pipes[k].tail) {
				source_at(i)->pipes[k].waits = 2;
				loop_at(&flows[k].join, clock_ms() + JOIN_MS);
			}
	if (recalled && !kept->handed_over)
		flow_say("was killed; went on with %lu bytes it had read", (unsigned long)recalled);
	if (lost)
		flow_say("was killed in the middle of a write: up to %lu bytes may be missing", (unsigned long)lost);
	if (kept->fails > TRIES)
		flow_say("was killed too often by what it had read: that is lost");
	kept->handed_over = false;
	kept->fails = 0;
}

void flow_hand_over(void)
{
	kept->handed_over = true;
}

/* A line of an input: longer than line_max, in parts. */
static void put_whole(struct flow *f, const struct filter *how, struct line *l)
{
	struct lines parts = {.at = l->text, .fresh = l->text, .end = l->text + l->len, .max = f->lines.max};

	make_head(f, how, l);
	if (l->len <= f->lines.max) {
		l->last = l->last || !l->part;
		put(f, l);
		return;
	}
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
	struct filter *how = filter_of(l->service);
	struct line copy = *l;
	enum filter_way way;

	if (flow_waits(in))
		return false;
	filter_masked(how, &copy);
	way = filter_line(how, &copy);
	f->taken++;
	if (way != FILTER_DROP) {
		follow_line(&copy);
		sinks_line(&copy);
	}
	if (way == FILTER_ALL)
		put_whole(f, how, &copy);
	if (!f->sink.stuck && sink_stdio_full(&f->sink))
		sink_stdio_write(&f->sink);
	else
		commit(f);
	return true;
}

uint64_t flow_taken(void)
{
	return flows[0].taken + flows[1].taken;
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

static void end_pipe(struct source_pipe *p, bool going)
{
	struct flow *f = flow_of(p);

	source_end(p);
	p->going = p->going || going;
	if (p->left || p->busy)
		return;
	if (held(f)) {
		park(f, p);
		return;
	}
	serve(f, p);
	settle(f);
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
	make_head(f, filter_of(l.service), &l);
	sink_stdio_put(&f->sink, &l);
	sink_stdio_write(&f->sink);
	settle(f);
}

bool flow_idle(void)
{
	return !flows[0].sink.stuck && !flows[1].sink.stuck && !waiting;
}
