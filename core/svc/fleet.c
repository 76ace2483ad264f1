/* fleet - see fleet.h */
#include "svc/fleet.h"

#include <string.h>

#include "base/fmt.h"
#include "base/msg.h"
#include "svc/edges.h"
#include "svc/fleet_state.h"
#include "svc/service.h"
#include "svc/supervise.h"
#include "sys/clock.h"

enum { SOON = 1 };

static void turn_due(struct loop_timer *);

static int64_t deadline;
static unsigned kinds; /* of edges that there are */
static struct loop_timer turn = {.fire = turn_due};

void fleet_resolve(void)
{
	kinds = edges_resolve();
}

/* Is there more than dependencies.d? */
static bool units(void)
{
	return kinds & ~(unsigned)EDGE_NEEDS;
}

/* How one is ------------------------------------------------------------ */

static struct edge *end(const struct service *s)
{
	return s->edges + s->edge_count;
}

bool fleet_resting(const struct service *s)
{
	return s->machine.state == MACHINE_DOWN || s->machine.state == MACHINE_FAILED;
}

bool fleet_skipped(const struct service *s)
{
	return s->machine.result == UNITLIFE_CONDITION;
}

bool fleet_stopping(const struct service *s)
{
	const struct machine *m = &s->machine;

	if (m->state == MACHINE_SWEEP || m->state == MACHINE_FINISH)
		return s->stop_due || m->want != WANT_UP;
	return s->stop_due ||
	       (m->stopping && (m->state == MACHINE_SETUP || m->state == MACHINE_RUN || m->state == MACHINE_STOP));
}

/* For one that only comes after it a failed try is enough; who requires it waits for the next one. */
static bool starting(const struct service *s, unsigned edge)
{
	const struct machine *m = &s->machine;

	if (s->cyclic)
		return false;
	return s->pulled || (m->state == MACHINE_BACKOFF && edge & EDGE_MUST) ||
	       (!fleet_resting(s) && m->state != MACHINE_BACKOFF && !machine_reached(&s->machine));
}

/* What happens to one ---------------------------------------------------- */

void fleet_start(struct service *s)
{
	s->pulled = true;
	if (units())
		fleet_pull(s, EDGE_PULLS);
	loop_at(&turn, SOON);
}

bool fleet_may_start(struct service *s)
{
	if (s->told_to_stop)
		return false;
	if (!kinds)
		return true;
	if (units())
		fleet_pull(s, EDGE_PULLS);
	loop_at(&turn, SOON);
	return false;
}

void fleet_changed(struct service *s, enum machine_state before)
{
	if (!kinds)
		return;
	loop_at(&turn, SOON);
	if (units() && before != s->machine.state && !supervise_options.stopping)
		fleet_carry(s, before, kinds);
}

/* A directory alone is restarted by its machine, as under runit. */
void fleet_told(struct service *s, enum machine_event e)
{
	bool up = e == EV_UP || e == EV_ONCE;

	if (!kinds || s->logs_for || s->told_to_stop || (e == EV_TERM && s->machine.state != MACHINE_RUN)) {
		supervise_event(s, e, 0);
		return;
	}
	if (up && (s->stop_due || s->pulled || (s->unit && fleet_stopping(s)))) {
		s->pulled = true;
		return;
	}
	if (!up) {
		s->stop_due = e == EV_TERM ? EV_DOWN : e;
		s->pulled = e == EV_TERM;
		if ((units() && fleet_follow(s, EDGE_FOLLOWS, s->pulled)) || e != EV_TERM || s->unit) {
			fleet_turn();
			return;
		}
		s->stop_due = EV_UP;
		s->pulled = false;
	}
	supervise_event(s, e, 0);
}

/* Whose turn it is ------------------------------------------------------- */

static void waits_for(struct service *s, const struct service *other)
{
	char text[300];

	fmt_into(text, sizeof text, "waits for %s", other->name);
	if (s->reason && strcmp(s->reason, text) == 0)
		return;
	if (other->machine.want != WANT_UP && !other->normally_up && !other->pulled)
		msg_warn("%s: waits for %s, which is not to run: sv up %s", s->name, other->name, other->name);
	service_reason(s, text);
}

static void refuse(struct service *s, const struct service *other)
{
	char text[300];

	if (other)
		fmt_into(text, sizeof text, "requires %s, which %s", other->name,
		         other->machine.state == MACHINE_FAILED ? "failed" : "is not up");
	else
		fmt_into(text, sizeof text, "%s", s->reason ? s->reason : "requires what is not there");
	supervise_event(s, EV_FAIL, UNITLIFE_DEPENDENCY);
	service_reason(s, text);
	msg_error("%s: not started: %s", s->name, text);
}

