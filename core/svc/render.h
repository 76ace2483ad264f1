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

/* From one open file into another, named `name` in faults. 0, or -1: it was said why. With a fault: -1. */
int render_stream(struct render *, int in, int out, const char *name);

/* IN to OUT (sys/newfile.h; straight into what is no regular file). Nothing is changed if there is a fault. */
int render_file(struct render *, const char *in, const char *out);

/* All files below `from`, links to files followed, to the same places below `to`, whose missing directories get the
 * mode and owner of the template's. All are rendered before the first is put into its place if that is possible:
 * otherwise each by itself. -1: at least one was not. */
int render_tree(struct render *, const char *from, const char *to);

#endif
