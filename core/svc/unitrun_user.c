/* unitrun_user - as whom a unit's programs run: User=, Group=, SupplementaryGroups=, DynamicUser=. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/hash.h"
#include "svc/accounts.h"
#include "svc/unitrun_state.h"

/* systemd's range for DynamicUser=. */
enum { FIRST = 61184, LAST = 65519, TRIES = 100 };

/* The name that a dynamic user has without User=: the unit's, if it can be one. */
static const char *dynamic_name(const struct unit *u, char mem[USERS_TEXT_MAX])
{
	size_t len = u->prefix;

	if (len > 31 || strspn(u->name, "abcdefghijklmnopqrstuvwxyz0123456789_-ABCDEFGHIJKLMNOPQRSTUVWXYZ") < len ||
	    strchr("-0123456789", *u->name))
		fmt_into(mem, USERS_TEXT_MAX, "_du%llx", (unsigned long long)hash_text(HASH_SEED, u->name));
	else
		fmt_into(mem, USERS_TEXT_MAX, "%.*s", (int)len, u->name);
	return mem;
}

/* Its number hangs on its name, as far as nobody has that already. */
static void allocate(struct unitrun *r, const char *name, const char *group)
{
	uint32_t offset = (uint32_t)(hash_text(HASH_SEED, name) % (LAST - FIRST + 1));
	struct users_user *user = &r->user;
	struct accounts_user u = {.name = name,
	                          .group = group,
	                          .gecos = "Dynamic User",
	                          .home = "/",
	                          .shell = "/usr/sbin/nologin",
	                          .system = true,
	                          .no_home = true};
	char word[12];

	for (int i = 0; i < TRIES; i++) {
		u.uid = u.gid = FIRST + (offset + (uint32_t)i) % (LAST - FIRST + 1);
		fmt_into(word, sizeof word, "%u", u.uid);
		if (users_find(word, user) == 0 && !user->name[0])
			break;
	}
	*user = (struct users_user){.uid = u.uid, .gid = u.uid};
	fmt_into(user->name, sizeof user->name, "%s", name);
	if (group)
		u.gid = ACCOUNTS_AUTO;
	if (accounts_add_user(&u) == ACCOUNTS_READ_ONLY)
		unitrun_say(r, 0, UNIT_DynamicUser, "%s: %m; user %s is the number %u without a name", accounts_where,
		            name, user->uid);
	user->gid = u.gid;
}

static int groups(struct unitrun *r, const char *group)
{
	struct pstate *who = &r->who;
	char **more = unit_words(r->unit, UNIT_SupplementaryGroups);
	ssize_t n;

	if (group && users_group(group, &who->gid)) {
		who->gid = r->user.gid;
		if (!r->dynamic)
			return unitrun_say(r, UNITRUN_GROUP, UNIT_Group, "there is no group %s: addgroup makes one",
			                   group);
	}
	if (!r->has_user)
		n = getgroups(PSTATE_GROUPS_MAX, who->groups);
	else if (r->user.name[0])
		n = users_groups(r->user.name, who->gid, who->groups, PSTATE_GROUPS_MAX);
	else
		n = 1, who->groups[0] = who->gid;
	for (; n >= 0 && more && *more; more++) {
		if (n == PSTATE_GROUPS_MAX)
			n = -1;
		else if (users_group(*more, &who->groups[n++]))
			return unitrun_say(r, UNITRUN_GROUP, UNIT_SupplementaryGroups, "there is no group %s", *more);
	}
	if (n < 0)
		return unitrun_say(r, UNITRUN_GROUP, UNIT_SupplementaryGroups, "more than %d groups",
		                   PSTATE_GROUPS_MAX);
	who->group_count = (size_t)n;
	return 0;
}

int unitrun_user(struct unitrun *r)
{
	const char *name = unit_text(r->unit, UNIT_User, NULL), *group = unit_text(r->unit, UNIT_Group, NULL);
	char mem[USERS_TEXT_MAX];

	r->dynamic = unit_bool(r->unit, UNIT_DynamicUser, false);
	if (r->dynamic && !name)
		name = dynamic_name(r->unit, mem);
	if (!name && !group && !unit_text(r->unit, UNIT_SupplementaryGroups, NULL))
		return 0;
	r->has_user = name;
	r->who.set_user = true;
	r->user.uid = geteuid();
	r->user.gid = getegid();
	if (name && users_find(name, &r->user)) {
		if (!r->dynamic || geteuid())
			return unitrun_say(r, UNITRUN_USER, UNIT_User,
			                   "there is no user %s: adduser or USER_NAME makes one", name);
		allocate(r, name, group);
	}
	r->who.uid = r->user.uid;
	r->who.gid = r->user.gid;
	return groups(r, group);
}
