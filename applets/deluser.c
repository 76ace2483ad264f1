/* deluser - remove a user, or a user from a group
 *
 * config:  DELUSER
 * group:   configuration
 * install: /usr/sbin
 *
 * usage: deluser [--remove-home] USER
 *        deluser USER GROUP
 *        deluser --group GROUP
 *
 *   --remove-home  and all in it, if it is the user's
 *   --quiet, --system  are ignored
 *
 * The user's own group goes too. Exits with 1 if it fails.
 */
#include "base/die.h"
#include "base/opts.h"
#include "svc/accounts.h"

int deluser_main(int argc, char **argv);

int deluser_main(int argc, char **argv)
{
	static const struct opts_long longs[] = {
	        {"remove-home", 'h', 0}, {"group", 'g', 0}, {"quiet", 'q', 0}, {"system", 'q', 0}, {0}};
	struct opts o = {.argc = argc, .argv = argv};
	bool home = false, group = false;

	for (int c; (c = opts_next(&o, "", longs)) != -1;)
		switch (c) {
		case 'h':
			home = true;
			break;
		case 'g':
			group = true;
			break;
		case 'q':
			break;
		default:
			die_usage(1, "%s", o.why);
		}
	argv += o.index;
	argc -= o.index;
	if (argc != 1 && (argc != 2 || group))
		die_usage(1, "USER, or USER and GROUP");
	return accounts_code(group       ? accounts_del_group(argv[0])
	                     : argc == 1 ? accounts_del_user(argv[0], home)
	                                 : accounts_member(argv[0], argv[1], false));
}
