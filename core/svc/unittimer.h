/* unittimer - timers of systemd as a table for crond: RUN/units/timers, one section a timer.
 *
 *	CRON_LABEL=backup.timer
 *	CRON_CATCHUP=yes              Persistent=
 *	RANDOM_DELAY=300s             RandomizedDelaySec=
 *	0 30 2 * * 1-5 service backup start
 *
 * The supervisor runs `crond` on that file as the service `timers`, if there is any.
 */
#ifndef SVC_UNITTIMER_H
#define SVC_UNITTIMER_H

struct fmt;
struct unit;

/* Adds the timer's lines. What cannot be said in a table is told of as UNIT_WRONG and left out. 0; -1: nothing of it is
 * left. */
int unittimer_write(struct unit *, struct fmt *);

#endif
