/* verify_unit - what a unit needs that is not there: see verify_state.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/msg.h"
#include "base/path.h"
#include "svc/unittimer.h"
#include "svc/verify.h"
#include "svc/verify_state.h"
#include "sys/exec.h"
#include "sys/users.h"

static const char *where_of(const struct unit_setting *s, char mem[PATH_ROOM])
{
	fmt_into(mem, PATH_ROOM, "%s:%u:%u", s->path, s->line, s->column);
	return mem;
}

/* A name alone is looked for in systemd's own list of directories. */
static void check_command(const struct verify *how, const struct unit_command *c)
{
	const char *path = exec_path((char *[]){NULL});
	char full[PATH_ROOM], where[PATH_ROOM];
	bool warning = c->flags & UNIT_MAY_FAIL;

	where_of(c->from, where);
	if (*c->path == '/') {
		verify_program(where, c->path, warning);
		return;
	}
	while (path_next(c->path, &path, full))
		if (access(full, F_OK) == 0) {
			verify_program(where, full, warning);
			return;
		}
	if (!how->ours(c->path))
		msg_error("%s: %s%s: not found in %s", where, warning ? "warning: " : "", c->path,
		          exec_path((char *[]){NULL}));
}

static bool user(const char *name)
{
	struct users_user found;

	return users_find(name, &found) == 0 || errno != ENOENT;
}

static bool group(const char *name)
{
	gid_t found;

	return users_group(name, &found) == 0 || errno != ENOENT;
}

static const struct verify_item *item;

/* Targets are reached anyway; sockets, mounts, devices are not ours. */
static bool unit(const char *name)
{
	return strcmp(unit_suffix(name), "service") != 0 || verify_has(item, name);
}

/* Each word of the settings of that key must be known. */
static void check_names(struct unit *u, enum unit_key key, bool is(const char *), const char *what)
{
	const struct unit_setting *s;
	char where[PATH_ROOM];

	for (size_t at = 0; (s = unit_next(u, key, &at));) {
		struct unit one = *u; /* with this setting alone */
		char **w;
		one.settings += s - u->settings;
		one.count = 1;
		for (w = unit_words(&one, key); w && *w; w++)
			if (!is(*w))
				msg_error("%s: %s=: there is no %s %s", where_of(s, where), s->name, what, *w);
		u->memory = one.memory;
	}
}

const char *verify_timer(const struct verify_item *it, struct unit *u)
{
	char table[4096], *service = strdup(u->name);
	struct fmt f;

	item = it;
	fmt_open(&f, table, sizeof table);
	if (unittimer_write(u, "", &f))
		return "no line says when";
	check_names(u, UNIT_Unit, unit, "unit");
	if (service)
		*strrchr(service, '.') = '\0';
	return unit_text(u, UNIT_Unit, NULL) || !service || verify_has(it, service) ? NULL
	                                                                            : "there is no unit that it starts";
}

void verify_unit(const struct verify *how, const struct verify_item *it, struct unit *u)
{
	item = it;
	for (size_t i = 0; i < u->count; i++) {
		struct unit_command *c;
		size_t count;
		if (strncmp(u->settings[i].name, "Exec", 4) != 0)
			continue;
		for (c = unit_commands(u, u->settings[i].key, &count); c && count--; c++)
			if (c->from == &u->settings[i])
				check_command(how, c);
	}
	if (!unit_bool(u, UNIT_DynamicUser, false)) {
		check_names(u, UNIT_User, user, "user");
		check_names(u, UNIT_Group, group, "group");
	}
	check_names(u, UNIT_SupplementaryGroups, group, "group");
	check_names(u, UNIT_Requires, unit, "unit");
	check_names(u, UNIT_Requisite, unit, "unit");
	check_names(u, UNIT_BindsTo, unit, "unit");
}
