/* svstate - what supervise/state says of a service: key=value lines, written by svc/statedir.c.
 *
 *	state=down|waiting|starting|up|ready|stopping|finish|backoff|failed
 *	wanted=yes|no   ready=yes|no   essential=yes|no   pid=N   since=SECONDS.MS   restarts=N
 *	exit=N or signal=NAME: how the last run ended; neither if none did
 *	peak_kb=N   reason=TEXT   description=TEXT
 *	first_ms=N N N: when it was first told to start, began, was ready, since the supervisor began; 0: never
 *	status=TEXT   what it says of itself by sd_notify(3);   reloading=yes: that it does so
 *	of a unit: result=success|exit-code|timeout|…   of the last start or run, systemd's words
 *	done=yes: its last start has gone well, or had nothing to do, and nobody stopped it since; no process is needed
 *	reload=SECONDS.MS   reload_exit=N: when the last reload ended, and its exit code (0: it went well)
 */
#ifndef PURE_SVSTATE_H
#define PURE_SVSTATE_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

struct fmt;
struct status;

/* The texts lie in the memory that was read; what is not known is "", 0 or as said. */
struct svstate {
	const char *state;
	const char *reason; /* why it is failed, waits or backs off */
	const char *description;
	const char *status;
	struct timespec since; /* wall clock */
	uint32_t pid;
	unsigned restarts;
	uint32_t first_ms[3];  /* when it was first told to start, began, was ready, since the supervisor began */
	unsigned long peak_kb; /* peak memory of the last run that ended */
	int exit_code;         /* -1: it did not end by itself */
	int signal;            /* 0: no signal ended it */
	bool wanted, ready, essential, reloading;
	bool done;              /* a unit that reached what it is for, perhaps without a process now */
	const char *result;     /* of a unit; "" for a directory */
	struct timespec reload; /* wall clock; 0: there was none */
	int reload_code;
};

/* Cuts the text into its values. Lines that are not understood count as absent: a newer writer may know more. */
void svstate_read(struct svstate *, char *text);

/* s6-svstat's words: "up (pid 12) 5 seconds, want down", "down (exitcode 0) 5 seconds, normally up".
 * notifies: it tells when it is ready, so that this is worth a word. */
void svstate_words(const struct svstate *, const struct status *, bool normally_up, bool notifies, time_t now,
                   struct fmt *);

/* Seconds from then to now, 0 if the clock went back. */
long svstate_age(time_t then, time_t now);

#endif
