/* unitload - finding units and making services of them.
 *
 *	the service directory, /etc/systemd/system, /usr/lib/systemd/system, /lib/systemd/system
 *
 * A unit of an earlier directory hides those of later ones. Of each: the fragment (for an instance a@b its template's),
 * then drop-ins NAME.d/….conf (of the template too, and service.d) of all directories, by the file's name; an earlier
 * directory's hides one of the same name. A link to another unit's file is an alias; one to /dev/null masks.
 * For a child of runsvdir and for tools, which end soon: nothing is freed.
 */
#ifndef SVC_UNITLOAD_H
#define SVC_UNITLOAD_H

#include <stdbool.h>

#include "pure/unit.h"

struct unitload {
	const char *dir; /* the service directory; NULL: none (tools) */
	unit_tell_fn *tell;
	bool strict; /* what would be ignored makes the unit refused: INIT_UNITS has the word strict */
};

/* Finds and reads the unit of that name ("nginx.service"), or, if it has a slash, that file (and the drop-ins beside
 * it). 0; -1 with errno (ENOENT: there is none; EPERM: it is masked). */
int unitload_find(const struct unitload *, const char *name, struct unit *);

/* What specifiers stand for, looked up when it is first asked for: the names that systemd has for this machine. */
const struct unit_world *unitload_world(void);

/* Reads again what a compiled unit was made of: the lines file= of `unit` in the directory. 0, or -1 with errno. */
int unitload_again(int dir, struct unit *);

/* Compiles all that is to be known: the units of the service directory, those that INIT_ENABLED_SERVICES names, with
 * INIT_UNITS=enabled those of the other directories that multi-user.target wants, and all that these name as Requires=,
 * Wants=, BindsTo=, Upholds=, OnFailure= …. Makes RUN/units/NAME/unit (pure/unitlife.h) of each, with refused= and the
 * reason for one that cannot be run; files that say the same already stay untouched; removes directories of units that
 * are gone. Timers: RUN/units/timers (svc/unittimer.h). 0, or -1, said. */
int unitload_all(const struct unitload *, const char *run_dir);

/* Calls it with the name of each of these, and makes nothing. */
void unitload_each(const struct unitload *, void (*each)(const char *name));

#endif
