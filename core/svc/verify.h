/* verify - what is wrong with services, units, crontabs and templates, before they are run; what units amount to.
 *
 * By what a path is: a directory with `run` is a service; NAME.service (.timer, .target) a unit; below a cron.d or
 * crontabs, or called crontab, a table; below templates, or NAME.tmpl, a template; in other directories all that is one
 * of these. A word without a slash is the name of a service or unit if there is one. Nothing is run.
 *
 * NULL in a binary without it (Kconfig).
 */
#ifndef SVC_VERIFY_H
#define SVC_VERIFY_H

#include <stdbool.h>

struct verify {
	bool cat;    /* not what is wrong but what they are: settings in force, and where each stands */
	bool strict; /* what would be ignored is wrong */
	bool json;
	bool (*ours)(const char *name); /* is that program's name one of this binary? */
};

/* Says what is wrong with each, FILE:LINE:COLUMN: … on stderr, and on stdout how it is in all: "nginx.service: ok". No
 * words: the service directory, and what boot and crond would read. 0: all is well; 1: something is wrong. */
__attribute__((weak)) int verify_all(const struct verify *, char **words);

#endif
