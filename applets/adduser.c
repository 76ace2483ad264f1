/* adduser - add a user, or a user to a group
 *
 * config:  ADDUSER
 * group:   configuration
 * install: /usr/sbin
 *
 * usage: adduser [OPTION...] USER [GROUP]
 *
 *   -h, --home DIR               else /home/USER
 *   -H, --no-create-home
 *   -k, --skel DIR               what a new home gets, else of /etc/skel
 *   -g, --gecos, --comment TEXT  else empty
 *   -s, --shell FILE             else the first of /bin/bash, /bin/sh, nologin
 *   -u, --uid UID                else a free one from 1000 on
 *   --gid GID                    made if need be
 *   -G, --ingroup GROUP          instead of one of its own
 *   -S, --system                 100 to 999, nologin, group nogroup
 *   --group                      with -S: a group of its own
 *   --disabled-password          * as password instead of !
 *   -D, --disabled-login, --quiet  nothing: no password is ever asked for
 *
 * A user that is there just so is fine. /etc/shadow is used if it is there.
 * Exits with 1 if it fails.
 */
#include <string.h>

#include "base/die.h"
#include "base/num.h"
#include "base/opts.h"
#include "pure/passwd.h"
#include "svc/accounts.h"

enum { GID = 256, OWN, KEYS };

static uint32_t number(const char *text)
{
	unsigned long n;

	if (num_uint(text, PASSWD_ID_MAX, &n))
		die(1, "invalid number '%s'", text);
	return (uint32_t)n;
}

int adduser_main(int argc, char **argv);

int adduser_main(int argc, char **argv)
{
	static const struct opts_long longs[] = {
	        {"home", 'h', ':'},         {"no-create-home", 'H', 0}, {"skel", 'k', ':'},
	        {"gecos", 'g', ':'},        {"comment", 'g', ':'},      {"shell", 's', ':'},
	        {"uid", 'u', ':'},          {"gid", GID, ':'},          {"ingroup", 'G', ':'},
	        {"system", 'S', 0},         {"group", OWN, 0},          {"disabled-password", KEYS, 0},
	        {"disabled-login", 'D', 0}, {"quiet", 'D', 0},          {0}};
	struct accounts_user u = {.uid = ACCOUNTS_AUTO, .gid = ACCOUNTS_AUTO};
	struct opts o = {.argc = argc, .argv = argv};
	const char *words[2];
	int count = 0;
	bool own = false;

	for (int c;;) {
		c = opts_next(&o, "h:Hk:g:s:u:G:SD", longs);
		if (c == -1 && o.index == argc)
			break;
		switch (c) {
		case -1: /* options may follow */
			if (count == 2)
				die_usage(1, "USER, or USER and GROUP");
			words[count++] = argv[o.index++];
			break;
		case 'h':
			u.home = o.arg;
			break;
		case 'H':
			u.no_home = true;
			break;
		case 'k':
			u.skel = o.arg;
			break;
		case 'g':
			u.gecos = o.arg;
			break;
		case 's':
			u.shell = o.arg;
			break;
		case 'u':
			u.uid = number(o.arg);
			break;
		case GID:
			u.gid = number(o.arg);
			break;
		case 'G':
			u.group = o.arg;
			u.member = true;
			break;
		case 'S':
			u.system = true;
			break;
		case OWN:
			own = true;
			break;
		case KEYS:
			u.password = '*';
			break;
		case 'D':
			break;
		default:
			die_usage(1, "%s", o.why);
		}
	}
	if (!count)
		die_usage(1, "USER is missing");
	if (count == 2)
		return accounts_code(accounts_member(words[0], words[1], true));
	u.name = words[0];
	if (own && !u.group)
		u.group = u.name;
	return accounts_code(accounts_add_user(&u));
}
