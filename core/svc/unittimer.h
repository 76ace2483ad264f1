/* unittimer - timers of systemd as a table for crond: RUN/units/timers/table, one section a timer.
 *
 *	CRON_LABEL=backup.timer
 *	RANDOM_DELAY=300s                                    RandomizedDelaySec=
 *	CRON_CATCHUP=no
 *	@boot 300s 3600s service backup start        OnBootSec=5min OnUnitActiveSec=1h
 *	CRON_CATCHUP=yes                                     Persistent=
 *	CRON_TZ=
 *	30 2 * * mon-fri service backup start        OnCalendar=
 *
 * The supervisor runs `crond --ours` on that file as the service `timers`, if there is any. OnStartupSec= and
 * OnActiveSec= count from the container's start too; OnUnitActiveSec= from the first of those, or else from itself, in
 * steps; OnUnitInactiveSec= from the end of the start that the timer made.
 */
#ifndef SVC_UNITTIMER_H
#define SVC_UNITTIMER_H

struct fmt;
struct unit;

/* Adds the lines of a timer of that service. What cannot be said in a table is told of as UNIT_WRONG and left out. 0;
 * -1: nothing of it is left. */
int unittimer_write(struct unit *, const char *service, struct fmt *);

#endif
