/* flow_kept - where a flow stands, put down for the next logd; see flow.h and sys/keep.h */
#include <string.h>

#include "svc/flow.h"
#include "svc/flow_state.h"
#include "svc/source.h"
#include "sys/keep.h"
#include "sys/lend.h"

enum { PAGE = 4096, TRIES = 8 };

/* What init gives us beside the lending pair: the memory file, and both ends of the sinks' stages. */
enum { KEEP_FD = 4, STAGES_FD = 5 };

/* Where a flow stands, in offsets into its memory. */
struct record {
	uint32_t id; /* of the source in hand; 0: none */
	uint32_t at, fresh, end, part, part_id, reading, left, heading, heading_len;
	uint32_t out_at, out_len, putting, open;
	int64_t offset;
	uint64_t dropped, taken;
	bool ending, going, skip, full, headed;
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

static struct kept *kept;
static size_t recalled, lost; /* bytes of a killed logd: those that we went on with; those that may be lost */

/* Puts down where the flow stands. */
void flow_commit(struct flow *f)
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
		r.heading = (uint32_t)(f->lines.heading_len ? f->lines.heading - f->mem : 0);
		r.heading_len = (uint32_t)f->lines.heading_len;
		r.headed = f->now->headed;
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

/* What stands at the end of the place for n bytes until they are read, eight bytes that no text in UTF-8 has. That a
 * read under way leaves just these (of less than eight: as many of them) is all that can be mistaken. */
static const char unread[] = {'\xff', '\xf8', '\xfd', '\xfe', '\xf9', '\xfb', '\xfa', '\xfc'};

static size_t marked(size_t n)
{
	return n < sizeof unread ? n : sizeof unread;
}

/* Pages are touched before: no fault in the kernel's copy can end a read half way when we are killed. */
void flow_mark(char *mem, size_t n)
{
	for (volatile char *p = mem; p < mem + n; p += PAGE)
		*p = 0;
	memcpy(mem + n - marked(n), unread, marked(n));
}

static bool is_marked(const char *mem, size_t n)
{
	return memcmp(mem + n - marked(n), unread, marked(n)) == 0;
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
		f->now = &s->pipes[f - flow_streams];
		f->now->busy = true;
		f->now->left = r->left;
		f->now->ending = r->ending;
		f->now->going = r->going;
		f->skip = r->skip;
		f->lines.at = f->mem + r->at;
		f->lines.fresh = f->mem + r->fresh;
		f->lines.end = f->mem + r->end;
		f->lines.heading = f->mem + r->heading;
		f->lines.heading_len = r->heading_len;
		f->now->headed = r->headed;
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
	flow_commit(f);
}

int flow_kept_open(bool lent)
{
	bool old;

	keep_open(lent ? KEEP_FD : -1);
	kept = keep_piece("flow", sizeof *kept, &old);
	if (!kept || source_open())
		return -1;
	lines_ids(kept->count++ << 20);
	kept->fails++;
	return 0;
}

int flow_kept_stage(const struct flow *f, int end)
{
	return keep_lasts() ? STAGES_FD + 2 * (int)(f - flow_streams) + end : -1;
}

void flow_take_over(struct flow *f)
{
	if (!keep_lasts())
		return;
	f->record = kept->records[f - flow_streams];
	if (kept->fails <= TRIES)
		recall(f);
}

void flow_kept_say(void)
{
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
