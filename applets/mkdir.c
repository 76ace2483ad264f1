/* mkdir - make directories
 *
 * config:  MKDIR
 * group:   small tools
 * install: /bin
 *
 * usage: mkdir [-p] [-m MODE] [-v] DIR...
 *
 *   -p, --parents  those above it too; what is there is fine
 *   -m MODE        octal, whatever the umask is
 *   -v             says what was made
 */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/die.h"
#include "base/fmt.h"
#include "base/msg.h"
#include "base/num.h"
#include "base/opts.h"
#include "base/path.h"

static bool parents, verbose;

/* 0, or -1 with errno. */
static int make(const char *dir)
{
	char line[PATH_ROOM];

	if (mkdir(dir, 0777))
		return -1;
	fmt_into(line, sizeof line, "mkdir: created directory '%s'\n", dir);
	if (verbose)
		out_text(1, line);
	return 0;
}

static int make_all(char *dir, int mode)
{
	size_t len = strlen(dir);
	struct stat st;

	while (len > 1 && dir[len - 1] == '/')
		dir[--len] = '\0';
	for (char *p = dir + 1; parents && *dir && (p = strchr(p, '/')); *p++ = '/') {
		*p = '\0';
		if (make(dir) && errno != EEXIST)
			return -1;
	}
	if (make(dir) == 0)
		return mode < 0 ? 0 : chmod(dir, (mode_t)mode);
	return parents && errno == EEXIST && stat(dir, &st) == 0 && S_ISDIR(st.st_mode) ? 0 : -1;
}

int mkdir_main(int argc, char **argv);

int mkdir_main(int argc, char **argv)
{
	static const struct opts_long longs[] = {{"parents", 'p', 0}, {0}};
	struct opts o = {.argc = argc, .argv = argv};
	unsigned long mode = -1UL;
	int code = 0;

	for (int c; (c = opts_next(&o, "pm:v", longs)) != -1;)
		switch (c) {
		case 'p':
			parents = true;
			break;
		case 'm':
			if (num_octal(o.arg, 07777, &mode))
				die(1, "invalid mode '%s': octal digits are expected", o.arg);
			break;
		case 'v':
			verbose = true;
			break;
		default:
			die_usage(1, "%s", o.why);
		}
	if (!argv[o.index])
		die_usage(1, "no directory");
	for (char **p = argv + o.index; *p; p++)
		if (make_all(*p, (int)mode)) {
			msg_error("cannot create directory '%s': %m", *p);
			code = 1;
		}
	return code;
}
