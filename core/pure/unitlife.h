/* unitlife - what the supervisor must know of a unit: what svc/unitload makes of its files, and runsvdir reads.
 *
 * A unit is compiled by a child (`unit --load`) into a service directory RUNDIR/units/NAME whose one file, `unit`, is
 * lines of key=value. So no parser of units comes into runsvdir; only what differs from its default is written.
 *
 *	file=/lib/systemd/system/nginx.service    and each drop-in, in order: for the phases (applets/unit.c)
 *	id=nginx.service
 *	type=forking   pid-file=/run/nginx.pid   wanted=1   has=start stop reload
 *	after=redis postgresql                    names of services; targets that are always reached are left out
 *
 * Programs of its phases are `unit PHASE` in that directory: pre start post reload stop stop-post (see UNITLIFE_PRE …).
 */
#ifndef PURE_UNITLIFE_H
#define PURE_UNITLIFE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fmt;

/* What it has lines for. */
enum {
	UNITLIFE_PRE = 1,   /* conditions, ExecCondition=, ExecStartPre= */
	UNITLIFE_START = 2, /* ExecStart=; without it (a target, a oneshot that only stops something) nothing runs */
	UNITLIFE_POST = 4,
	UNITLIFE_RELOAD = 8,
	UNITLIFE_STOP = 16,
	UNITLIFE_STOP_POST = 32,
};

/* Type= */
enum unitlife_type {
	UNITLIFE_SIMPLE, /* up once it runs; idle is the same */
	UNITLIFE_EXEC,   /* once its program was executed */
	UNITLIFE_FORKING,
	UNITLIFE_ONESHOT,
	UNITLIFE_NOTIFY, /* notify-reload too */
};

enum unitlife_restart {
	UNITLIFE_NO,
	UNITLIFE_ON_SUCCESS,
	UNITLIFE_ON_FAILURE,
	UNITLIFE_ON_ABNORMAL,
	UNITLIFE_ON_WATCHDOG,
	UNITLIFE_ON_ABORT,
	UNITLIFE_ALWAYS,
};

enum unitlife_kill { UNITLIFE_KILL_GROUP, UNITLIFE_KILL_MIXED, UNITLIFE_KILL_PROCESS, UNITLIFE_KILL_NONE };

enum unitlife_access { UNITLIFE_ACCESS_NONE, UNITLIFE_ACCESS_MAIN, UNITLIFE_ACCESS_EXEC, UNITLIFE_ACCESS_ALL };

/* How a life ended: systemd's $SERVICE_RESULT. */
enum unitlife_result {
	UNITLIFE_SUCCESS,
	UNITLIFE_RESOURCES, /* cannot fork … */
	UNITLIFE_PROTOCOL,  /* ended without READY=1; no main process found */
	UNITLIFE_TIMEOUT,
	UNITLIFE_EXIT_CODE,
	UNITLIFE_SIGNAL,
	UNITLIFE_CORE_DUMP,
	UNITLIFE_WATCHDOG,
	UNITLIFE_START_LIMIT,
	UNITLIFE_CONDITION, /* exec-condition: skipped; no failure */
	UNITLIFE_DEPENDENCY,
	UNITLIFE_RESULTS
};

/* The code with which `unit pre` says that a condition does not hold: the start is skipped, which is no failure. */
enum { UNITLIFE_SKIP = 254 };

/* FailureAction= and SuccessAction=: the container stops with that code. */
enum { UNITLIFE_STAY = -1, UNITLIFE_OWN_CODE = -2 };

/* One piece of heap, freed with free(). Times in ms, 0: none (restart_ms: at once). Texts NULL: none. */
struct unitlife {
	uint32_t start_ms, stop_ms, restart_ms, watchdog_ms, run_max_ms;
	uint32_t limit_ms, limit_burst; /* more than burst starts within that: failed; 0: any number is fine */
	uint8_t has;                    /* UNITLIFE_PRE … */
	uint8_t type, restart, kill_mode, access;
	uint8_t kill_signal, restart_signal, final_signal, watchdog_signal;
	bool remain, guess_main, send_kill, send_hup;
	bool aliased;       /* it has other names: lines alias= */
	bool wanted;        /* to be started at boot */
	bool notify_reload; /* Type=notify-reload: the reload signal, then RELOADING=1 … READY=1 */
	uint8_t reload_signal;
	int16_t failure_exit, success_exit; /* UNITLIFE_STAY, UNITLIFE_OWN_CODE or a code */
	const char *pid_file;
	uint8_t level, facility; /* SyslogLevel=, SyslogFacility=: syslog's numbers and 1; 0: none */
	const char *log_name;    /* SyslogIdentifier= */
	const char *success, *prevent,
	        *force; /* SuccessExitStatus=, RestartPrevent…, RestartForce…: "1 143 SIGUSR1"; "*": any */
	const char *description;
	const char *refused; /* why it cannot be run */
};

/* Defaults of systemd, all texts NULL. */
void unitlife_default(struct unitlife *);

/* Writes what differs from the defaults, as lines (texts without newlines). Lists and others (file, id, after …) are
 * added by the caller. */
void unitlife_write(const struct unitlife *, struct fmt *);

/* Reads such a text; lines of other keys are passed over. NULL with ENOMEM. */
struct unitlife *unitlife_read(const char *text);

/* The value of the next line of that key behind *at (begins with the text), as far as its newline: for lists and files.
 * NULL: none. */
const char *unitlife_find(const char **at, const char *key, size_t *len);

/* Of an exit code or signal (0: none; `core`: it left a core): what that says, SuccessExitStatus= heeded. A `daemon`
 * (no oneshot) may end by TERM, INT, HUP, PIPE. In lists:
 * numbers, names of signals, and those of sysexits.h without EX_.
 */
enum unitlife_result unitlife_result(const struct unitlife *, int code, int signal, bool core);

/* Restart= and its two lists (systemd.service(5), table 2). code and signal are those of the main process; code -1:
 * there was none. */
bool unitlife_restarts(const struct unitlife *, enum unitlife_result, int code, int signal);

/* "success", "exit-code", …: $SERVICE_RESULT. Weak: only of a unit, and without the applet `unit` there is none. */
#pragma weak unitlife_result_name
const char *unitlife_result_name(enum unitlife_result);

#endif
