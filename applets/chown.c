/* chown - change the owner of files
 *
 * config:  CHOWN
 * group:   small tools
 * install: /bin
 *
 * usage: chown [-R] [-h] [USER][:[GROUP]] FILE...
 *
 *   -R  directories with all below; links themselves, not what they lead to
 *   -h  a link itself
 *
 * Names or numbers; "USER:" means with the group that the user has.
 */
#include <string.h>
#include <unistd.h>

#include "base/die.h"
#include "base/msg.h"
#include "base/opts.h"
#include "sys/tree.h"
#include "sys/users.h"

static int code;

static void cannot(const char *path)
{
	msg_error("changing ownership of '%s': %s", path, tree_why());
	code = 1;
}

static void read_owner(char *word, struct tree *t)
{
	char *group = strchr(word, ':');
	struct users_user user;

	if (group)
		*group++ = '\0';
	if (*word && users_find(word, &user))
		die(1, "invalid user: '%s'", word);
	if (*word)
		t->uid = user.uid;
	if (group && *group && users_group(group, &t->gid))
		die(1, "invalid group: '%s'", group);
	if (group && !*group && *word)
		t->gid = user.gid;
}

int chown_main(int argc, char **argv);

int chown_main(int argc, char **argv)
{
	struct tree t = {.uid = (uid_t)-1, .gid = (gid_t)-1, .mode = (mode_t)-1, .failure = cannot};
	struct opts o = {.argc = argc, .argv = argv};
	bool deep = false, link = false;

	for (int c; (c = opts_next(&o, "Rh", NULL)) != -1;)
		switch (c) {
		case 'R':
			deep = true;
			break;
		case 'h':
			link = true;
			break;
		default:
			die_usage(1, "%s", o.why);
		}
	argv += o.index;
	if (!argv[0] || !argv[1])
		die_usage(1, "an owner and files are expected");
	read_owner(*argv, &t);
	while (*++argv)
		if (deep || link ? tree_set(&t, *argv, deep) : chown(*argv, t.uid, t.gid))
			cannot(*argv);
	return code;
}
