/* crontable - one table of cron: what it says, and the jobs made of its lines. */
#ifndef SVC_CRONTABLE_H
#define SVC_CRONTABLE_H

#include "pure/crontab.h"
#include "svc/cronjob.h"

/* Told of what is wrong: path "" for none; line 0: of the whole; grade: enum crontab_grade. To be set first. */
typedef void crontable_tell_fn(const char *path, int grade, unsigned line, unsigned column, const char *what);
extern crontable_tell_fn *crontable_tell;

__attribute__((format(printf, 5, 6))) void crontable_say(const char *path, enum crontab_grade, unsigned line,
                                                         unsigned column, const char *, ...);

/* An empty one, or NULL with ENOMEM. */
struct crontable *crontable_new(const char *path, uint64_t stamp);

/* Takes over the text (heap) and makes jobs of its lines, which have a user's name if the table's own user is not set.
 * Those that cannot run are told of and left out. `ours`: the commands are names of this binary. 0, or -1 with errno.
 */
int crontable_read(struct crontable *, char *text, size_t len, bool ours);

/* Its jobs come into the plan. Those that `old` (or NULL) had too go on; what was due since `since` and is new is due
 * now (0: nothing is to happen yet). 0, or -1 with ENOMEM. */
int crontable_enter(struct crontable *, const struct crontable *old, struct cronplan *, int64_t since);

/* Those that did not go on leave the plan; the table is to be freed when it is no longer busy: no job runs. */
void crontable_leave(struct crontable *, struct cronplan *);
bool crontable_busy(const struct crontable *);
void crontable_free(struct crontable *);

/* The line that the job was made from. */
static inline const struct crontab_job *crontable_line(const struct cronjob *j)
{
	return (const struct crontab_job *)(const void *)j->entry.when;
}

/* A text of that line, "" if it has none; and where that lies in it, from 1. */
const char *crontable_text(const struct cronjob *, uint32_t at);
unsigned crontable_column(const struct cronjob *, const char *at);

#endif
