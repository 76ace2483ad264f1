/* cronlist - what people are told of all jobs in force: when they run next, what looks wrong in them, how they went. */
#ifndef SVC_CRONLIST_H
#define SVC_CRONLIST_H

#include <stdint.h>

struct cronplan;
struct fmt;

/* The next n runs of each job behind that moment, a line each: time, user, label. */
void cronlist_runs(int64_t after, unsigned long n, void (*put)(const char *line));

/* Tells of commands that are not where the job would look for them; `tell` is that of svc/crontabs. How many jobs there
 * are. */
unsigned cronlist_check(void (*tell)(const char *path, int grade, unsigned line, unsigned column, const char *what));

/* What `service crond status` shows: lines of the next run, those that go on, the last results. */
void cronlist_state(struct fmt *, const struct cronplan *);

#endif
