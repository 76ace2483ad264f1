/* syslog - one message of syslog, in both of its formats.
 *
 *	RFC 3164 (section 4)    <PRI>Nov 22 07:40:56 HOST TAG[PID]: MSG     HOST: from afar only; the time may also be
 *	                                                                    RFC 3339's, as rsyslog sends it
 *	RFC 5424 (section 6)    <PRI>1 TIME HOST APP-NAME PROCID MSGID STRUCTURED-DATA MSG
 *
 * PRI is 8 * facility + severity, at most 191. Without it, or with a wrong one, a message is all text and of
 *user.notice (RFC 3164, 4.3.3). The sender's time is skipped (who reads the message knows a better one), and so are the
 *elements of structured data that tell about the transport (those that IANA registered, RFC 5424, 7); from the first
 *private one (NAME@NUMBER) on, structured data is text. Times that are made are UTC.
 */
#ifndef PURE_SYSLOG_H
#define PURE_SYSLOG_H

#include <stddef.h>
#include <time.h>

struct fmt;
struct line;

enum {
	SYSLOG_USER = 1, /* facilities */
	SYSLOG_DAEMON = 3,
	SYSLOG_NOTICE = 5, /* severities */
	SYSLOG_INFO = 6,
	SYSLOG_HEAD_MAX = 640, /* the most that syslog_5424() makes of a line without `sd` */
};

/* Makes a line of the message, which it changes, and to which text, service (the tag, "syslog" where there is none) and
 * host point. Newlines and NULs at its end are left out, others stay. here: our own host's name, which the sender, a
 * process of this host, may name too; NULL: it came from afar. Sets all but the time. */
void syslog_parse(struct line *, char *mem, size_t len, const char *here);

/* The sender is known to be that service: what it calls itself is its tag, unless both are the same. */
void syslog_sent_by(struct line *, const char *service);

/* What the sender calls itself; NULL: nothing. */
const char *syslog_tag(const struct line *);

/* All up to MSG, as the names of the formats at the top say. Host is the line's or else `here`, either may be NULL: "-"
 * (RFC 5424) or left out. The tag is the line's, or else its service; a
 * message without one has none. What is no syslog message is of daemon. */
void syslog_3164(struct fmt *, const struct line *, const char *here);

/* Without a time (tv_sec 0) "-" stands for it. msgid, sd: NULL for "-". */
void syslog_5424(struct fmt *, const struct line *, const char *here, const char *msgid, const char *sd);

/* As rsyslog's ForwardFormat: RFC 3164 with RFC 3339's time. */
void syslog_forward(struct fmt *, const struct line *, const char *here);

/* "Nov 22 07:40:56" */
void syslog_stamp(struct fmt *, time_t);

/* "daemon"; "err". Of a number that has no name, NULL. */
const char *syslog_facility_name(int);
const char *syslog_severity_name(int);

/* The number of a name or of digits (warn, error and panic are names too); -1: there is none. */
int syslog_facility(const char *);
int syslog_severity(const char *);

/* 8 * facility + severity of "daemon.err"; of "err" alone that of user; -1: there is none. */
int syslog_priority(const char *);

#endif
