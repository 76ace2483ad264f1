/* cronjob_state - what a job of cron is; and what cronjob.c, cronjob_start.c and cronjob_stamp.c have in common. */
#ifndef SVC_CRONJOB_STATE_H
#define SVC_CRONJOB_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "pure/cronplan.h"
#include "pure/crontab.h"

struct cronlog_pipe;
struct cronrun;
struct pstate;

enum { CRONJOB_LABEL = 64 };

/* How it went. */
struct cronpast {
	int64_t at;           /* when the last run that ended was due; 0: none has */
	int status;           /* how it ended, as of waitpid(2) */
	unsigned ms;          /* how long it took */
	unsigned queued;      /* runs that wait for one to end */
	struct cronrun *runs; /* those that go on or wait for their delay; NULL: none */
};

/* Owned by svc/crontabs, which makes it from a line; it stays until its line has gone and its last run has ended.
 * Small: there may be ten thousand. entry.when is that of the line, and leads to it. */
struct cronjob {
	struct cronplan_entry entry; /* first */
	struct crontable *table;     /* of svc/crontabs */
	const struct cronuser *user; /* whom it runs as */
	struct cronpast *past;       /* of the heap, freed with the job; NULL: it was never due */
	bool direct;                 /* no shell: exec the words */
	bool ours;                   /* and the first is a name of this binary, to be run by spawn_self() */
	bool gone;                   /* its line is not there any more */
};

/* A table: a file, or a directory of programs. Owned by svc/crontabs. */
struct crontable {
	const char *path;
	const char *name;    /* of /etc/cron.d/NAME, what its jobs are called; NULL: by their commands */
	struct crontab *tab; /* what it says; of a directory: as if a line said so */
	/* the rest is private to crontabs.c */
	struct crontable *next;
	struct cronjob *jobs; /* of the lines in force */
	size_t count;
	const struct cronuser *user; /* of all lines; NULL: each has its own */
	uint64_t stamp;              /* of the file when it was read */
};

/* A user that jobs run as; owned by svc/crontabs. */
struct cronuser {
	const struct pstate *as; /* NULL: as we are */
	const char *name, *home;
};

/* Its line, and what holds there. */
static inline const struct crontab_job *cronjob_line(const struct cronjob *j)
{
	return (const void *)j->entry.when;
}

static inline const struct crontab_section *cronjob_section(const struct cronjob *j)
{
	return &j->table->tab->sections[cronjob_line(j)->section];
}

static inline const char *cronjob_text(const struct cronjob *j, uint32_t offset)
{
	return crontab_text(j->table->tab, offset);
}

/* What is executed: the command's first word, in static memory, or the shell. */
const char *cronjob_program(const struct cronjob *);

/* Starts a run, whose environment begins with `env` and whose output is that of `label`: its pid, or -1 with errno. */
pid_t cronjob_start(const struct cronjob *, char *const *env, const char *label, struct cronlog_pipe *pipes[2]);

/* What it is, whatever the life of crond: of its table's path, schedule, command and user. */
uint64_t cronjob_key(const struct cronjob *);

/* CRON_CATCHUP: puts down in that directory when it last was due, and reads it again. -1 with errno. */
int cronjob_stamp(const struct cronjob *, const char *dir, int64_t at);
int64_t cronjob_stamped(const struct cronjob *, const char *dir);

#endif