/* It is in WAIT, and nobody after it is stopping. */
static void consider(struct service *s)
{
	const struct service *wait = NULL;

	if (s->cyclic || s->told_to_stop)
		return;
	if (s->unmet) {
		refuse(s, NULL);
		return;
	}
	for (struct edge *e = s->edges; e < end(s); e++) {
		const struct service *o = e->other;
		unsigned ordered = e->kinds & EDGE_ORDERS;
		bool is_up = o && machine_reached(&o->machine), comes = o && starting(o, e->kinds);
		if (!o)
			continue;
		if ((ordered && (fleet_stopping(o) || comes)) || (e->kinds & EDGE_NEEDS && !is_up)) {
			wait = o;
		} else if (e->kinds & EDGE_MUST && !(is_up && !(e->kinds & EDGE_BINDS_TO && fleet_skipped(o))) &&
		           (ordered || (!comes && (e->kinds & EDGE_REQUISITE || o->machine.state == MACHINE_FAILED)))) {
			refuse(s, o);
			return;
		}
	}
	if (wait) {
		waits_for(s, wait);
	} else {
		service_reason(s, NULL);
		supervise_event(s, EV_ALLOWED, 0);
	}
}

static void stop_one(struct service *s)
{
	int64_t now = clock_ms(), left = deadline - now;
	uint32_t half = left > 2 ? (uint32_t)(left / 2) : 1;

	s->told_to_stop = true;
	if (!s->machine.kill_ms || s->machine.kill_ms > half)
		s->machine.kill_ms = half;
	if (s->machine.finish_ms > half || !s->machine.finish_ms)
		s->machine.finish_ms = half;
	if (s->machine.stopping && !s->machine.at_ms)
		s->machine.at_ms = now + half;
	supervise_event(s, EV_EXIT, 0);
}

static void take_turn(struct service *s)
{
	enum machine_event stop = s->stop_due;

	s->stop_due = EV_UP;
	if (stop && supervise_options.stopping) {
		stop_one(s);
	} else if (stop) {
		supervise_event(s, stop, 0);
	} else if (s->pulled && !fleet_stopping(s)) {
		s->pulled = false;
		if (s->machine.want != WANT_UP)
			supervise_event(s, EV_UP, 1);
	} else if (s->machine.state == MACHINE_WAIT) {
		consider(s);
	}
}

/* What is told may be freed at once, and with it others: then the list is walked from its head again. */
void fleet_turn(void)
{
	if (kinds & EDGE_UPHOLDS && !supervise_options.stopping)
		fleet_uphold(NULL);
	for (struct service *s = service_all; s; s = s->next)
		s->held = false;
	for (struct service *s = service_all; s; s = s->next)
		if (fleet_stopping(s))
			for (struct edge *e = s->edges; e < end(s); e++)
				if (e->kinds & EDGE_ORDERS && e->other)
					e->other->held = true;
	for (struct service *s = service_all; s;) {
		unsigned removed = supervise_removed;
		if (!s->held)
			take_turn(s);
		s = removed == supervise_removed ? s->next : service_all;
	}
}

static void turn_due(struct loop_timer *t)
{
	(void)t;
	fleet_turn();
}

/* All ------------------------------------------------------------------- */

static bool wanted(const struct service *s)
{
	return (s->normally_up || s->machine.want == WANT_UP) && !s->logs_for;
}

unsigned fleet_wanted(unsigned *unready)
{
	unsigned n = 0;

	*unready = 0;
	for (const struct service *s = service_all; s; s = s->next) {
		n += wanted(s);
		*unready += wanted(s) && !machine_reached(&s->machine);
	}
	return n;
}

void fleet_name_unready(void)
{
	for (const struct service *s = service_all; s; s = s->next)
		if (wanted(s) && !machine_reached(&s->machine))
			msg_warn("%s: not ready in time (%s%s%s)", s->name, machine_state_name(&s->machine),
			         s->reason ? ": " : "", s->reason ? s->reason : "");
}

void fleet_forget(struct service *gone)
{
	if (!kinds)
		return;
	loop_at(&turn, SOON);
	for (struct service *s = service_all; s; s = s->next)
		for (struct edge *e = s->edges; e < end(s); e++)
			if (e->other == gone)
				e->other = NULL;
}

void fleet_stop(int64_t until)
{
	deadline = until;
	supervise_options.stopping = true;
	for (struct service *s = service_all; s; s = s->next)
		if (!s->told_to_stop && !s->logs_for)
			s->stop_due = EV_EXIT;
	fleet_turn();
}

void fleet_kill(void)
{
	for (struct service *s = service_all; s;) {
		unsigned removed = supervise_removed;
		s->machine.kill_ms = 1;
		s->stop_due = EV_UP;
		if (!s->logs_for && !s->told_to_stop)
			stop_one(s);
		else if ((s->pid || s->machine.state == MACHINE_SWEEP) && !s->machine.killed)
			supervise_event(s, EV_TIMER, 0);
		s = removed == supervise_removed ? s->next : service_all;
	}
}
