/* main - the binary's entry: runs the applet that argv[0] or the first argument names. */
#include <string.h>
#include <unistd.h>

#include "applet.h"
#include "base/die.h"
#include "base/fmt.h"
#include "base/msg.h"
#include "base/path.h"

enum { WIDTH = 80, HELP_MAX = 8192 };

static const struct applet *find(const char *name)
{
	if (*name == '-') /* a login shell's argv[0] */
		name++;
	for (const struct applet *a = applets; a->name; a++)
		if (strcmp(a->name, name) == 0)
			return a;
	return NULL;
}

/* A name of its own that leads to one of ours: /etc/init.d/nginx -> /usr/bin/sv. */
static const struct applet *find_behind(const char *path)
{
	char target[256];
	ssize_t n = strchr(path, '/') ? readlink(path, target, sizeof target - 1) : -1;

	if (n < 0)
		return NULL;
	target[n] = '\0';
	return find(path_name(target));
}

/* A help text, which build/applets.awk packed. */
static void unpack(struct fmt *f, const unsigned char *s, size_t len)
{
	for (; len--; s++)
		if ((*s >= ' ' && *s < 128) || *s == '\n')
			fmt_char(f, (char)*s);
		else
			unpack(f, applet_pairs[*s ^ 128], 2);
}

/* Where a text is made; not on the stack, whose every page costs each process. */
static char *text(struct fmt *f)
{
	static char mem[HELP_MAX];

	fmt_open(f, mem, sizeof mem);
	return mem;
}

int applet_run(int argc, char **argv)
{
	const struct applet *a = find(path_name(argv[0]));

	if (!a)
		a = find_behind(argv[0]);
	if (!a)
		return -1;
	msg_name = a->name;
	if (argc == 2 && strcmp(argv[1], "--help") == 0) {
		struct fmt f;
		char *mem = text(&f);
		unpack(&f, (const void *)a->help, strlen(a->help));
		out_text(1, mem);
		return 0;
	}
	return a->main(argc, argv);
}

static void help(struct fmt *f)
{
	fmt_add(f,
	        "initbox %s - one file as the base of a container: PID 1, services, logs\n\n"
	        "usage: initbox APPLET [ARG...]        also APPLET [ARG...] through a link\n"
	        "       initbox APPLET --help\n"
	        "       initbox --list | --list-links | --version\n",
	        applet_version);
	if (applet_install)
		fmt_str(f, "       initbox --install [-s] [DIR]   symlinks: in DIR, or each at its place\n");
	for (unsigned g = 0; applet_groups[g]; g++) {
		size_t column = WIDTH;
		bool any = false;
		for (const struct applet *a = applets; a->name; a++) {
			size_t len = strlen(a->name) + 1;
			if (a->group != g)
				continue;
			if (!any)
				fmt_add(f, "\n%s:", applet_groups[g]);
			any = true;
			if (column + len > WIDTH) {
				fmt_str(f, "\n ");
				column = 1;
			}
			fmt_add(f, " %s", a->name);
			column += len;
		}
		if (any)
			fmt_char(f, '\n');
	}
}

static void list(struct fmt *f, bool paths)
{
	for (const struct applet *a = applets; a->name; a++) {
		if (paths)
			fmt_add(f, "%s/", applet_dirs[a->dir]);
		fmt_add(f, "%s\n", a->name);
	}
}

static int unknown(const char *name)
{
	const char *nearest = applet_nearest ? applet_nearest(name) : NULL;

	if (nearest)
		msg_error("%s: no such applet; did you mean %s?", name, nearest);
	else
		msg_error("%s: no such applet; see 'initbox --list'", name);
	return 127;
}

static int multi(int argc, char **argv)
{
	struct fmt f;
	char *mem = text(&f);
	int code;

	if (argc == 1 || strcmp(argv[1], "--help") == 0) {
		help(&f);
	} else if (strcmp(argv[1], "--list") == 0) {
		list(&f, false);
	} else if (strcmp(argv[1], "--list-links") == 0) {
		list(&f, true);
	} else if (strcmp(argv[1], "--version") == 0) {
		fmt_add(&f, "initbox %s\n", applet_version);
	} else if (applet_install && strcmp(argv[1], "--install") == 0) {
		int next = argc > 2 && strcmp(argv[2], "-s") == 0 ? 3 : 2;
		if (argc > next + 1 || (argc > next && argv[next][0] == '-'))
			die_usage(2, "--install takes -s and one directory");
		return applet_install(argv[next]);
	} else if (argv[1][0] == '-') {
		die_usage(2, "unknown option '%s'", argv[1]);
	} else {
		code = applet_run(argc - 1, argv + 1);
		return code < 0 ? unknown(argv[1]) : code;
	}
	out_text(1, mem);
	return 0;
}

int main(int argc, char **argv)
{
	int code;

	msg_name = "initbox";
	if (argc < 1)
		die(127, "started without a name: argv[0] says which applet is meant");
	code = applet_run(argc, argv);
	if (code >= 0)
		return code;
	if (strncmp(path_name(argv[0]), "initbox", 7) == 0)
		return multi(argc, argv);
	return unknown(path_name(argv[0]));
}
