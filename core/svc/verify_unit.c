/* verify_unit - what a unit needs that is not there: see verify_state.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/glob.h"
#include "base/msg.h"
#include "base/path.h"
#include "base/words.h"
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

static bool pair(const char *word)
{
	return glob_fits("[A-Za-z_]*=*", 12, word, strlen(word));
}

static bool below(const char *name)
{
	return *name != '/' && !strstr(name, "..");
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
				msg_error("%s: %s=: %s %s", where_of(s, where), s->name, what, *w);
		u->memory = one.memory;
	}
}

const char *verify_timer(const struct verify_item *it, struct unit *u)
{
	char table[4096], service[PATH_ROOM];
	struct fmt f;

	item = it;
	fmt_open(&f, table, sizeof table);
	if (unittimer_write(u, "", &f))
		return "no line says when";
	check_names(u, UNIT_Unit, unit, "there is no unit");
	if (unit_text(u, UNIT_Unit, NULL))
		return NULL;
	fmt_into(service, sizeof service, "%.*s", (int)(strrchr(u->name, '.') - u->name), u->name);
	return verify_has(it, service) ? NULL : "there is no unit that it starts";
}

/* Values that are read when the unit is run, and left out then: they must fit one of the patterns. */
static void check_value(const struct unit_setting *s)
{
	static const char output[] = "inherit null tty journal* syslog* kmsg* socket fd* file:/* append:/* truncate:/*";
	static const struct {
		unsigned char from, to;
		const char *patterns;
	} all[] = {{UNIT_EnvironmentFile, UNIT_EnvironmentFile, "/* -/*"},
	           {UNIT_LimitAS, UNIT_LimitSTACK, "infinity [0-9]* [+-][0-9]*"},
	           {UNIT_Nice, UNIT_Nice, "[0-9] 1[0-9] -[0-9] -1[0-9] -20"},
	           {UNIT_OOMScoreAdjust, UNIT_OOMScoreAdjust, "[0-9]* -[0-9]*"},
	           {UNIT_StandardError, UNIT_StandardError, output},
	           {UNIT_StandardInput, UNIT_StandardInput, "null tty* data socket fd* file:/*"},
	           {UNIT_StandardOutput, UNIT_StandardOutput, output},
	           {UNIT_WorkingDirectory, UNIT_WorkingDirectory, "/* -/* ~ -~"}};
	char where[PATH_ROOM];

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (s->key >= all[i].from && s->key <= all[i].to &&
		    !words_fit(all[i].patterns, s->value, strlen(s->value)))
			msg_error("%s: %s=: expected one of: %s", where_of(s, where), s->name, all[i].patterns);
}

void verify_unit(const struct verify *how, const struct verify_item *it, struct unit *u)
{
	static const unsigned char dirs[] = {UNIT_RuntimeDirectory, UNIT_StateDirectory, UNIT_CacheDirectory,
	                                     UNIT_LogsDirectory, UNIT_ConfigurationDirectory};

	item = it;
	for (size_t i = 0; i < u->count; i++) {
		struct unit_command *c;
		size_t count;
		check_value(&u->settings[i]);
		if (strncmp(u->settings[i].name, "Exec", 4) != 0)
			continue;
		for (c = unit_commands(u, u->settings[i].key, &count); c && count--; c++)
			if (c->from == &u->settings[i])
				check_command(how, c);
	}
	if (!unit_bool(u, UNIT_DynamicUser, false)) {
		check_names(u, UNIT_User, user, "there is no user");
		check_names(u, UNIT_Group, group, "there is no group");
	}
	for (size_t i = 0; i < sizeof dirs; i++)
		check_names(u, (enum unit_key)dirs[i], below, "a path that is not below:");
	check_names(u, UNIT_Environment, pair, "not NAME=VALUE:");
	check_names(u, UNIT_SupplementaryGroups, group, "there is no group");
	check_names(u, UNIT_Requires, unit, "there is no unit");
	check_names(u, UNIT_Requisite, unit, "there is no unit");
	check_names(u, UNIT_BindsTo, unit, "there is no unit");
}
