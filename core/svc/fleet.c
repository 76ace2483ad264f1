/* fleet - see fleet.h */
#include "svc/fleet.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/fmt.h"
#include "base/msg.h"
#include "pure/order.h"
#include "svc/service.h"
#include "svc/supervise.h"
#include "sys/clock.h"
#include "sys/files.h"

static int64_t deadline;
static bool dependent; /* some service needs another */

static struct service *find(const char *name)
{
	for (struct service *s = service_all; s; s = s->next)
		if (!s->leaving && strcmp(s->name, name) == 0)
			return s;
	return NULL;
}

/* Reads dependencies.d and points at the services it names. The number of dependencies. */
static size_t resolve_one(struct service *s)
{
	size_t count = 0, n = 0;
	char **names;

	free(s->needs);
	s->needs = NULL;
	s->cyclic = false;
	if (!(s->features & HAS_DEPENDENCIES))
		return 0;
	names = files_list(AT_FDCWD, service_path(s, "dependencies.d"), &count);
	s->needs = calloc(count + 1, sizeof(struct service *));
	for (size_t i = 0; s->needs && i < count; i++) {
		struct service *other = find(names[i]);
		if (other)
			s->needs[n++] = other;
		else
			msg_error("%s: dependencies.d/%s: there is no such service; it is not waited for", s->name,
			          names[i]);
	}
	free(names);
	return n;
}

static void report_circle(struct service **all, const uint32_t *circle, size_t n)
{
	char text[400];
	struct fmt f;

	fmt_open(&f, text, sizeof text);
	for (size_t i = 0; i < n; i++)
		fmt_add(&f, "%s → ", all[circle[i]]->name);
	fmt_str(&f, all[circle[0]]->name);
	msg_error("dependency cycle: %s: none of these is started; take one out of a dependencies.d", text);
	for (size_t i = 0; i < n; i++) {
		struct service *s = all[circle[i]];
		s->cyclic = true;
		s->needs[0] = NULL; /* no stop waits for its turn in the circle */
		service_reason(s, "dependency cycle");
	}
}

static void find_circles(struct service **all, size_t nodes, struct order_edge *edges, size_t count)
{
	uint32_t *state = calloc(nodes * 2, sizeof *state), *circle = state + nodes;
	size_t n;

	while (state && (n = order_circle(edges, count, nodes, state, circle))) {
		report_circle(all, circle, n);
		/* a reported service needs nothing any more: the next circle shows */
		for (size_t i = 0; i < count;)
			if (all[edges[i].node]->cyclic)
				edges[i] = edges[--count];
			else
				i++;
	}
	free(state);
}

static uint32_t number_of(struct service **all, const struct service *s)
{
	uint32_t i = 0;

	while (all[i] != s)
		i++;
	return i;
}

void fleet_resolve(void)
{
	size_t nodes = 0, edges = 0, n = 0, k = 0;
	struct service **all;
	struct order_edge *edge;

	for (struct service *s = service_all; s; s = s->next, nodes++)
		edges += resolve_one(s);
	dependent = edges != 0;
	if (!dependent)
		return;
	all = calloc(nodes, sizeof(struct service *));
	edge = calloc(edges, sizeof *edge);
	if (all && edge) {
		for (struct service *s = service_all; s; s = s->next)
			all[n++] = s;
		for (size_t i = 0; i < n; i++)
			for (struct service **d = all[i]->needs; d && *d; d++)
				edge[k++] = (struct order_edge){(uint32_t)i, number_of(all, *d)};
		find_circles(all, nodes, edge, edges);
	}
	free(all);
	free(edge);
}

bool fleet_may_start(struct service *s)
{
	if (s->cyclic || s->told_to_stop)
		return false;
	for (struct service **d = s->needs; d && *d; d++) {
		char text[300];
		if ((*d)->machine.state == MACHINE_RUN && (*d)->machine.ready)
			continue;
		fmt_into(text, sizeof text, "waits for %s", (*d)->name);
		if (!s->reason || strcmp(s->reason, text) != 0) {
			if ((*d)->machine.want != WANT_UP && !(*d)->normally_up)
				msg_warn("%s: waits for %s, which is not to run: sv up %s", s->name, (*d)->name,
				         (*d)->name);
			service_reason(s, text);
		}
		return false;
	}
	return true;
}

void fleet_start_waiting(void)
{
	for (struct service *s = service_all; s; s = s->next)
		if (s->machine.state == MACHINE_WAIT && fleet_may_start(s)) {
			service_reason(s, NULL);
			supervise_event(s, EV_ALLOWED, 0);
		}
}

static bool unready(const struct service *s)
{
	return s->normally_up && !s->logs_for && !(s->machine.state == MACHINE_RUN && s->machine.ready);
}

unsigned fleet_wanted(unsigned *not_ready)
{
	unsigned n = 0;

	*not_ready = 0;
	for (const struct service *s = service_all; s; s = s->next) {
		n += s->normally_up && !s->logs_for;
		*not_ready += unready(s);
	}
	return n;
}

void fleet_name_unready(void)
{
	for (const struct service *s = service_all; s; s = s->next)
		if (unready(s))
			msg_warn("%s: not ready in time (%s%s%s)", s->name, machine_state_name(&s->machine),
			         s->reason ? ": " : "", s->reason ? s->reason : "");
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

void fleet_forget(struct service *gone)
{
	if (!dependent)
		return;
	for (struct service *s = service_all; s; s = s->next)
		for (struct service **d = s->needs; d && *d;) {
			if (*d != gone) {
				d++;
				continue;
			}
			for (struct service **e = d; *e; e++)
				e[0] = e[1];
		}
	if (!supervise_options.stopping)
		return;
	/* stopping one may end it here and now, and take it out of the list we are walking */
	while (gone->needs && gone->needs[0]) {
		struct service *need = gone->needs[0];
		for (struct service **e = gone->needs; *e; e++)
			e[0] = e[1];
		if (--need->dependents == 0 && !need->told_to_stop)
			stop_one(need);
	}
}

/* Stopping one may free it and others: then the list is walked from its head again. */
void fleet_stop(int64_t until)
{
	struct service *s;

	deadline = until;
	supervise_options.stopping = true;
	for (s = service_all; s; s = s->next)
		for (struct service **d = s->needs; d && *d; d++)
			(*d)->dependents++;
	for (s = service_all; s;) {
		unsigned removed = supervise_removed;
		if (!s->dependents && !s->told_to_stop && !s->logs_for)
			stop_one(s);
		s = removed == supervise_removed ? s->next : service_all;
	}
}

void fleet_kill(void)
{
	for (struct service *s = service_all; s;) {
		unsigned removed = supervise_removed;
		s->machine.kill_ms = 1;
		if (!s->logs_for && !s->told_to_stop)
			stop_one(s);
		else if ((s->pid || s->machine.state == MACHINE_SWEEP) && !s->machine.killed)
			supervise_event(s, EV_TIMER, 0);
		s = removed == supervise_removed ? s->next : service_all;
	}
}
