/* adduser - add and remove users and groups
 *
 * config:  ADDUSER
 * group:   configuration
 * install: /usr/sbin
 * also:    addgroup deluser delgroup
 *
 * usage: adduser [OPTION...] USER
 *        addgroup [--gid GID] [-S] GROUP
 *        deluser [--remove-home] USER
 *        delgroup GROUP
 *        adduser|addgroup|deluser|delgroup USER GROUP   that one's member
 *
 *   -h, --home DIR          else /home/USER
 *   -H, --no-create-home
 *   -k, --skel DIR          what a new home holds; else /etc/skel
 *   -g, --gecos TEXT        else empty; of addgroup: --gid
 *   -s, --shell FILE        else the first of /bin/bash, /bin/sh, nologin
 *   -u, --uid UID           else the first free one from 1000 on
 *   --gid GID               may be there, or not
 *   -G, --ingroup GROUP     has to be there
 *   -S, --system            from 100 on, nologin, no skeleton, nogroup
 *   --group                 not nogroup, but its own
 *   --disabled-password     password *, not !
 *   -D, --disabled-login, --quiet  change nothing: none is ever asked for
 *
 * What is there just so is fine. Exits with 1 if it fails.
 */
#include <string.h>

#include "base/die.h"
#include "base/msg.h"
#include "base/num.h"
#include "base/opts.h"
#include "pure/passwd.h"
#include "svc/accounts.h"

enum { USER, GROUP, DEL };
enum { WORDS = 2, GIVEN = 128 };

static const char letters[] = "h:Hk:s:u:G:Dg:S"; /* addgroup's are the last two */

/* The options by their letters: the argument, "" if there is none to it, NULL if it was not given. */
static const char *given[GIVEN];

static const char *words[WORDS + 1];

static uint32_t number(const char *text)
{
	unsigned long n = ACCOUNTS_AUTO;

	if (text && num_uint(text, PASSWD_ID_MAX, &n))
		die(1, "invalid number '%s'", text);
	return (uint32_t)n;
}

static enum accounts_result add_user(void)
{
	struct accounts_user u = {
	        .name = words[0],
	        .uid = number(given['u']),
	        .gid = number(given['i']),
	        .group = given['G']   ? given['G']
	                 : given['o'] ? words[0]
	                              : NULL,
	        .member = given['G'],
	        .gecos = given['g'],
	        .home = given['h'],
	        .shell = given['s'],
	        .system = given['S'],
	        .no_home = given['H'],
	        .password = given['p'] ? "*" : NULL,
	        .skel = given['k'],
	};

	return accounts_add_user(&u);
}

int adduser_main(int argc, char **argv);

int adduser_main(int argc, char **argv)
{
	static const struct opts_long longs[] = {{"home", 'h', ':'},
	                                         {"no-create-home", 'H', 0},
	                                         {"skel", 'k', ':'},
	                                         {"gecos", 'g', ':'},
	                                         {"shell", 's', ':'},
	                                         {"uid", 'u', ':'},
	                                         {"ingroup", 'G', ':'},
	                                         {"disabled-password", 'p', 0},
	                                         {"disabled-login", 'D', 0},
	                                         {"gid", 'i', ':'}, /* addgroup's */
	                                         {"system", 'S', 0},
	                                         {"quiet", 'D', 0},
	                                         {"group", 'o', 0},
	                                         {"remove-home", 'r', 0}, /* deluser's */
	                                         {0}};
	static const unsigned char first[] = {0, 9, 10}, first_letter[] = {0, 12, 15};
	struct opts o = {.argc = argc, .argv = argv};
	bool del = msg_name[0] == 'd', group = strcmp(msg_name + 3, "group") == 0;
	int kind = del ? DEL : group ? GROUP : USER, count = 0;

	for (int c;;) {
		c = opts_next(&o, letters + first_letter[kind], longs + first[kind]);
		if (c == '?')
			die_usage(1, "%s", o.why);
		if (c != -1)
			given[c] = o.arg ? o.arg : "";
		else if (o.index < argc && count <= WORDS) /* options may follow */
			words[count++] = argv[o.index++];
		else
			break;
	}
	if (!count || count > WORDS || (given['r'] && !del))
		die_usage(1, "one name, or USER and GROUP");
	if (given['o'] && !given['S'])
		group = true;
	return accounts_code(count == WORDS ? accounts_member(words[0], words[1], !del)
	                     : del && group ? accounts_del_group(words[0])
	                     : del          ? accounts_del_user(words[0], given['r'])
	                     : group ? accounts_add_group(words[0], number(given[given['i'] ? 'i' : 'g']), given['S'])
	                             : add_user());
}
