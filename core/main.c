/* main - the binary's entry: runs the applet that argv[0] or the first argument names. */
#include <string.h>

#include "applet.h"
#include "base/die.h"
#include "base/msg.h"

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static const struct applet *find(const char *name)
{
	if (*name == '-') /* a login shell's argv[0] */
		name++;
	for (const struct applet *a = applets; a->name; a++)
		if (strcmp(a->name, name) == 0)
			return a;
	return NULL;
}

int applet_run(int argc, char **argv)
{
	const struct applet *a = find(base_name(argv[0]));

	if (!a)
		return -1;
	msg_name = a->name;
	if (argc == 2 && strcmp(argv[1], "--help") == 0) {
		const struct applet *main_name = a;
		while (!main_name->summary)
			for (main_name = applets; main_name->main != a->main || !main_name->summary; main_name++)
				;
		out_text(1, main_name->name);
		out_text(1, " - ");
		out_text(1, main_name->summary);
		out_text(1, "\n\n");
		out_text(1, main_name->usage);
		return 0;
	}
	return a->main(argc, argv);
}

int main(int argc, char **argv)
{
	int code;

	if (argc && argv[0]) {
		code = applet_run(argc, argv);
		if (code >= 0)
			return code;
	}
	msg_name = "initbox";
	if (argc < 2)
		return 0;
	code = applet_run(argc - 1, argv + 1);
	if (code >= 0)
		return code;
	die(127, "%s: no such applet; see 'initbox --list'", argv[1]);
}
