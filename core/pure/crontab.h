/* crontab - a table of jobs: crontab(5) of Vixie, cronie's per-position variables, and some of our own.
 *
 *	# a comment
 *	NAME=VALUE                holds for the jobs below it; in quotes if blanks matter
 *	CRON_TZ=Europe/Berlin     the zone of the schedules below
 *	17 * * * * COMMAND        with `user`, a user's name before the command
 *
 * In a command \% is %; another % ends it: the rest is its input, each further % a newline. A dash before the schedule
 * makes the job quiet, as with cronie.
 *
 * Settings, likewise for the jobs below: CRON_OVERLAP=skip|allow|queue|kill CRON_TIMEOUT=10m RANDOM_DELAY=MINUTES|90s
 * CRON_CATCHUP=yes|no CRON_LABEL=NAME CRON_QUIET=yes|no SHELL=PATH; an empty value: as if not set. They reach the job's
 * environment too. A wrong line is named and left out; the others hold. A missing final newline, CRLF, tabs and a BOM
 * are accepted.
 */
#ifndef PURE_CRONTAB_H
#define PURE_CRONTAB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pure/cronspec.h"

enum crontab_overlap { CRONTAB_SKIP, CRONTAB_ALLOW, CRONTAB_QUEUE, CRONTAB_KILL };

/* What holds for the jobs between two lines that set something. Texts lie in the table's. */
struct crontab_section {
	const char *zone;            /* CRON_TZ; NULL: the container's */
	const char *shell;           /* NULL: not set */
	const char *label;           /* NULL: not set */
	unsigned timeout_s, delay_s; /* 0: none */
	uint32_t variables;          /* how many of the table's hold: crontab_env() */
	uint8_t overlap;             /* enum crontab_overlap */
	bool catchup, quiet;
};

/* Small: there may be ten thousand. Texts are offsets in the table's text, each with a NUL behind it. */
struct crontab_job {
	struct cronspec when; /* first */
	uint32_t section;     /* index */
	uint32_t schedule;    /* as written */
	uint32_t user;        /* CRONTAB_NONE: whoever the table belongs to */
	uint32_t command;     /* without \ before % */
	uint32_t input;       /* what follows the first %, without a newline at its end; CRONTAB_NONE: none */
	uint32_t line;        /* from 1 */
};

enum { CRONTAB_NONE = 0xffffffff };

/* A line is no longer than an argument of exec(2) may be; so many different variables hold at once, the last
 * ones. */
enum { CRONTAB_LINE_MAX = 131071, CRONTAB_ENV_MAX = 1000 };

struct crontab {
	char *text;               /* of the heap */
	struct crontab_job *jobs; /* of the heap */
	size_t count;
	struct crontab_section *sections; /* of the heap */
	size_t section_count;
	uint32_t *variables; /* of the heap: all lines NAME=VALUE, in their order */
	size_t variable_count;
};

enum crontab_grade { CRONTAB_NOTE, CRONTAB_WARNING, CRONTAB_ERROR };

struct crontab_reader {
	bool user;     /* lines have a user's name */
	uint64_t seed; /* for ~ and RANDOM_DELAY: the same for the same machine */
	/* Told of each mistake (its line is left out) and each thing worth saying; line and column from 1. */
	void (*tell)(const struct crontab_reader *, enum crontab_grade, unsigned line, unsigned column,
	             const char *what);
};

/* Takes over text (heap; text[len] is writable), and fills in the table, which is empty before. 0, or -1 with ENOMEM
 * (or 4 GiB): the table is empty then, and the text freed. */
int crontab_read(struct crontab *, char *text, size_t len, const struct crontab_reader *);
void crontab_free(struct crontab *);

/* The variables that hold in a section, NAME=VALUE, each name once, into a list with room for CRONTAB_ENV_MAX + 1,
 * which ends with NULL. Their number. */
size_t crontab_env(const struct crontab *, const struct crontab_section *, const char **list);

/* A text of a job, or NULL for CRONTAB_NONE. */
static inline const char *crontab_text(const struct crontab *t, uint32_t offset)
{
	return offset == CRONTAB_NONE ? NULL : t->text + offset;
}

/* What runs the commands of the jobs. */
static inline const char *crontab_shell(const struct crontab_section *s)
{
	return s->shell ? s->shell : "/bin/sh";
}

/* Does the command need a shell? NULL: no, it is words with blanks between (which exec(2) can run); else the byte that
 * does. */
const char *crontab_needs_shell(const char *command);

/* What the job is called in the log, of letters, digits and ._-: the section's label, else `table` if not NULL (the
 * table's file is named after what it does, /etc/cron.d/NAME), else the command's first word without its path. */
void crontab_label(const struct crontab *, const struct crontab_job *, const char *table, char *mem, size_t cap);

/* Is a name of that length a setting's? Sets it; an empty value: as if it were not set. NULL, or what is accepted
 * instead of this value, or crontab_unknown: it only looks like one. (crontab_set.c, for crontab.c) */
const char *crontab_set(struct crontab_section *, const char *name, size_t len, const char *value);

extern const char crontab_unknown[];

#endif
