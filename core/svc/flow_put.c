/* flow_put - lines that come from no pipe: those of inputs, and logd's own; see flow.h */
#include <stdarg.h>

#include "base/fmt.h"
#include "svc/filter.h"
#include "svc/flow.h"
#include "svc/flow_state.h"
#include "svc/follow.h"
#include "svc/sinks.h"
#include "sys/clock.h"

static struct flow_input *waiting; /* inputs to be resumed, in this order */

bool flow_stuck(void)
{
	return flow_held(&flow_streams[0]) || flow_held(&flow_streams[1]);
}

bool flow_inputs_wait(void)
{
	return waiting;
}

void flow_resume_inputs(void)
{
	while (waiting && !flow_stuck()) {
		struct flow_input *in = waiting;
		waiting = in->next;
		in->waits = false;
		in->resume(in);
	}
}

/* A line of an input: longer than line_max, in parts. */
static void put_whole(struct flow *f, const struct filter *how, struct line *l)
{
	struct lines parts = {.at = l->text, .fresh = l->text, .end = l->text + l->len, .max = f->lines.max};

	flow_head(f, how, l);
	if (l->len <= f->lines.max) {
		l->last = l->last || !l->part;
		flow_hand(f, l);
		return;
	}
	while (lines_next(&parts, l) || lines_rest(&parts, l)) {
		l->newline = true;
		flow_hand(f, l);
	}
}

bool flow_waits(struct flow_input *in)
{
	struct flow_input **last = &waiting;

	if (!flow_stuck())
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
	struct flow *f = &flow_streams[l->stream - LINE_STDOUT];
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
		flow_commit(f);
	return true;
}

uint64_t flow_taken(void)
{
	return flow_streams[0].taken + flow_streams[1].taken;
}

void flow_flush(void)
{
	for (int i = 0; i < 2; i++) {
		if (!flow_streams[i].sink.stuck)
			sink_stdio_write(&flow_streams[i].sink);
		flow_settle(&flow_streams[i]);
	}
	sinks_flush();
}

/* A line of the source "logd". */
void flow_own_line(struct line *l, const struct fmt *text)
{
	l->service = "logd";
	l->severity = flow_streams[l->stream - LINE_STDOUT].severity;
	l->classed = false;
	l->time = clock_wall();
	l->text = text->mem;
	l->len = text->len < flow_streams[0].lines.max ? text->len : flow_streams[0].lines.max;
	l->newline = l->last = true;
}

void flow_say(const char *text, ...)
{
	struct flow *f = &flow_streams[1];
	struct line l = f->head;
	char mem[512];
	struct fmt m;
	va_list ap;

	fmt_open(&m, mem, sizeof mem);
	va_start(ap, text);
	fmt_va(&m, text, ap);
	va_end(ap);
	flow_own_line(&l, &m);
	follow_line(&l);
	if (f->sink.stuck)
		return;
	flow_head(f, filter_of(l.service), &l);
	sink_stdio_put(&f->sink, &l);
	sink_stdio_write(&f->sink);
	flow_settle(f);
}
