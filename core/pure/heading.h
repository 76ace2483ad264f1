/* heading - how a service tells logd whose line this is: crond, of its jobs. Before the text stands
 *
 *	SOH <SEVERITY> NAME [US MEMBERS [US ID.PART[.]]] STX          e.g.
 *^A<6>cron/backup^_"event":"job_start","pid":7^B
 *
 * NAME has no control characters. MEMBERS are members of a JSON object for formats that have them: keys of small
 * letters and _, none that every line has; values that are strings of printable ASCII without \ or plain numbers.
 *ID.PART: it is a part of a longer line, from 1, with a dot behind it the last. What is not so is no heading but text.
 */
#ifndef PURE_HEADING_H
#define PURE_HEADING_H

#include <stdbool.h>
#include <stddef.h>

struct fmt;

enum { HEADING_SOH = 1, HEADING_MAX = 1024, HEADING_NAME_MAX = 128 };

/* Texts are not terminated. */
struct heading {
	const char *name, *members;
	size_t name_len, members_len; /* the name has at least one byte */
	int severity;                 /* syslog's */
	unsigned part_id, part;       /* part 0: a whole line */
	bool last;                    /* the last part; of a whole line too */
};

/* Reads the heading that a text begins with. Its length, or 0: there is none (or not all of it yet). */
size_t heading_read(const char *text, size_t len, struct heading *);

/* Appends what heading_read() reads: control characters of the name become ?, a longer one is cut, and members that
 * make it too long or are not as they must be are left out. */
void heading_write(struct fmt *, const struct heading *);

/* Who a line is from, if `service` wrote it: it is believed its own name, NAME/… beneath it and, if it is crond,
 * cron/…; others are put behind its name and a slash. heading_owns(): is it one of the former? */
void heading_name(struct fmt *, const char *service, const struct heading *);
bool heading_owns(const char *service, size_t len, const char *name, size_t name_len);

/* One of the members: key without its quotes, value as JSON has it. */
struct heading_member {
	const char *key, *value;
	size_t key_len, value_len;
};

/* Reads the member at *at and moves that to the next one. false: there is none. */
bool heading_member(const char **at, const char *end, struct heading_member *);

#endif
