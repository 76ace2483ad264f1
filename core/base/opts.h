/* opts - command-line options, as getopt(3) reads them, without its 3 kB of stdio.
 *
 *	struct opts o = {.argc = argc, .argv = argv};
 *	for (int c; (c = opts_next(&o, "ab:c", longs)) != -1;)
 *		switch (c) { case 'b': use(o.arg); break; case '?': die_usage(2, "%s", o.why); }
 *	rest = argv + o.index;
 *
 * Reading stops at the first word that is no option or behind "--". `longs` is NULL or ends with a NULL name;
 * --name=VALUE and --name VALUE both work. The string of letters is what build/opts.awk holds against the usage text.
 */
#ifndef BASE_OPTS_H
#define BASE_OPTS_H

struct opts_long {
	const char *name; /* without the dashes */
	int c;            /* what opts_next returns: its short letter, or a number above 255 */
	char arg;         /* ':' if it takes one, '?' if it may take one as --name=VALUE, else 0 */
};

struct opts {
	int argc;
	char **argv;
	int index;       /* of the next word; 0 at the start means 1 */
	char *arg;       /* the argument of the option just returned */
	const char *why; /* after '?': one line, in static memory */
	char *inside;    /* private: the rest of a group "-abc" */
};

/* The next option's letter, -1 at the end, '?' for a wrong one. */
int opts_next(struct opts *, const char *letters, const struct opts_long *longs);

#endif
