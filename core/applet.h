/* applet - the table of commands, generated from their header comments into out/applets.c. */
#ifndef APPLET_H
#define APPLET_H

/* One name the binary answers to. All strings are constants; a further name ("also:") has those of its applet. */
struct applet {
	const char *name;
	int (*main)(int argc, char **argv);
	const char *help;    /* "NAME - summary", an empty line, the usage block; lines end in \n; packed */
	unsigned char group; /* of applet_groups */
	unsigned char dir;   /* of applet_dirs */
};

/* Sorted by name; the last one has no name. */
extern const struct applet applets[];

/* Headings of initbox --help, in their order; ends with NULL. */
extern const char *const applet_groups[];

/* Where links are installed, "/sbin"; ends with NULL. */
extern const char *const applet_dirs[];

/* In a packed text a byte n that is neither printable nor a newline stands for two (packed) bytes, applet_pairs[n ^
 * 128].
 */
extern const unsigned char applet_pairs[][2];

extern const char applet_version[];

/* Runs the applet argv[0] names (the part behind the last slash), as main() would. -1 with no effect if there is none.
 */
int applet_run(int argc, char **argv);

/* The next two are NULL in a binary without their files (Kconfig). */

/* The applet whose name is most like this one, or NULL. */
__attribute__((weak)) const char *applet_nearest(const char *name);

/* Links for all names to this binary, in `dir`, or with NULL each in its own directory. Says what it could not do and
 * goes on: 0, or 1 if there was something. */
__attribute__((weak)) int applet_install(const char *dir);

#endif
