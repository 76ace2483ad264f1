/* zones - time zones by name: what TZ or CRON_TZ says. Each is read once and kept. */
#ifndef SVC_ZONES_H
#define SVC_ZONES_H

struct zone;

/* NULL or "": $TZ, else /etc/localtime, else UTC. A name is a file below $TZDIR or /usr/share/zoneinfo, or a path
 * behind a colon or with a leading slash, else a rule of POSIX. *why: NULL, or what is wrong in one line, constant or
 * good until the next call; the zone is then UTC (NULL), and the caller says so, naming tzdata. */
const struct zone *zones_find(const char *name, const char **why);

#endif
