/* format - how a line looks.
 *
 *	text   nginx | the line           with stamps: 2026-11-22T07:40:56.123456789Z nginx | the line
 *	       nginx + goes on            a further part of a line longer than INIT_LOG_MAX_LINE
 *	json   {"time":"2026-11-22T07:40:56.123456789Z","service":"nginx","stream":"stdout","severity":"info",
 *	       "message":"the line"}      one line; a part has "partial_id":7,"partial_ordinal":1,"partial_last":false
 *	       before "message". Bytes that are no UTF-8 become the four characters \xff, control characters \u001b
 *	raw    the line                   untouched bytes: parts are not separated, no newline is added at the end
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

enum format_kind { FORMAT_TEXT, FORMAT_JSON, FORMAT_RAW };
enum format_stamp { FORMAT_NONE, FORMAT_RFC3339, FORMAT_TAI64N, FORMAT_UNIX };

/* What each line of JSON begins with, before its time. */
#define FORMAT_JSON_BEGIN "{\"time\":\""

enum { FORMAT_HEAD_MAX = 3584, FORMAT_FIELD = 255 };

struct format {
	enum format_kind kind;
	enum format_stamp stamp;                 /* of text; JSON always has RFC 3339 */
	bool colour;                             /* of text: the name in one of six */
	size_t width;                            /* of text: names are padded to it */
	const char *host;                        /* of JSON: where lines are from that do not say; NULL: not said */
	char head[FORMAT_HEAD_MAX + BYTES_MORE]; /* private: what comes before the text */
	size_t head_len;
};

/* The words of INIT_LOG_FORMAT and INIT_LOG_TIMESTAMPS: 0, or -1 if it is none of them. */
int format_kind(const char *word, enum format_kind *);
int format_stamp(const char *word, enum format_stamp *);

/* The most bytes that format_line() makes of a line of that length. */
size_t format_room(size_t len);

/* Makes what lines of the same time, service, stream and severity have in common. */
void format_head(struct format *, const struct line *);

/* The short way: writes as many lines as are whole and fit into [to, end), to which BYTES_MORE bytes may be added, and
 * takes them from *lines. It may stop early; lines_next() and format_line() then do the rest. Returns the end. */
char *format_lines(const struct format *, struct lines *, char *to, const char *end);

/* Writes the line, whose head was made, to `to`, which has format_room() bytes. Returns its end. */
char *format_line(const struct format *, const struct line *, char *to);

/* Writes the inside of a JSON string to `to`, which has 6 * len + BYTES_MORE bytes. Returns its end. */
char *format_json(char *to, const char *text, size_t len);

/* Appends "key":"text", to JSON: at most FORMAT_FIELD bytes of the text, for whose longest form there is room. */
void format_field(struct fmt *, const char *key, const char *text);

#endif
