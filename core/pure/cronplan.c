/* cronplan - see cronplan.h */
#include "pure/cronplan.h"

#include <stdlib.h>

#include "pure/cronspec.h"

enum { NOTICED_MS = 2000, SOON = 5 * 60, FAR = 3 * 60 * 60 };

/* What a turn finds, in s: how far the clock was set, and how much was missed. */
struct gap {
	int64_t jump, missed;
};

static void put(struct cronplan *p, struct cronplan_entry *e, size_t place)
{
	p->heap[place] = e;
	e->place = (uint32_t)place;
}

/* Puts the entry where it belongs, from a place that is free: up or down. */
static void settle(struct cronplan *p, struct cronplan_entry *e, size_t at)
{
	size_t other;

	for (; at && p->heap[other = (at - 1) / 2]->next > e->next; at = other)
		put(p, p->heap[other], at);
	for (; (other = 2 * at + 1) < p->count; at = other) {
		if (other + 1 < p->count && p->heap[other + 1]->next < p->heap[other]->next)
			other++;
		if (p->heap[other]->next >= e->next)
			break;
		put(p, p->heap[other], at);
	}
	put(p, e, at);
}

static void set_next(struct cronplan_entry *e, int64_t after)
{
	e->next = cronspec_next(e->when, e->zone, after);
}

/* The clock is not where it was to be: when is this one due now? */
static void replan(const struct cronplan *p, struct cronplan_entry *e, struct gap gap)
{
	int64_t minute = p->wall / 60;
	bool wild = e->when->flags & CRONSPEC_WILD;

	if (e->when->every || e->when->flags & CRONSPEC_BOOT)
		e->next += e->next == CRONSPEC_NEVER ? 0 : gap.jump;
	else if (gap.jump < 0 ? wild || p->reached - p->wall > FAR : gap.missed > (wild ? SOON : FAR))
		set_next(e, gap.jump < 0 && minute == (p->wall - gap.jump) / 60 ? p->wall : minute * 60 - 1);
}

static void replan_all(struct cronplan *p, struct gap gap)
{
	size_t count = p->count;

	for (p->count = 0; p->count < count;) {
		struct cronplan_entry *e = p->heap[p->count++];
		replan(p, e, gap);
		settle(p, e, p->count - 1);
	}
	if (p->reached - p->wall > FAR)
		p->reached = p->wall;
}

/* Takes the clocks and sees what became of them. */
static struct gap look(struct cronplan *p, int64_t wall, int64_t steady_ms)
{
	int64_t jump_ms = (wall - p->wall) * 1000 - (steady_ms - p->steady);
	struct gap gap = {0, p->count ? wall - p->heap[0]->next : 0};

	if (jump_ms >= NOTICED_MS || jump_ms <= -NOTICED_MS)
		gap.jump = jump_ms / 1000;
	if (gap.missed < gap.jump)
		gap.missed = gap.jump;
	if (p->reached < wall - gap.jump)
		p->reached = wall - gap.jump;
	p->wall = wall;
	p->steady = steady_ms;
	return gap;
}

void cronplan_open(struct cronplan *p, int64_t wall, int64_t steady_ms)
{
	*p = (struct cronplan){.wall = wall, .steady = steady_ms, .reached = wall};
}

void cronplan_free(struct cronplan *p)
{
	free(p->heap);
	*p = (struct cronplan){0};
}

int cronplan_add(struct cronplan *p, struct cronplan_entry *e)
{
	if (p->count == p->room) {
		size_t room = p->room ? 2 * p->room : 16;
		void *heap = realloc(p->heap, room * sizeof(struct cronplan_entry *));
		if (!heap)
			return -1;
		p->heap = heap;
		p->room = room;
	}
	set_next(e, p->wall);
	settle(p, e, p->count++);
	return 0;
}

void cronplan_remove(struct cronplan *p, struct cronplan_entry *e)
{
	settle(p, p->heap[--p->count], e->place);
}

void cronplan_at(struct cronplan *p, struct cronplan_entry *e, int64_t next)
{
	e->next = next;
	settle(p, e, e->place);
}

void cronplan_replace(struct cronplan *p, const struct cronplan_entry *before, struct cronplan_entry *now)
{
	now->next = before->next;
	put(p, now, before->place);
}

int64_t cronplan_turn(struct cronplan *p, int64_t wall, int64_t steady_ms,
                      void (*due)(struct cronplan_entry *, int64_t at))
{
	struct gap gap = look(p, wall, steady_ms);

	if (gap.jump || gap.missed > SOON)
		replan_all(p, gap);
	while (p->count && p->heap[0]->next <= wall) {
		struct cronplan_entry *e = p->heap[0];
		bool every = e->when->every;
		int64_t at = e->next;
		set_next(e, every && wall - at >= NOTICED_MS / 1000 ? wall : at);
		if (every || e->when->flags & CRONSPEC_SECONDS)
			for (; e->next <= wall; set_next(e, at))
				at = e->next;
		settle(p, e, 0); /* first: `due` may remove it */
		due(e, at);
	}
	return p->count ? p->heap[0]->next : CRONSPEC_NEVER;
}
