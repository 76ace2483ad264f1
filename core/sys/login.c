/* login - see login.h */
#include "sys/login.h"

#include <stddef.h>
#include <unistd.h>

#include "base/fmt.h"
#include "sys/env.h"
#include "sys/pstate.h"
#include "sys/users.h"

int login_as(const struct users_user *u, struct env *e, struct fmt *why)
{
	struct pstate p = {0};

	if (pstate_login(&p, u))
		fmt_add(why, "groups of %s: %m", u->name);
	else if (pstate_apply(&p, why) == 0) {
		if (env_copy(e, environ) == 0 && env_set(e, "USER", u->name) == 0 && env_set(e, "HOME", u->home) == 0)
			return 0;
		fmt_add(why, "%m");
	}
	return -1;
}
