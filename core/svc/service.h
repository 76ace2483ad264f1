/* service - one supervised service: what its directory says, and what is known of its processes.
 *
 * The directory's files are those of runit and s6: run finish down check log/ control/ env/
 * notification-fd timeout-kill timeout-finish down-signal reload-signal max-death-tally flag-essential dependencies.d/
 * semaphore setup description; and ours: only-if-exists, patterns of paths (sys/paths.h), one a line. Unless one of
 * them leads to something the service is as if it had a file `down`. And wait: the arguments of a `wait-for`, targets
 * (pure/target.h) and options as -t60, one a line, with which each start begins; notify: it tells on NOTIFY_SOCKET when
 * it is ready. They are listed at each start and read
 * only if they are there, so a change counts from the next start on.
 */
#ifndef SVC_SERVICE_H
#define SVC_SERVICE_H

#include <stdbool.h>
#include <sys/types.h>
#include <time.h>

#include "pure/machine.h"
#include "pure/unitlife.h"
#include "sys/loop.h"

/* Which of the files are there. */
enum {
	HAS_RUN = 1 << 0,
	HAS_FINISH = 1 << 1,
	HAS_DOWN = 1 << 2,
	HAS_CHECK = 1 << 3,
	HAS_LOG = 1 << 4,
	HAS_CONTROL = 1 << 5,
	HAS_ENV = 1 << 6,
	HAS_NOTIFICATION_FD = 1 << 7,
	HAS_TIMEOUT_KILL = 1 << 8,
	HAS_TIMEOUT_FINISH = 1 << 9,
	HAS_DOWN_SIGNAL = 1 << 10,
	HAS_RELOAD_SIGNAL = 1 << 11,
	HAS_MAX_DEATH_TALLY = 1 << 12,
	HAS_FLAG_ESSENTIAL = 1 << 13,
	HAS_DEPENDENCIES = 1 << 14,
	HAS_SEMAPHORE = 1 << 15,
	HAS_SETUP = 1 << 16,
	HAS_DESCRIPTION = 1 << 17,
	HAS_SUPERVISE = 1 << 18,
	HAS_ONLY_IF_EXISTS = 1 << 19, /* and nothing there of what it names */
	HAS_WAIT = 1 << 20,
	HAS_NOTIFY = 1 << 21, /* readiness is told on $NOTIFY_SOCKET (svc/notify.h) */
	HAS_UNIT =
	        1 << 22, /* no directory of runit's: a compiled unit (pure/unitlife.h); the other files do not count */
	HAS_DOWN_OR_ALIKE = HAS_DOWN | HAS_ONLY_IF_EXISTS,
};

struct pipe_ends {
	int read, write; /* -1: none */
};

/* What few units have need of; one piece of heap. */
struct service_unit {
	struct loop_fd exec; /* Type=exec: the read end of a pipe that the program's start closes */
	struct service *service;
	struct timespec reloaded; /* wall clock: when the last reload ended */
	int reload_code;
	bool reloads; /* it was sent the signal to reload and will say when it has (Type=notify-reload) */
};

/* Owned by svc/supervise.c from adopt() until its `forget` hook has returned. What is used most comes first:
 * the first 128 bytes are reached by shorter instructions. */
