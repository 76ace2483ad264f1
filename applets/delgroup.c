/* delgroup - remove a group, or a user from a group
 *
 * config:  DELGROUP
 * group:   configuration
 * install: /usr/sbin
 *
 * usage: delgroup [USER] GROUP
 *
 * Exits with 1 if it fails: also if it is somebody's first group.
 */
#include "base/die.h"
#include "svc/accounts.h"

int delgroup_main(int argc, char **argv);

int delgroup_main(int argc, char **argv)
{
	if ((argc != 2 && argc != 3) || argv[1][0] == '-')
		die_usage(1, "GROUP, or USER and GROUP");
	return accounts_code(argc == 2 ? accounts_del_group(argv[1]) : accounts_member(argv[1], argv[2], false));
}
