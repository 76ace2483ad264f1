/* @NAME@ - say what it is given
 *
 * config:  @SYMBOL@
 * group:   small tools
 * install: /usr/bin
 *
 * usage: @NAME@ [-n] WORD...
 *
 *   -n  no newline at the end
 */
#include <stdbool.h>
#include <stddef.h>

#include "base/die.h"
#include "base/opts.h"

int @FN@_main(int argc, char **argv);

int @FN@_main(int argc, char **argv)
{
	struct opts o = {.argc = argc, .argv = argv};
	bool newline = true;

	for (int c; (c = opts_next(&o, "n", NULL)) != -1;) {
		if (c == '?')
			die_usage(2, "%s", o.why);
		newline = false;
	}
	if (o.index == argc)
		die_usage(2, "a word is missing");
	for (int i = o.index; i < argc; i++) {
		out_text(1, argv[i]);
		if (i < argc - 1)
			out_text(1, " ");
	}
	if (newline)
		out_text(1, "\n");
	return 0;
}