struct service {
	struct machine machine;
	const char *name;           /* inside dir: "nginx", or "nginx/log" */
	char *dir;                  /* heap; the service's directory */
	struct unitlife *unit;      /* heap; what its unit says (pure/unitlife.h); NULL: a directory as runit's */
	struct service_unit *more;  /* heap; NULL: nothing so far (svc/phases.c makes it) */
	struct service *log;        /* its logger (log/run), or NULL */
	struct service *next;       /* list of all */
	char *reason;               /* heap; why it is failed or waits; NULL */
	char *status;               /* heap; what it says of itself (svc/notify.h); NULL */
	pid_t pid;                  /* run, setup or finish, 0: none */
	unsigned features;          /* HAS_ */
	struct service *logs_for;   /* a logger: whose */
	struct edge *edges;         /* what it has to do with others (svc/edges.h, whose memory this is) */
	struct service *dirty_next; /* list of those whose status files are out of date */
	struct loop_timer timer;    /* machine.at_ms */
	struct loop_fd control;     /* supervise/control */
	struct loop_fd notify;      /* read end of the notification pipe */
	struct pipe_ends input;     /* a logger's: what its service writes */
	struct pipe_ends out, err;  /* lent to logd */
	int lock_fd, ok_fd;
	pid_t group;          /* process group of the last run */
	int wstat;            /* how the last run ended, as waitpid(2) has it; -1: it has not yet */
	unsigned peak_kb;     /* peak memory of the last run that ended */
	uint32_t edge_count;  /* of edges */
	uint32_t number;      /* its place in the list, while circles are looked for */
	uint32_t id;          /* never used twice; from 1 */
	uint32_t first_ms[3]; /* when it was first told to start, began, was ready: since the supervisor began; 0: never
	                       */
	uint32_t invocation;  /* a unit's: the part of $INVOCATION_ID that each start changes */
	struct timespec since; /* runit's: start of the run, or when it went down */
	dev_t dev;
	ino_t ino;
	unsigned char down_signal, reload_signal;
	unsigned char stop_due; /* enum machine_event: a stop that waits for its turn; EV_UP: none */
	short notify_to;        /* the number its program knows the notification descriptor by */
	bool fresh;             /* features were listed just now */
	bool normally_up;       /* no `down` file, or told so by INIT_ENABLED_SERVICES */
	bool essential;
	bool state_in_run; /* supervise/ lies in the run directory: the service's is read-only */
	bool uncontrolled; /* no supervise/ could be made anywhere */
	bool dirty, paused, got_term, lent, end_due, pid_due, complained, seen, told_to_stop, leaving, started_once;
	bool cyclic, unmet; /* never to be started: in a circle; a service that it requires is not there */
	bool pulled;        /* to be started as soon as it is down and nobody after it is stopping */
	bool reloading;     /* it says so (svc/notify.h) */
	bool held;          /* somebody after it is stopping */
};

/* All there are, by `next`, loggers included. */
extern struct service *service_all;

/* For those who watch its processes: what befalls its machine (svc/supervise.h). EV_ENDED, with waitpid(2)'s status, is
 * the end of s->pid. Set once, before there is a service. */
extern void (*service_event)(struct service *, enum machine_event, int value);

/* A new one for a directory; logs_for: NULL or the service it logs for. NULL with ENOMEM. */
struct service *service_new(const char *dir, struct service *logs_for);
void service_free(struct service *);

/* Why it fails or waits, for people; copied, NULL: no reason. */
void service_reason(struct service *, const char *);

/* The list of all: added at its end, taken out of it. */
void service_append(struct service *);
void service_remove(struct service *);

/* Lists the directory and reads the small files that are there (of a unit none: svc/phases.h does); what is wrong in
 * one is said and its default holds. -1 with errno if the directory cannot be read. */
int service_load(struct service *);

/* So many deaths are remembered, or starts (pure/machine.h). */
void service_tally(struct service *, unsigned long);

/* The lines of a file as words_trim() leaves them, without empty ones, behind so many places; ends with NULL. One piece
 * of heap, the caller's. NULL if it cannot be read: that is said, with what follows from it. */
char **service_list(const struct service *, const char *file, size_t places, const char *so);

/* DIR/FILE in static memory; a path too long gives "". */
const char *service_path(const struct service *, const char *file);

/* Where its programs write: to its logger, else to its pipe (-1: where we do). */
int service_output(const struct service *);

/* Closes both ends that are open. */
void service_close_pipe(struct pipe_ends *);
/* Makes a close-on-exec pipe. 0, or -1 with errno. */
int service_open_pipe(struct pipe_ends *);

#endif
