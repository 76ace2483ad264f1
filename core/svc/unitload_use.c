/* unitload_use - which units there shall be: first those that are enabled, then, from each that is used, what it names.
 * See unitload_state.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/fmt.h"
#include "base/msg.h"
#include "base/setting.h"
#include "base/words.h"
#include "svc/unitload.h"
#include "svc/unitload_state.h"

static struct unitload_unit *first, **last = &first;

/* Which are used --------------------------------------------------------- */

/* Alias= is what `systemctl enable` makes links of. */
static void give_aliases(struct unitload_unit *n)
{
	for (char **p = unit_words(&n->u, UNIT_Alias); p && *p; p++) {
		struct unitload_name *a = unitload_look_up(*p);
		if (!a || a->node || a->directory)
			continue;
		a->node = n;
		a->absent = false;
		unitload_add(&n->aliases, "%s ", unitload_service(a->name));
	}
}

static void use(struct unitload_unit *n, bool wanted);

static void use_name(const char *name, bool wanted)
{
	struct unitload_name *n = unitload_look_up(name);

	if (!n || !n->node)
		return;
	if (n->socket)
		unitload_add(&n->node->said, "%s: nothing is started by its socket here: %s is started at once\n", name,
		             n->node->service);
	n->socket = false;
	use(n->node, wanted);
}

static void use_link(void *wanted, const char *name)
{
	use_name(name, *(bool *)wanted);
}

static void use_words(struct unitload_unit *n, enum unit_key key, bool wanted)
{
	for (char **p = unit_words(&n->u, key); p && *p; p++)
		use_name(*p, wanted);
}

const char *unitload_timed(struct unitload_unit *n)
{
	char **words = unit_words(&n->u, UNIT_Unit), *name;
	size_t len = (size_t)(strrchr(n->u.name, '.') - n->u.name), cap = len + sizeof ".service";

	if (words && words[0])
		return words[0];
	name = malloc(cap);
	if (name)
		fmt_into(name, cap, "%.*s.service", (int)len, n->u.name);
	return name ? name : "";
}

bool unitload_is_timer(const struct unitload_unit *n)
{
	return strcmp(unit_suffix(n->u.name), "timer") == 0;
}

/* Once as one that is there, and perhaps again as one that is wanted. */
static void use(struct unitload_unit *n, bool wanted)
{
	static const unsigned char pulls[] = {UNIT_Requires, UNIT_Wants, UNIT_BindsTo, UNIT_Upholds};
	static const unsigned char names[] = {UNIT_Requisite, UNIT_OnFailure, UNIT_OnSuccess};

	wanted = wanted && !setting_lists("INIT_DISABLED_SERVICES", n->service);
	if (n->used && (n->wanted || !wanted))
		return;
	if (!n->used) {
		n->used = true;
		*last = n;
		last = &n->next;
		give_aliases(n);
	}
	n->wanted = wanted;
	if (unitload_is_timer(n))
		use_name(unitload_timed(n), false);
	for (size_t i = 0; i < sizeof pulls; i++)
		use_words(n, (enum unit_key)pulls[i], wanted);
	for (size_t i = 0; i < sizeof names; i++)
		use_words(n, (enum unit_key)names[i], false);
	unitload_links(n->u.name, "wants", use_link, &wanted);
	unitload_links(n->u.name, "requires", use_link, &wanted);
}

/* Which are enabled ------------------------------------------------------ */

static void mark_triggered(const char *name)
{
	struct unitload_name *n = unitload_look_up(name);

	if (n && n->node)
		n->node->triggered = true;
}

/* A template stands for its DefaultInstance=. */
static const char *instance(const char *name)
{
	struct unitload how = {.dir = unitload_how->dir};
	const char *at = *unit_suffix(name) ? strstr(name, "@.") : NULL, *is;
	struct unit u;
	size_t cap;
	char *full;

	if (!at)
		return name;
	if (unitload_find(&how, name, &u) || !(is = unit_text(&u, UNIT_DefaultInstance, NULL)))
		return "";
	cap = strlen(name) + strlen(is) + 1;
	full = malloc(cap);
	if (full)
		fmt_into(full, cap, "%.*s%s%s", (int)(at + 1 - name), name, is, at + 1);
	return full ? full : "";
}

