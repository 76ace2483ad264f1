/* unitrun_state - what the files of svc/unitrun share. */
#ifndef SVC_UNITRUN_STATE_H
#define SVC_UNITRUN_STATE_H

#include <stdbool.h>
#include <stddef.h>

#include "pure/unit.h"
#include "sys/env.h"
#include "sys/pstate.h"
#include "sys/users.h"

/* Codes of systemd.exec(5), "Process Exit Codes". */
enum {
	UNITRUN_RESOURCES = 1,
	UNITRUN_CHDIR = 200,
	UNITRUN_EXEC = 203,
	UNITRUN_LIMITS = 205,
	UNITRUN_STDIN = 208,
	UNITRUN_STDOUT = 209,
	UNITRUN_GROUP = 216,
	UNITRUN_USER = 217,
	UNITRUN_STDERR = 222,
	UNITRUN_NO_NEW_PRIVILEGES = 227,
	UNITRUN_DIRECTORY = 233, /* the five from RUNTIME_DIRECTORY on, but for 234 to 237 */
	UNITRUN_LAST = 245,
};

/* A phase that runs. */
struct unitrun {
	struct unit *unit;
	struct env env;         /* of the programs */
	struct pstate who;      /* User= and groups */
	struct users_user user; /* whom `who` is about, if has_user */
	bool has_user, dynamic;
	bool start;                    /* the phase is START */
	const struct unit_setting *at; /* that is worked on, or NULL */
};

/* One line: file, line and name of the key's last setting, or with UNIT_KEYS of `at`, and the text. Returns the code;
 * 0: it is a warning, which is said once. errno is %m. */
__attribute__((format(printf, 4, 5))) int unitrun_say(const struct unitrun *, int code, enum unit_key, const char *,
                                                      ...);

/* Each returns 0 or the code, said. */
int unitrun_conditions(struct unitrun *);
int unitrun_user(struct unitrun *);
int unitrun_directories(struct unitrun *);
int unitrun_environment(struct unitrun *);

/* This process becomes what the program shall be. */
int unitrun_become(struct unitrun *, const struct unit_command *);

/* RuntimeDirectory=, unless it is to stay. */
void unitrun_remove(struct unitrun *);

/* What there is for a pattern, {a,b} in it too: sorted, of the heap; *count may be 0. NULL: no memory. */
char **unitrun_paths(const char *pattern, size_t *count);

#endif
