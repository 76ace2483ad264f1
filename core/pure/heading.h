/* heading - how a service tells logd whose line this is: crond, of its jobs. Before the text stands
 *
 *	SOH <SEVERITY> NAME [US MEMBERS [US ID.PART[.]]] STX          e.g.
 *^A<6>cron/backup^_"event":"job_start","pid":7^B
 *
 * MEMBERS are members of a JSON object for formats that have them. ID.PART: it is a part of a longer line, with a dot
 *behind it the last. logd believes a service NAME only sub-names of its own, NAME/…, or cron/… of crond; others it puts
 *behind the service's name and a slash.
 */
#ifndef PURE_HEADING_H
#define PURE_HEADING_H

#include <stdbool.h>
#include <stddef.h>

struct fmt;

enum { HEADING_MAX = 1024, HEADING_NAME_MAX = 128 };

/* Texts are not terminated. */
struct heading {
	const char *name, *members;
	size_t name_len, members_len;
	int severity; /* syslog's */
	unsigned part_id, part;
	bool last;
};

/* Reads the heading that a line begins with. Its length, or 0: there is none. */
size_t heading_read(const char *text, size_t len, struct heading *);

void heading_write(struct fmt *, const struct heading *);

#endif
