/* flow_line - what happens to each line on its way to the sinks; see flow.h */
#include "base/bytes.h"
#include "base/fmt.h"
#include "pure/heading.h"
#include "pure/line.h"
#include "pure/lines.h"
#include "svc/filter.h"
#include "svc/flow.h"
#include "svc/flow_state.h"
#include "svc/follow.h"
#include "svc/sink_stdio.h"
#include "svc/sinks.h"
#include "svc/source.h"
#include "sys/clock.h"
#include "sys/lend.h"

enum { FEW = 4096 };

void flow_hand(struct flow *f, const struct line *l)
{
	if (!f->skip && !(flow_drop && f->sink.stuck)) {
		sink_stdio_put(&f->sink, l);
		return;
	}
	f->dropped += !f->skip;
	f->full = f->sink.full;
	f->skip = !l->last;
}

void flow_pass(struct flow *f, const struct line *l)
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

void flow_head(struct flow *f, const struct filter *how, const struct line *l)
{
	filter_format(how, &f->sink.format);
	sink_stdio_head(&f->sink, l);
}

void flow_name(struct flow *f, struct line *l, struct heading *h)
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
void flow_pass_on(struct flow *f, struct line *l, const struct heading *h)
{
	static char joined[FLOW_LINE_MOST];
	bool last = l->last;

	if (!f->lines.headed) {
		flow_pass(f, l);
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
	flow_pass(f, l);
	f->skip = f->skip && !last;
}

/* Many bytes are looked at no further than the first, for the sake of those that write much without headings. */
static bool has_heading(const struct lines *l)
{
	size_t n = (size_t)(l->end - l->fresh);
	const char *end = n < FEW ? l->end : l->fresh + 1;

	return bytes_find(l->fresh, end, HEADING_SOH) < end;
}

void flow_look(struct flow *f)
{
	struct source *s = source_of(f->now);

	if (!s->filter)
		s->filter = filter_of(s->name);
	f->filter = s->filter;
	f->head.severity = s->level ? s->level - 1 : f->severity;
	f->head.classed = s->facility;
	f->head.facility = s->facility ? s->facility - 1 : 0;
	f->lines.headed = f->now->headed = f->now->headed || has_heading(&f->lines);
	f->each = f->lines.headed || !filter_plain(s->filter, f->head.severity);
	f->lines.join = filter_joins(s->filter);
	if (!f->lines.headed)
		filter_mask(s->filter, f->mem + (f->lines.at - f->mem), f->mem + (f->lines.end - f->mem));
	f->head.service = s->name;
	f->head.time = clock_wall();
}

void flow_gap(struct flow *f)
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
