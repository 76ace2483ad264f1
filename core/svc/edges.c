/* edges - see edges.h */
#include "svc/edges.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/fmt.h"
#include "base/hash.h"
#include "base/msg.h"
#include "pure/order.h"
#include "svc/edges_state.h"
#include "svc/service.h"
#include "sys/files.h"

/* While the names are looked up: all edges as they come, and all names, in a table by their hash. What cannot be had
 * for want of memory is left out. */
struct found {
	struct service *from, *to;
	unsigned kinds;
};

struct name {
	const char *name; /* the service's own, or an alias of the heap */
	struct service *service;
};

static struct found *found;
static size_t count, room;
static struct name *names;
static size_t names_count, names_room; /* a power of 2 */

static struct edge *all_edges; /* those in use, each service's together */
static unsigned all_kinds;

/* Names ---------------------------------------------------------------- */

/* Where it stands, or would. */
static struct name *place(const char *name, size_t len)
{
	size_t i = (size_t)hash_mem(HASH_SEED, name, len);

	for (;; i++) {
		struct name *n = &names[i & (names_room - 1)];
		if (!n->name || (strncmp(n->name, name, len) == 0 && !n->name[len]))
			return n;
	}
}

struct service *edges_named(const char *name, size_t len)
{
	return place(name, len)->service;
}

bool edges_name(const char *name, struct service *s)
{
	struct name *n = place(name, strlen(name));

	if (n->name || names_count + 1 == names_room)
		return false;
	*n = (struct name){name, s};
	names_count++;
	return true;
}

/* How many services there are. All have their names before the first alias. */
static size_t open_names(void)
{
	size_t n = 0;

	for (struct service *s = service_all; s; s = s->next, n++)
		s->edge_count = 0;
	for (names_room = 64; names_room < 4 * n; names_room *= 2)
		;
	names_count = 0;
	names = calloc(names_room, sizeof *names);
	if (!names)
		return 0;
	for (struct service *s = service_all; s; s = s->next)
		if (!s->leaving)
			edges_name(s->name, s);
	for (struct service *s = service_all; s; s = s->next)
		if (s->unit && s->unit->aliased)
			edges_aliases(s);
	return n;
}

static void close_names(void)
{
	for (size_t i = 0; i < names_room; i++)
		if (names[i].name && names[i].name != names[i].service->name)
			free((char *)(uintptr_t)names[i].name);
	free(names);
}

/* Edges as they come --------------------------------------------------- */

void edges_add(struct service *from, struct service *to, unsigned kinds)
{
	struct found *more;

	if (!kinds)
		return;
	if (count == room) {
		more = realloc(found, 2 * (room + 32) * sizeof *found);
		if (!more)
			return;
		found = more;
		room = 2 * (room + 32);
	}
	found[count++] = (struct found){from, to, kinds};
	from->edge_count++;
	all_kinds |= kinds;
}

static void of_directory(struct service *s)
{
	size_t n = 0;
	char **list = files_list(AT_FDCWD, service_path(s, "dependencies.d"), &n);

	for (size_t i = 0; i < n; i++) {
		struct service *other = edges_named(list[i], strlen(list[i]));
		if (other)
			edges_add(s, other, EDGE_NEEDS);
		else
			msg_error("%s: dependencies.d/%s: there is no such service; it is not waited for", s->name,
			          list[i]);
	}
	free(list);
}

static void find_all(void)
{
	for (struct service *s = service_all; s; s = s->next) {
		s->cyclic = s->unmet = false;
		if (s->features & HAS_DEPENDENCIES)
			of_directory(s);
		if (s->unit)
			edges_of_unit(s);
	}
}

/* Each service's together ---------------------------------------------- */

static struct edge *edge_to(const struct service *s, const struct service *other)
{
	struct edge *e = s->edges;

	while (e < s->edges + s->edge_count && e->other != other)
		e++;
	return e;
}

/* In `found` each edge counts; two to the same service become one. */
static void lay_out(void)
{
	struct edge *e = calloc(count + 1, sizeof *e);

	free(all_edges);
	all_edges = e;
	for (struct service *s = service_all; s; s = s->next) {
		s->edges = e;
		e += e ? s->edge_count : 0;
		s->edge_count = 0;
	}
	for (struct found *f = found; all_edges && f < found + count; f++) {
		e = edge_to(f->from, f->to);
		f->from->edge_count += e->other == NULL;
		e->other = f->to;
		e->kinds |= f->kinds;
	}
	/* a service may be after the target that pulls it in */
	for (struct service *s = service_all; s; s = s->next)
		for (e = s->edges; e < s->edges + s->edge_count; e++) {
			const struct edge *back = edge_to(e->other, s);
			if (e->kinds & EDGE_TARGET &&
			    !(back < e->other->edges + e->other->edge_count && back->kinds & EDGE_AFTER))
				e->kinds |= EDGE_AFTER;
		}
}

/* Circles -------------------------------------------------------------- */

static void report_circle(struct service *const *all, const uint32_t *circle, size_t n)
{
	char text[400];
	struct fmt f;

	fmt_open(&f, text, sizeof text);
	for (size_t i = 0; i < n; i++)
		fmt_add(&f, "%s → ", all[circle[i]]->name);
	fmt_str(&f, all[circle[0]]->name);
	msg_error("dependency cycle: %s: none of these is started; take out one of these dependencies", text);
	for (size_t i = 0; i < n; i++) {
		struct service *s = all[circle[i]];
		s->cyclic = true;
		s->edge_count = 0; /* no stop waits for its turn in the circle */
		service_reason(s, "dependency cycle");
	}
}

static void find_circles(size_t nodes)
{
	struct service **all = calloc(nodes + 1, sizeof(struct service *));
	uint32_t *mem = calloc(3 * nodes + 1 + count, sizeof *mem);
	size_t n = 0;

	if (all && mem) {
		uint32_t *first = mem + 2 * nodes, *to = first + nodes + 1;
		struct order o = {nodes, first, to};
		for (struct service *s = service_all; s; s = s->next) {
			s->number = (uint32_t)n;
			all[n++] = s;
		}
		for (size_t i = 0, k = 0; i < nodes; i++, first[i] = (uint32_t)k)
			for (struct edge *e = all[i]->edges; e < all[i]->edges + all[i]->edge_count; e++)
				if (e->kinds & EDGE_ORDERS)
					to[k++] = e->other->number;
		while ((n = order_circle(&o, mem, mem + nodes)))
			report_circle(all, mem + nodes, n);
	}
	free(all);
	free(mem);
}

unsigned edges_resolve(void)
{
	size_t nodes = open_names();

	all_kinds = 0;
	if (names) {
		find_all();
		close_names();
	}
	lay_out();
	if (all_kinds & EDGE_ORDERS)
		find_circles(nodes);
	free(found);
	found = NULL;
	count = room = 0;
	return all_kinds;
}
