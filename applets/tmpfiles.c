/* tmpfiles - make and remove directories, files and links as tmpfiles.d(5) says
 *
 * config:  TMPFILES
 * group:   configuration
 * install: /usr/bin
 * also:    systemd-tmpfiles
 *
 * usage: tmpfiles --create|--remove [OPTION...] [FILE...]
 *
 *   --create               make, write, change owners and modes
 *   --remove               before that: r, R, what is in a D
 *   --boot                 lines with a ! too
 *   --prefix=PATH          only there and below; may be repeated
 *   --exclude-prefix=PATH  not there
 *   --root=DIR             all of it in DIR
 *
 * FILE: a path, -, or a name in /etc/tmpfiles.d, or that in /run, /usr/local/lib, /usr/lib.
 * Default: every *.conf there. There is no --clean: ages are not looked at.
 * Exits with 65 if lines are wrong, 73 if something cannot be done.
 */
#include <string.h>
#include <unistd.h>

#include "base/die.h"
#include "base/opts.h"
#include "base/setting.h"
#include "svc/tmpfiles.h"

enum { WRONG_LINES = 65, NOT_DONE = 73, PREFIXES_MOST = 32 };
enum { LONG_CREATE = 256, LONG_REMOVE, LONG_BOOT, LONG_ROOT, LONG_PREFIX, LONG_EXCLUDE };

/* Of --prefix, or else of --exclude-prefix. */
static struct prefix {
	const char *path;
	bool only;
} prefixes[PREFIXES_MOST];
static size_t count;

static void add(const char *path, bool only)
{
	if (count == PREFIXES_MOST)
		die_usage(2, "more than %d prefixes", PREFIXES_MOST);
	prefixes[count++] = (struct prefix){path, only};
}

static bool wanted(const char *path)
{
	bool picky = false, picked = false;

	for (const struct prefix *p = prefixes; p < prefixes + count; p++) {
		size_t len = strlen(p->path);
		while (len && p->path[len - 1] == '/')
			len--;
		picky |= p->only;
		if (strncmp(p->path, path, len) != 0 || (path[len] && path[len] != '/'))
			continue;
		if (!p->only)
			return false;
		picked = true;
	}
	return picked || !picky;
}

int tmpfiles_main(int argc, char **argv);

int tmpfiles_main(int argc, char **argv)
{
	static const char *const dirs[] = {"/etc/tmpfiles.d", "/run/tmpfiles.d", "/usr/local/lib/tmpfiles.d",
	                                   "/usr/lib/tmpfiles.d", NULL};
	static const struct opts_long longs[] = {{"create", LONG_CREATE, 0},
	                                         {"remove", LONG_REMOVE, 0},
	                                         {"boot", LONG_BOOT, 0},
	                                         {"root", LONG_ROOT, ':'},
	                                         {"prefix", LONG_PREFIX, ':'},
	                                         {"exclude-prefix", LONG_EXCLUDE, ':'},
	                                         {0}};
	struct tmpfiles t = {.wanted = wanted};
	struct opts o = {.argc = argc, .argv = argv};
	const char *root = NULL;

	for (int c; (c = opts_next(&o, "", longs)) != -1;)
		switch (c) {
		case LONG_CREATE:
			t.create = true;
			break;
		case LONG_REMOVE:
			t.remove = true;
			break;
		case LONG_BOOT:
			t.boot = true;
			break;
		case LONG_ROOT:
			root = o.arg;
			break;
		case LONG_PREFIX:
			add(o.arg, true);
			break;
		case LONG_EXCLUDE:
			add(o.arg, false);
			break;
		default:
			die_usage(2, "%s", o.why);
		}
	setting_verbose();
	if (!t.create && !t.remove)
		die_usage(2, "--create or --remove, or both?");
	for (int named = 0; named < 2; named++) {
		if (named && root && (chroot(root) || chdir("/")))
			die(1, "%s: %m", root);
		for (int i = o.index; i < argc; i++) {
			bool name = !strchr(argv[i], '/') && strcmp(argv[i], "-") != 0;
			if (name && named)
				tmpfiles_named(&t, dirs, argv[i]);
			else if (!name && !named)
				tmpfiles_file(&t, argv[i]);
		}
	}
	if (o.index == argc)
		tmpfiles_dirs(&t, dirs);
	tmpfiles_run(&t);
	return t.wrong ? WRONG_LINES : t.failures ? NOT_DONE : 0;
}
