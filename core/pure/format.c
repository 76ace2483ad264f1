/* format - see format.h */
#include "pure/format.h"

#include <stdint.h>
#include <string.h>

#include "base/bytes.h"
#include "base/date.h"
#include "base/fmt.h"
#include "base/utf8.h"
#include "pure/heading.h"
#include "pure/line.h"
#include "pure/lines.h"
#include "pure/syslog.h"

/* TAIL_MAX: the parts' fields, quotes, newline. MORE: all of a head behind its names, at most. */
enum { TAIL_MAX = 128, MORE = 192 };

size_t format_room(size_t len)
{
	return FORMAT_HEAD_MAX + 6 * len + TAIL_MAX; /* JSON's \u001b is the longest form of a byte */
}

static void put_rfc3339(struct fmt *f, const struct timespec *t)
{
	struct date d = date_of(t->tv_sec);

	fmt_add(f, "%04u-%02u-%02uT%02u:%02u:%02u.%09luZ", d.year, d.month, d.day, d.hour, d.minute, d.second,
	        (unsigned long)t->tv_nsec);
}

static void put_stamp(struct fmt *f, enum format_stamp stamp, const struct timespec *t)
{
	unsigned long long seconds = (unsigned long long)t->tv_sec;

	switch (stamp) {
	case FORMAT_NONE:
		return;
	case FORMAT_RFC3339:
		put_rfc3339(f, t);
		break;
	case FORMAT_TAI64N:
		date_tai64n(f, t);
		break;
	case FORMAT_UNIX:
		fmt_add(f, "%llu.%09lu", seconds, (unsigned long)t->tv_nsec);
		break;
	}
	fmt_char(f, ' ');
}

static void text_head(struct format *o, struct fmt *f, const struct line *l)
{
	unsigned hash = 0;
	size_t start;

	put_stamp(f, o->stamp, &l->time);
	if (o->colour) { /* green to cyan: red would look like an error */
		for (const char *p = l->service; *p; p++)
			hash = hash * 43 + (unsigned char)*p;
		fmt_add(f, "\033[3%um", hash % 5 + 2);
	}
	start = f->len;
	if (l->host)
		fmt_add(f, "%s/", l->host);
	fmt_str(f, l->service);
	while (f->len - start < o->width)
		fmt_char(f, ' ');
	o->bar = f->len + 1;
	fmt_str(f, " | ");
	if (o->colour)
		fmt_str(f, "\033[0m");
	if (l->tag && l->pid)
		fmt_add(f, "%s[%d]: ", l->tag, (int)l->pid);
	else if (l->tag)
		fmt_add(f, "%s: ", l->tag);
}

/* A byte that is no character of its own in a JSON string. */
static char *escape(char *to, unsigned char c)
{
	static const char short_form[] = "btn\0fr", hex[] = "0123456789abcdef";

	*to++ = '\\';
	if (c == '"' || c == '\\') {
		*to++ = (char)c;
		return to;
	}
	if (c >= '\b' && c <= '\r' && c != '\v') {
		*to++ = short_form[c - '\b'];
		return to;
	}
	to = bytes_copy(to, c < 0x80 ? "u00" : "\\x", c < 0x80 ? 3 : 2);
	*to++ = hex[c >> 4];
	*to++ = hex[c & 15];
	return to;
}

/* What cannot stand in a JSON string, at *p: moves it behind that. */
static char *put_odd(char *to, const char **p, const char *end)
{
	size_t n = utf8_length(*p, (size_t)(end - *p));

	to = n ? bytes_copy(to, *p, n) : escape(to, (unsigned char)**p);
	*p += n ? n : 1;
	return to;
}

char *format_json(char *to, const char *p, size_t len)
{
	const char *end = p + len;

	for (;;) {
		to = bytes_copy_plain(to, &p, end);
		if (p == end)
			return to;
		to = put_odd(to, &p, end);
	}
}

/* A field with any text, of which it takes no more than leaves room for MORE. */
static void put_text(struct fmt *f, bool json, const char *key, const char *text)
{
	size_t len = strlen(text), most = f->len + MORE < f->cap ? (f->cap - MORE - f->len) / 6 : 0;
	bool quoted = json;

	most = most < FORMAT_FIELD ? most : FORMAT_FIELD;
	for (const char *p = text; *p && !quoted; p++)
		quoted = *p <= ' ' || *p > '~' || *p == '"' || *p == '=';
	fmt_add(f, json ? "\"%s\":" : "%s=", key);
	if (quoted)
		fmt_char(f, '"');
	f->len = (size_t)(format_json(f->mem + f->len, text, len < most ? len : most) - f->mem);
	fmt_str(f, quoted ? "\"" : "");
	fmt_char(f, json ? ',' : ' ');
}

void format_field(struct fmt *f, const char *key, const char *text)
{
	put_text(f, true, key, text);
}

static void put_word(struct fmt *f, bool json, const char *key, const char *word)
{
	fmt_add(f, json ? "\"%s\":\"%s\"," : "%s=%s ", key, word);
}

static void put_number(struct fmt *f, bool json, const char *key, unsigned n)
{
	fmt_add(f, json ? "\"%s\":%u," : "%s=%u ", key, n);
}

void format_members(struct fmt *f, const struct line *l, const char *before, const char *between, const char *behind)
{
	const char *p = l->members;
	struct heading_member m;

	if (f->len + 2 * l->members_len + TAIL_MAX < f->cap)
		while (heading_member(&p, l->members + l->members_len, &m))
			fmt_add(f, "%s%.*s%s%.*s%s", before, (int)m.key_len, m.key, between, (int)m.value_len, m.value,
			        behind);
}

