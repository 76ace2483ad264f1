/* cronuser - see cronuser.h */
#include "svc/cronuser.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fmt.h"
#include "svc/cronjob.h"
#include "sys/pstate.h"
#include "sys/users.h"

struct user {
	struct cronuser u; /* first */
	struct user *next;
	struct pstate as;
	char text[];
};

static struct user *all;
static const struct cronuser *self;

static const struct cronuser *add(const char *name, const char *home, const struct users_user *u)
{
	size_t len = strlen(name) + 1;
	struct user *new = calloc(1, sizeof *new + len + strlen(home) + 1);

	if (!new || (u->uid != geteuid() && pstate_login(&new->as, u))) {
		free(new);
		return NULL;
	}
	if (new->as.set_user)
		new->u.as = &new->as;
	new->u.name = memcpy(new->text, name, len);
	new->u.home = strcpy(new->text + len, home);
	new->next = all;
	all = new;
	return &new->u;
}

const struct cronuser *cronuser_self(void)
{
	const char *home = getenv("HOME");
	struct users_user u;
	char number[16];

	if (self)
		return self;
	fmt_into(number, sizeof number, "%u", (unsigned)geteuid());
	if (users_find(number, &u))
		u = (struct users_user){.uid = geteuid()};
	if (u.home[0] || !home)
		home = u.home[0] ? u.home : "/";
	return self = add(u.name[0] ? u.name : u.uid ? number : "root", home, &u);
}

const struct cronuser *cronuser_find(const char *name)
{
	struct users_user u;

	if (!cronuser_self())
		return NULL;
	for (const struct user *p = all; p; p = p->next)
		if (strcmp(p->u.name, name) == 0)
			return &p->u;
	if (users_find(name, &u))
		return NULL;
	errno = EPERM;
	return geteuid() && u.uid != geteuid() ? NULL : add(name, u.home[0] ? u.home : "/", &u);
}
