/* fleet_units - what is started and stopped with what: edges that only units have, see fleet_state.h
 *
 * with: UNIT
 */
#include <string.h>

#include "base/msg.h"
#include "svc/edges.h"
#include "svc/fleet.h"
#include "svc/fleet_state.h"
#include "svc/service.h"
#include "sys/clock.h"

enum { UPHOLD_MS = 1000 };

static struct loop_timer uphold_timer = {.fire = fleet_uphold};

static bool related(const struct service *s, const struct service *other, unsigned edges)
{
	for (struct edge *e = s->edges; e < s->edges + s->edge_count; e++)
		if (e->other == other && e->kinds & edges)
			return true;
	return false;
}

bool fleet_follow(const struct service *s, unsigned edges, bool again)
{
	bool any = false;

	for (struct service *other = service_all; other; other = other->next) {
		if (fleet_resting(other) || other->told_to_stop || !related(other, s, edges) ||
		    (edges == EDGE_BINDS_TO && other->machine.state == MACHINE_WAIT))
			continue;
		any = true;
		if (fleet_stopping(other)) {
			other->pulled &= again;
			continue;
		}
		msg_info("%s: %s with %s", other->name, again ? "restarted" : "stopped", s->name);
		other->stop_due = EV_DOWN;
		other->pulled = again;
		fleet_follow(other, EDGE_FOLLOWS, again);
	}
	return any;
}

static void stop_rival(struct service *s, const struct service *winner)
{
	if (!s->pulled && (fleet_resting(s) || fleet_stopping(s)))
		return;
	msg_warn("%s: conflicts with %s, which starts: stopped", s->name, winner->name);
	s->pulled = s->normally_up = false;
	if (fleet_resting(s))
		return;
	s->stop_due = EV_DOWN;
	fleet_follow(s, EDGE_FOLLOWS, false);
}

void fleet_pull(struct service *s, unsigned edges)
{
	for (struct edge *e = s->edges; e < s->edges + s->edge_count; e++) {
		if (!e->other)
			continue;
		if (e->kinds & EDGE_CONFLICTS && edges == EDGE_PULLS)
			stop_rival(e->other, s);
		if (e->kinds & edges && !e->other->pulled && (fleet_resting(e->other) || fleet_stopping(e->other)))
			fleet_start(e->other);
	}
}

void fleet_carry(struct service *s, enum machine_state before, unsigned kinds)
{
	const struct machine *m = &s->machine;

	if (kinds & EDGE_BINDS_TO && (fleet_resting(s) || m->state == MACHINE_BACKOFF ||
	                              (m->state == MACHINE_SETUP && before == MACHINE_FINISH)))
		fleet_follow(s, EDGE_BINDS_TO, !fleet_resting(s));
	if (m->state == MACHINE_FAILED)
		fleet_pull(s, EDGE_ON_FAILURE);
	else if (m->state == MACHINE_DOWN && before != MACHINE_WAIT && !fleet_skipped(s))
		fleet_pull(s, EDGE_ON_SUCCESS);
}

static bool falls(const struct edge *e)
{
	const struct service *o = e->other;

	return o && e->kinds & EDGE_UPHOLDS && fleet_resting(o) && !o->pulled &&
	       o->machine.result != UNITLIFE_START_LIMIT;
}

void fleet_uphold(struct loop_timer *t)
{
	for (struct service *s = service_all; s; s = s->next) {
		if (s->machine.state != MACHINE_RUN || s->stop_due)
			continue;
		for (struct edge *e = s->edges; e < s->edges + s->edge_count; e++)
			if (falls(e) && t)
				fleet_start(e->other);
			else if (falls(e) && !uphold_timer.at_ms)
				loop_at(&uphold_timer, clock_ms() + UPHOLD_MS);
	}
}
