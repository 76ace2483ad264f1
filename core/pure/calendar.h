/* calendar - OnCalendar= of timers, systemd.time(7), as a schedule of cron (pure/cronspec.h).
 *
 *	Mon..Fri *-*-* 02:30            30 2 * * mon-fri
 *	Mon *-*-1..7 04:00              0 4 1-7 * &mon
 *	*-*~02 *:0/15:30                30 0/15 * L-1 * *
 *	weekly Europe/Berlin            0 0 * * 1, in that zone
 *
 * What cron cannot say is refused: years, parts of seconds, @EPOCH.
 */
#ifndef PURE_CALENDAR_H
#define PURE_CALENDAR_H

struct cronspec_error;
struct fmt;

/* Adds the schedule of the text. *zone: the name of its time zone, in the text and to its end, or NULL. 0, or -1 and
 * where it is wrong (cronspec.h). */
int calendar_read(const char *text, struct fmt *, const char **zone, struct cronspec_error *);

#endif
