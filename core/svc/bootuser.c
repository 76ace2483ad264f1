/* bootuser - see bootuser.h */
#include "svc/bootuser.h"

#include "base/fmt.h"
#include "base/msg.h"
#include "base/num.h"
#include "pure/passwd.h"
#include "svc/accounts.h"
#include "svc/boot.h"
#include "svc/bootenv.h"

static const char *value(const struct boot *b, const char *name)
{
	const char *text = env_get(&b->env, name);

	return text && *text ? text : NULL;
}

/* Under one of two names; what is under neither stays. 0, or -1: it was said why. */
static int number(const struct boot *b, const char *name, const char *other, uint32_t *id)
{
	const char *const names[] = {name, other};

	for (int i = 0; i < 2; i++) {
		const char *text = value(b, names[i]);
		unsigned long n;

		if (!text)
			continue;
		if (num_uint(text, PASSWD_ID_MAX, &n)) {
			msg_error("%s=%s is no number of a user or group", names[i], text);
			return -1;
		}
		if (i && *id != ACCOUNTS_AUTO && *id != n) {
			msg_error("%s=%u, but %s=%s: set one of them", name, *id, other, text);
			return -1;
		}
		*id = (uint32_t)n;
	}
	return 0;
}

static int set_number(struct boot *b, const char *name, uint32_t id)
{
	char text[12];

	fmt_into(text, sizeof text, "%u", id);
	return bootenv_set(b, name, text);
}

int bootuser(struct boot *b)
{
	struct accounts_user u = {
	        .name = value(b, "USER_NAME"), .uid = ACCOUNTS_AUTO, .gid = ACCOUNTS_AUTO, .own_home = true};
	enum accounts_result r;

	if (!u.name)
		return 0;
	if (number(b, "USER_UID", "USER_ID", &u.uid) || number(b, "USER_GID", "GROUP_ID", &u.gid))
		return 1;
	if (u.uid == ACCOUNTS_AUTO) {
		msg_error("USER_NAME=%s needs its number in USER_UID", u.name);
		return 1;
	}
	if (u.gid == ACCOUNTS_AUTO)
		u.gid = u.uid;
	u.group = value(b, "GROUP_NAME");
	if (!u.group)
		u.group = u.name;
	r = accounts_add_user(&u);
	if (r > ACCOUNTS_READ_ONLY)
		return 1;
	if (r == ACCOUNTS_READ_ONLY)
		msg_warn("user %s: %s: %m; going on with the numbers %u and %u", u.name, accounts_where, u.uid, u.gid);
	fmt_into(b->user, sizeof b->user, "%s(%u)", u.name, u.uid);
	return set_number(b, "USER_UID", u.uid) || set_number(b, "USER_GID", u.gid) ||
	       bootenv_set(b, "GROUP_NAME", u.group);
}