static struct unitload_name *enable(const char *name)
{
	struct unitload_name *n = unitload_look_up(name);

	if (!n || !n->node)
		return n;
	if (!n->node->enabled)
		give_aliases(n->node);
	n->node->enabled = true;
	if (unitload_is_timer(n->node))
		mark_triggered(unitload_timed(n->node));
	for (int i = 0; i < 2; i++)
		for (char **p = unit_words(&n->node->u, i ? UNIT_OnFailure : UNIT_OnSuccess); p && *p; p++)
			mark_triggered(*p);
	return n;
}

static const char targets[] = "multi-user.target default.target graphical.target timers.target sockets.target";

static bool wanted_by_system(const char *name)
{
	struct unitload_name *n = unitload_look_up(name);

	for (int i = 0; n && n->node && i < 2; i++)
		for (char **p = unit_words(&n->node->u, i ? UNIT_RequiredBy : UNIT_WantedBy); p && *p; p++)
			if (words_among(targets, *p, strlen(*p)))
				return true;
	return false;
}

static void enable_link(void *arg, const char *name)
{
	(void)arg;
	if (enable(name))
		use_name(name, true);
}

/* Units of the system's directories that its targets want; nobody has run `systemctl enable` FROM scratch. */
static void use_system(void)
{
	const char *list = targets;
	char target[sizeof targets];
	size_t n;

	for (const char *p; (p = words_next(&list, &n));) {
		fmt_into(target, sizeof target, "%.*s", (int)n, p);
		unitload_links(target, "wants", enable_link, NULL);
		unitload_links(target, "requires", enable_link, NULL);
	}
	for (size_t i = 1; i < UNITLOAD_PLACES; i++)
		for (char **p = unitload_places[i].names; p && *p; p++)
			if (!strstr(*p, "@.") && wanted_by_system(*p))
				enable_link(NULL, *p);
}

/* What only something else starts is not started by its place alone. */
static void use_enabled(const char *name)
{
	struct unitload_name *n = unitload_name(name, false);

	if (n && n->directory && strcmp(unit_suffix(name), "service") == 0)
		msg_warn("%s/%s: the directory of that name is used instead", unitload_how->dir, name);
	else if (n && n->absent && n->why != EPERM)
		msg_error("%s/%s: %s", unitload_how->dir, name, strerror(n->why));
	else if (n && n->node)
		use_name(name, !n->node->triggered || unit_text(&n->node->u, UNIT_WantedBy, NULL) ||
		                       unit_text(&n->node->u, UNIT_RequiredBy, NULL));
}

static void use_all(bool system)
{
	const char *list = setting_text("INIT_ENABLED_SERVICES"), *names = list;
	struct unitload_place *p = unitload_places;
	size_t len;

	for (size_t i = 0; i < p->count; i++)
		enable(instance(p->names[i]));
	for (size_t i = 0; i < p->count; i++)
		use_enabled(instance(p->names[i]));
	for (const char *w; names && (w = words_next(&names, &len));) {
		char name[UNITLOAD_NAME];
		fmt_into(name, sizeof name, "%.*s", (int)len, w);
		if (!*unit_suffix(name))
			fmt_into(name, sizeof name, "%.*s.service", (int)len, w);
		if (enable(name))
			use_name(name, true);
	}
	if (system)
		use_system();
}

/* WantedBy= one of the units that are used: that wants it. */
static void note_wanters(void)
{
	for (struct unitload_unit *n = first; n; n = n->next)
		for (int i = 0; n->enabled && i < 2; i++)
			for (char **p = unit_words(&n->u, i ? UNIT_RequiredBy : UNIT_WantedBy); p && *p; p++) {
				struct unitload_name *by = unitload_name(*p, false);
				struct unitload_wanter *l = by && by->node ? malloc(sizeof *l) : NULL;
				if (l)
					*l = (struct unitload_wanter){by->node->wanters, n, i}, by->node->wanters = l;
			}
}

struct unitload_unit *unitload_use(void)
{
	use_all(setting_lists("INIT_UNITS", "enabled"));
	note_wanters();
	return first;
}
