/* zone - local time: a zone of the tz database (TZif, RFC 9636) or a rule as POSIX has it in TZ
 * (CET-1CEST,M3.5.0,M10.5.0/3).
 *
 * A zone is a row of spans, each with one offset from UTC. All that cron needs follows from the spans around a moment.
 * Behind a file's last transition its footer's rule goes on for ever.
 */
#ifndef PURE_ZONE_H
#define PURE_ZONE_H

#include <stddef.h>
#include <stdint.h>

enum { ZONE_ABBREVIATION = 16 };

/* [from, until): seconds since 1970; INT64_MIN and INT64_MAX at the ends. */
struct zone_span {
	int64_t from, until;
	int32_t offset;               /* seconds east of UTC */
	char name[ZONE_ABBREVIATION]; /* CET, +0330 */
};

struct fmt;
struct zone; /* of the heap, for zone_free() */

/* Of a TZif file (versions 1 to 4), whose bytes are not needed any more; NULL: it is none, or no memory (errno EINVAL,
 * ENOMEM). */
struct zone *zone_read(const void *, size_t len);

/* Of a POSIX rule, or NULL (errno): also "UTC0". */
struct zone *zone_rule(const char *);

void zone_free(struct zone *);

/* The span that the moment lies in. zone NULL: UTC. */
void zone_span(const struct zone *, int64_t at, struct zone_span *);

/* Appends the moment as it is called there: "2026-11-22 07:17:00 CET"; what lies before 1970 counts as 1970. */
void zone_text(const struct zone *, int64_t at, struct fmt *);

#endif
