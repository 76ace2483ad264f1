/* format - how a line looks.
 *
 *	text    nginx | the line          with stamps: 2026-11-22T07:40:56.123456789Z nginx | the line
 *	        nginx + goes on           a further part of a line longer than INIT_LOG_MAX_LINE, a line that was joined
 *	        nginx | tag[7]: text      a syslog message whose sender calls itself otherwise; control characters are
 *	                                  #012, as rsyslog has it. From another host: host/nginx | text
 *	json    {"time":"2026-11-22T07:40:56.123456789Z","service":"nginx","stream":"stdout","severity":"info",
 *	        "message":"the line"}     one line; stream "syslog" and "facility" of a syslog message, "pid", "tag" and
 *	                                  "host" where they are known; a part has "partial_id":7,"partial_ordinal":1,
 *	                                  "partial_last":false before "message", what its heading says beside
 *	                                  (pure/heading.h) before these. Bytes that are no UTF-8 become the four
 *	                                  characters \xff, control characters \u001b
 *	logfmt  time=2026-11-22T07:40:56.123456789Z service=nginx stream=stdout level=info msg="the line"
 *	                                  the same fields, quoted like JSON where need be
 *	raw     the line                  untouched bytes: parts are not separated, no newline is added at the end
 *
 * In text, the last line of a writer gets the newline it lacks. Padding and colour are for terminals.
 */
#ifndef PURE_FORMAT_H
#define PURE_FORMAT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/bytes.h"

struct fmt;
struct line;
struct lines;

enum format_kind { FORMAT_TEXT, FORMAT_JSON, FORMAT_RAW, FORMAT_LOGFMT };
enum format_stamp { FORMAT_NONE, FORMAT_RFC3339, FORMAT_TAI64N, FORMAT_UNIX };

/* What each line of JSON begins with, before its time. */
#define FORMAT_JSON_BEGIN "{\"time\":\""

enum { FORMAT_HEAD_MAX = 1792, FORMAT_FIELD = 255 };

struct format {
	enum format_kind kind;
	enum format_stamp stamp; /* of text; JSON and logfmt always have RFC 3339 */
	bool colour;             /* of text: the name in one of six */
	size_t width;            /* of text: names are padded to it */
	const char *host;        /* of JSON and logfmt: where lines are from that do not say; NULL: not said */
	char head[FORMAT_HEAD_MAX + BYTES_MORE]; /* private: what comes before the text */
	size_t head_len;
	size_t bar;      /* private: where in it the bar is */
	size_t open_len; /* private: so many bytes behind it that come before the text, but behind a part's fields */
};

/* The most bytes that format_line() makes of a line of that length. */
size_t format_room(size_t len);

/* Makes what lines have in common of which only the text and the parts differ. */
void format_head(struct format *, const struct line *);

/* The short way of lines that are no syslog messages: writes as many as are whole and fit into [to, end), to which
 * BYTES_MORE bytes may be added, and takes them from *lines. It may stop early; lines_next() and format_line() then do
 * the rest. Returns the end. */
char *format_lines(const struct format *, struct lines *, char *to, const char *end);

/* Writes the line, whose head was made, to `to`, which has format_room() bytes. Returns its end. */
char *format_line(const struct format *, const struct line *, char *to);

/* Writes the inside of a JSON string to `to`, which has 6 * len + BYTES_MORE bytes. Returns its end. */
char *format_json(char *to, const char *text, size_t len);

/* Appends the members of a line that has a heading, with so much before and behind each and between its key and its
 * value; nothing, if there is little room. */
void format_members(struct fmt *, const struct line *, const char *before, const char *between, const char *behind);

/* Appends "key":"text", to JSON: at most FORMAT_FIELD bytes of the text, and no more than leave 192 bytes of room,
 * however they are escaped. */
void format_field(struct fmt *, const char *key, const char *text);

#endif
