/* render - files made of templates: one, or a tree of them, each put into its place whole or not at all. */
#ifndef SVC_RENDER_H
#define SVC_RENDER_H

#include <stdbool.h>
#include <sys/types.h>

#include "pure/template.h"

/* How: the caller's. */
struct render {
	unsigned kinds; /* TEMPLATE_ */
	enum template_unset unset;
	bool no_empty;
	const char *prefix, *filter; /* of names; NULL: all */
	const char *format;          /* GNU's SHELL-FORMAT: only those named in it; NULL: all */
	char **env;                  /* NAME=value */
	const char *suffix;          /* of a tree: only files that end so, and lose it; NULL: all, and .tmpl is lost */
	mode_t mode;                 /* (mode_t)-1: the old file's, else the template's */
	uid_t uid;                   /* -1: likewise, as far as we may */
	gid_t gid;
	unsigned files;  /* so many were made */
	unsigned faults; /* so many were said, each in one line: FILE:LINE:COLUMN: … */
};

/* From one open file into another (-1: nowhere, only faults are looked for), named `name` in faults. 0, or -1: it was
 * said why. With a fault: -1. */
int render_stream(struct render *, int in, int out, const char *name);

/* IN to OUT (sys/newfile.h), NULL: standard input, standard output. Nothing is changed if there is a fault, or if OUT
 * is so already. Straight into what is no regular file, and into /dev/stdout. A file that is a mount point or in a
 * directory that cannot be written to is overwritten where it is, with a warning, once all is rendered. */
int render_file(struct render *, const char *in, const char *out);

/* All files below `from`, links followed (sys/parts.h: PARTS_ALL), to the same places below `to`, whose missing
 * directories get the mode and owner of the template's. All faults of all files are said before the first is made: then
 * none is. -1: at least one was not. */
int render_tree(struct render *, const char *from, const char *to);

#endif
