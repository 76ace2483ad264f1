/* edges - see edges.h */
#include "svc/edges.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/fmt.h"
#include "base/hash.h"
#include "base/msg.h"
#include "base/words.h"
#include "pure/order.h"
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

static const struct {
	char key[12];
	unsigned short kinds, back; /* from this one to the other; from the other to this one */
} keys[] = {
        {"after", EDGE_AFTER, 0},
        {"before", 0, EDGE_AFTER},
        {"requires", EDGE_REQUIRES, 0},
        {"requisite", EDGE_REQUISITE, 0},
        {"wants", EDGE_WANTS, 0},
        {"upholds", EDGE_UPHOLDS, 0},
        {"binds-to", EDGE_BINDS_TO, 0},
        {"part-of", EDGE_PART_OF, 0},
        {"conflicts", EDGE_CONFLICTS, EDGE_CONFLICTS},
        {"on-failure", EDGE_ON_FAILURE, 0},
        {"on-success", EDGE_ON_SUCCESS, 0},
};

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

/* False: another has it, or there is no room, which there is for a few aliases of each. */
static bool add_name(const char *name, struct service *s)
{
	struct name *n = place(name, strlen(name));

	if (n->name || names_count + 1 == names_room)
		return false;
	*n = (struct name){name, s};
	names_count++;
	return true;
}

typedef void word_fn(struct service *, size_t key, const char *word, size_t len);

/* All words of the lists of that key. */
static void each_word(struct service *s, const char *text, const char *name, size_t key, word_fn *fn)
{
	const char *value, *word;
	size_t len, n;

	while ((value = unitlife_find(&text, name, &len)))
		for (const char *p = value; (word = words_next(&p, &n)) && word < value + len;)
			fn(s, key, word, n);
}

static char *unit_text(const struct service *s)
{
	size_t len;

	return s->unit ? files_load(AT_FDCWD, service_path(s, "unit"), &len) : NULL;
}

static void add_alias(struct service *s, size_t key, const char *word, size_t len)
{
	char *name = strndup(word, len);

	(void)key;
	if (name && !add_name(name, s))
		free(name);
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
			add_name(s->name, s);
	for (struct service *s = service_all; s; s = s->next) {
		char *text = s->unit && s->unit->aliased ? unit_text(s) : NULL;
		if (text)
			each_word(s, text, "alias", 0, add_alias);
		free(text);
	}
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

static void add(struct service *from, struct service *to, unsigned kinds)
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
		struct service *other = place(list[i], strlen(list[i]))->service;
		if (other)
			add(s, other, EDGE_NEEDS);
		else
			msg_error("%s: dependencies.d/%s: there is no such service; it is not waited for", s->name,
			          list[i]);
	}
	free(list);
}

static void of_unit(struct service *s, size_t key, const char *word, size_t len)
{
	struct service *other = place(word, len)->service;
	unsigned kinds = keys[key].kinds;
	const char *dot = strrchr(s->name, '.');
	char text[300];

	if (other == s)
		return;
	if (other) {
		if (kinds & EDGE_PULLS && dot && strcmp(dot, ".target") == 0)
			kinds |= EDGE_TARGET;
		add(s, other, kinds);
		add(other, s, keys[key].back);
	} else if (kinds & EDGE_MUST) {
		s->unmet = true;
		fmt_into(text, sizeof text, "requires %.*s, which is not there", (int)len, word);
		service_reason(s, text);
	}
}

static void find_all(void)
{
	for (struct service *s = service_all; s; s = s->next) {
		char *text = unit_text(s);
		s->cyclic = s->unmet = false;
		if (s->features & HAS_DEPENDENCIES)
			of_directory(s);
		for (size_t k = 0; text && k < sizeof keys / sizeof *keys; k++)
			each_word(s, text, keys[k].key, k, of_unit);
		free(text);
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
	struct service **all = calloc(nodes, sizeof *all);
	uint32_t *mem = calloc(3 * nodes + 1 + count, sizeof *mem), *first = mem + 2 * nodes, *to = first + nodes + 1;
	struct order o = {nodes, first, to};
	size_t n = 0;

	if (all && mem) {
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
