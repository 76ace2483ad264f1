/* svdir - a service's directory as the control tools see it: where it is, its status, its control FIFO.
 *
 * Whoever supervises it may be our runsvdir or runit's runsv: supervise/ is the same. Only ours has supervise/state.
 */
#ifndef SVC_SVDIR_H
#define SVC_SVDIR_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "pure/svstate.h"

/* Most tools never give the memory back: they end soon. */
struct svdir {
	const char *name; /* as the user has it; the caller's */
	char *path;       /* heap: the directory */
	char *supervise;  /* heap: its supervise/, in the run directory if the service's is read-only */
	const char *why;  /* behind an error: what could not be done; a constant */
};

/* Finds it. A name with a leading / or . or a trailing / is a path; others are looked for in $SVDIR, else where a
 * running init keeps its services, else in $INIT_SERVICE_DIR, /etc/service, /etc/s6, /var/service.
 * 0, or -1 with errno: there is no such directory. */
int svdir_open(struct svdir *, const char *name);
/* The same for the directory at that path, whatever it looks like. */
int svdir_open_path(struct svdir *, const char *path);

/* Gives its memory back, after an error too. errno is kept. */
void svdir_close(struct svdir *);

/* The service that logs for it. 0, or -1 with errno (ENOENT: none). `name` is what the log shall be called. */
int svdir_open_log(struct svdir *log, const struct svdir *, const char *name);

/* The directory of all services that svdir_open() searches first, or NULL: there is none. */
const char *svdir_base(void);

/* Where services are kept: $INIT_SERVICE_DIR, /etc/service …, the first that is there; NULL: none is. */
const char *svdir_kept(void);

/* Is it the directory whose services a running init keeps? */
bool svdir_of_init(const char *path);

struct status;

/* 0, or -1 with errno and `why`. ENXIO: runsv is not running; 0: the file is no status. */
int svdir_status(struct svdir *, struct status *);

/* What supervise/state says; `mem` holds its texts. All unknown under runit's runsv. */
void svdir_state(const struct svdir *, struct svstate *, char *mem, size_t cap);

/* Both; under runit's runsv the state is made from the status. state "-": not supervised, and the reason why. */
void svdir_look(struct svdir *, struct status *, struct svstate *, char *mem, size_t cap);

/* The text that its program keeps about itself in the file `state` beside supervise/
 * ($INIT_RUN_DIR/service/NAME/state), but for one that was there before this run began. Returns its length, 0 if there
 * is none. */
size_t svdir_text(const struct svdir *, time_t since, char *mem, size_t cap);

/* Sends control letters (runit's: u d o t k …). 0, or -1 as svdir_status(). */
int svdir_send(struct svdir *, const char *letters);

/* Is there such a file in the service's directory? */
bool svdir_has(const struct svdir *, const char *file);

/* Is it up unless somebody stops it? What is down with a file only-if-exists may have had nothing to do. */
bool svdir_normally_up(const struct svdir *, bool up);

/* The runsvdir of the running init, or -1 with errno. */
pid_t svdir_runsvdir(void);

#endif