static void fields_head(struct format *o, struct fmt *f, const struct line *l)
{
	const char *host = l->host ? l->host : o->host,
	           *facility = l->syslog || l->classed ? syslog_facility_name(l->facility) : NULL;
	bool json = o->kind == FORMAT_JSON;

	fmt_str(f, json ? FORMAT_JSON_BEGIN : "time=");
	put_rfc3339(f, &l->time);
	fmt_str(f, json ? "\"," : " ");
	if (host)
		put_text(f, json, "host", host);
	put_text(f, json, "service", l->service);
	put_word(f, json, "stream", l->syslog ? "syslog" : l->stream == LINE_STDERR ? "stderr" : "stdout");
	put_word(f, json, json ? "severity" : "level", syslog_severity_name(l->severity & 7));
	if (facility)
		put_word(f, json, "facility", facility);
	if (l->pid > 0)
		put_number(f, json, "pid", (unsigned)l->pid);
	if (l->tag)
		put_text(f, json, "tag", l->tag);
	if (l->members)
		format_members(f, l, json ? "\"" : "", json ? "\":" : "=", json ? "," : " ");
	o->head_len = f->len;
	fmt_str(f, json ? "\"message\":\"" : "msg=\"");
	o->open_len = f->len - o->head_len;
}

void format_head(struct format *o, const struct line *l)
{
	struct fmt f;

	fmt_open(&f, o->head, FORMAT_HEAD_MAX);
	if (o->kind == FORMAT_JSON || o->kind == FORMAT_LOGFMT) {
		fields_head(o, &f, l);
		return;
	}
	if (o->kind == FORMAT_TEXT)
		text_head(o, &f, l);
	o->head_len = f.len;
}

static char *fields_end(const struct format *o, char *to)
{
	return o->kind == FORMAT_JSON ? bytes_copy(to, "\"}\n", 3) : bytes_copy(to, "\"\n", 2);
}

static char *fields_line(const struct format *o, const struct line *l, char *to)
{
	bool json = o->kind == FORMAT_JSON;
	char mem[TAIL_MAX];
	struct fmt f;

	if (l->part) {
		fmt_open(&f, mem, sizeof mem);
		put_number(&f, json, "partial_id", l->part_id);
		put_number(&f, json, "partial_ordinal", l->part);
		fmt_add(&f, json ? "\"partial_last\":%s," : "partial_last=%s ", l->last ? "true" : "false");
		to = bytes_copy(to, mem, f.len);
	}
	to = bytes_copy(to, o->head + o->head_len, o->open_len);
	return fields_end(o, format_json(to, l->text, l->len));
}

/* Text that may hold more than a line. While there is room, each of those that were joined gets a line of its own. */
static char *text_lines(const struct format *o, const struct line *l, char *to, const char *room)
{
	const char *p = l->text, *end = p + l->len;

	for (;;) {
		to = bytes_copy_plain(to, &p, end);
		if (p == end)
			return to;
		if (*p == '\n' && l->joined && room - to > (ptrdiff_t)o->head_len + 6 * (end - p)) {
			*to++ = '\n';
			to = bytes_copy(to, o->head, o->head_len);
			to[(ptrdiff_t)o->bar - (ptrdiff_t)o->head_len] = '+';
		} else if (*p == '\n' || (l->syslog && ((unsigned char)*p < ' ' || *p == 0x7f))) {
			*to++ = '#';
			for (int shift = 6; shift >= 0; shift -= 3)
				*to++ = (char)('0' + (*p >> shift & 7));
		} else {
			*to++ = *p;
		}
		p++;
	}
}

char *format_line(const struct format *o, const struct line *l, char *to)
{
	const char *room = to + format_room(l->len) - TAIL_MAX;
	char *text = bytes_copy(to, o->head, o->head_len);

	if (o->kind == FORMAT_JSON || o->kind == FORMAT_LOGFMT)
		return fields_line(o, l, text);
	if (o->kind == FORMAT_TEXT && l->part > 1)
		to[o->bar] = '+';
	if (o->kind == FORMAT_TEXT && (l->syslog || l->joined))
		text = text_lines(o, l, text, room);
	else
		text = bytes_copy(text, l->text, l->len);
	if (l->newline || o->kind == FORMAT_TEXT)
		*text++ = '\n';
	return text;
}

/* One line of fields from l->at; NULL if none ends where it has to. */
static char *fields_next(const struct format *o, struct lines *l, char *to, const char *end)
{
	size_t head = o->head_len + o->open_len, most = (size_t)(l->end - l->at), room;
	const char *p = l->at, *stop;

	if (end - to < (ptrdiff_t)head + TAIL_MAX)
		return NULL;
	room = (size_t)(end - to - (ptrdiff_t)head - TAIL_MAX) / 6;
	most = most < l->max + 1 ? most : l->max + 1;
	stop = p + (most < room ? most : room);
	to = bytes_copy(to, o->head, head);
	for (;;) {
		to = bytes_copy_plain(to, &p, stop);
		if (p == stop)
			return NULL;
		if (*p == '\n')
			break;
		to = put_odd(to, &p, stop);
	}
	l->at = p + 1;
	return fields_end(o, to);
}

char *format_lines(const struct format *o, struct lines *l, char *to, const char *end)
{
	if (l->join || l->part || l->fresh != l->at)
		return to;
	if (o->kind == FORMAT_JSON || o->kind == FORMAT_LOGFMT)
		for (char *next; (next = fields_next(o, l, to, end));)
			to = next;
	else
		to = bytes_prefix(to, end, o->head, o->head_len, &l->at, l->end, l->max + 1);
	l->fresh = l->at;
	return to;
}
