/* crontabs - all tables: found, read, watched, and their jobs put into the plan.
 *
 *	/etc/crontab, /etc/cron.d/NAME                                 with a user's name in each line
 *	/etc/crontabs/USER, /var/spool/cron/crontabs/USER              of that user (crond -c DIR: another directory)
 *	/etc/periodic/{15min,hourly,daily,weekly,monthly}              Alpine's times; programs, run by run-parts
 *	/etc/cron.{hourly,daily,weekly,monthly}                        Debian's times; unless a table already runs them
 *	crond -f FILE …: only those
 *
 * Changes are noticed by inotify, also where links lead (config maps); where that fails, tables are looked at before
 * each minute. Of a table that changed, lines that are as before go on: their runs and results, and the run that is
 * due now.
 */
#ifndef SVC_CRONTABS_H
#define SVC_CRONTABS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "svc/crontable.h"

struct crontabs_setup {
	const char *root;         /* before all paths but those of files, for tests; NULL: none */
	const char *dir;          /* instead of the two directories of users' tables; NULL: those */
	const char *const *files; /* only these, ends with NULL; NULL: all of the above */
	bool with_user;           /* files have users' names, as those of /etc have anyway */
	bool ours;                /* commands in files are names of this binary */
	crontable_tell_fn *tell;
	void (*changed)(void); /* tables were read again */
};

/* Reads all; jobs come into the plan. The setup is kept, not copied. 0, or -1 with ENOMEM. */
int crontabs_open(const struct crontabs_setup *, struct cronplan *);

/* From here on jobs may run: @reboot ones, if the container has just started, and those that are to catch up, do at
 * once. Goes on watching, in the loop. */
void crontabs_watch(void);

/* Looks at all again, now (HUP). */
void crontabs_again(void);

/* All jobs that are in force, in the order of tables and lines. first: NULL. NULL: no more. */
struct cronjob *crontabs_next(struct cronjob *);

#endif
