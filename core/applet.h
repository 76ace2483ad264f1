/* applet - the table of commands, generated from their header comments into out/applets.c. */
#ifndef APPLET_H
#define APPLET_H

/* One name the binary answers to. All strings are constants. */
struct applet {
	const char *name;
	int (*main)(int argc, char **argv);
	const char *summary; /* one line; NULL for a further name ("also:") of the applet in the same file */
	const char *usage;   /* the usage block, lines ending in \n */
	const char *group;   /* heading in initbox --help */
	const char *dir;     /* where its link is installed, "/sbin" */
};

/* Sorted by name for the search in core/main.c; the last one has no name. */
extern const struct applet applets[];

/* Runs the applet argv[0] names (the part behind the last slash), as main() would. -1 with no effect if there is none.
 */
int applet_run(int argc, char **argv);

#endif
