/* addgroup - add a group, or a user to a group
 *
 * config:  ADDGROUP
 * group:   configuration
 * install: /usr/sbin
 *
 * usage: addgroup [OPTION...] [USER] GROUP
 *
 *   -g, --gid GID  else a free one from 1000 on
 *   -S, --system   from 100 to 999
 *   --quiet        is the default
 *
 * A group that is there just so is fine. Exits with 1 if it fails.
 */
#include <string.h>

#include "base/die.h"
#include "base/num.h"
#include "base/opts.h"
#include "pure/passwd.h"
#include "svc/accounts.h"

int addgroup_main(int argc, char **argv);

int addgroup_main(int argc, char **argv)
{
	static const struct opts_long longs[] = {{"gid", 'g', ':'}, {"system", 'S', 0}, {"quiet", 'q', 0}, {0}};
	struct opts o = {.argc = argc, .argv = argv};
	unsigned long gid = ACCOUNTS_AUTO;
	bool system = false;

	for (int c; (c = opts_next(&o, "g:S", longs)) != -1;)
		switch (c) {
		case 'g':
			if (num_uint(o.arg, PASSWD_ID_MAX, &gid))
				die(1, "invalid number '%s'", o.arg);
			break;
		case 'S':
			system = true;
			break;
		case 'q':
			break;
		default:
			die_usage(1, "%s", o.why);
		}
	argv += o.index;
	argc -= o.index;
	if (argc != 1 && argc != 2)
		die_usage(1, "GROUP, or USER and GROUP");
	return accounts_code(argc == 2 ? accounts_member(argv[0], argv[1], true)
	                               : accounts_add_group(argv[0], (uint32_t)gid, system));
}
