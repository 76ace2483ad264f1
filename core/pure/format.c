/* format - see format.h */
#include "pure/format.h"

#include <stdint.h>
#include <string.h>

#include "base/bytes.h"
#include "base/date.h"
#include "base/fmt.h"
#include "pure/line.h"
#include "pure/lines.h"
#include "pure/syslog.h"

enum { TAIL_MAX = 128 }; /* the parts' fields, quotes, newline */

static int word_of(const char *const *words, const char *word)
{
	for (int i = 0; words[i]; i++)
		if (strcmp(words[i], word) == 0)
			return i;
	return -1;
}

int format_kind(const char *word, enum format_kind *out)
{
	static const char *const words[] = {"text", "json", "raw", NULL};
	int i = word_of(words, word);

	if (i < 0)
		return -1;
	*out = (enum format_kind)i;
	return 0;
}

int format_stamp(const char *word, enum format_stamp *out)
{
	static const char *const words[] = {"none", "rfc3339", "tai64n", "unix", NULL};
	int i = word_of(words, word);

	if (i < 0)
		return -1;
	*out = (enum format_stamp)i;
	return 0;
}

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
	size_t len = strlen(l->service);
	unsigned hash = 0;

	put_stamp(f, o->stamp, &l->time);
	if (o->colour) { /* green to cyan: red would look like an error */
		for (const char *p = l->service; *p; p++)
			hash = hash * 43 + (unsigned char)*p;
		fmt_add(f, "\033[3%um", hash % 5 + 2);
	}
	fmt_mem(f, l->service, len);
	for (; len < o->width; len++)
		fmt_char(f, ' ');
	fmt_str(f, " | ");
	if (o->colour)
		fmt_str(f, "\033[0m");
}

/* The length of the UTF-8 character at p, 0 if there is none (RFC 3629: shortest form, no surrogates). */
static size_t utf8(const unsigned char *p, size_t left)
{
	unsigned char low = 0x80, high = 0xbf;
	size_t n;

	if (p[0] < 0xc2 || p[0] > 0xf4)
		return 0;
	n = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
	if (left < n)
		return 0;
	if (p[0] == 0xe0)
		low = 0xa0;
	else if (p[0] == 0xed)
		high = 0x9f;
	else if (p[0] == 0xf0)
		low = 0x90;
	else if (p[0] == 0xf4)
		high = 0x8f;
	if (p[1] < low || p[1] > high)
		return 0;
	for (size_t i = 2; i < n; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	return n;
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

char *format_json(char *to, const char *p, size_t len)
{
	const char *end = p + len;

	for (;;) {
		const char *q = bytes_plain(p, end);
		size_t n;

		to = bytes_copy(to, p, (size_t)(q - p));
		if (q == end)
			return to;
		n = utf8((const unsigned char *)q, (size_t)(end - q));
		if (n)
			to = bytes_copy(to, q, n);
		else
			to = escape(to, (unsigned char)*q);
		p = q + (n ? n : 1);
	}
}

void format_field(struct fmt *f, const char *key, const char *text)
{
	size_t len = strlen(text);

	fmt_add(f, "\"%s\":\"", key);
	f->len = (size_t)(format_json(f->mem + f->len, text, len > FORMAT_FIELD ? FORMAT_FIELD : len) - f->mem);
	fmt_str(f, "\",");
}

static void json_head(const struct format *o, struct fmt *f, const struct line *l)
{
	const char *host = l->host ? l->host : o->host;

	fmt_str(f, FORMAT_JSON_BEGIN);
	put_rfc3339(f, &l->time);
	fmt_str(f, "\",");
	if (host)
		format_field(f, "host", host);
	format_field(f, "service", l->service);
	fmt_add(f, "\"stream\":\"%s\",\"severity\":\"%s\",", l->stream == LINE_STDERR ? "stderr" : "stdout",
	        syslog_severity_name(l->severity & 7));
}

void format_head(struct format *o, const struct line *l)
{
	struct fmt f;

	fmt_open(&f, o->head, FORMAT_HEAD_MAX);
	switch (o->kind) {
	case FORMAT_TEXT:
		text_head(o, &f, l);
		break;
	case FORMAT_JSON:
		json_head(o, &f, l);
		break;
	case FORMAT_RAW:
		break;
	}
	o->head_len = f.len;
}

static char *json_line(char *to, const struct line *l)
{
	char mem[TAIL_MAX];
	struct fmt f;

	if (l->part) {
		fmt_open(&f, mem, sizeof mem);
		fmt_add(&f, "\"partial_id\":%u,\"partial_ordinal\":%u,\"partial_last\":%s,", l->part_id, l->part,
		        l->last ? "true" : "false");
		to = bytes_copy(to, mem, f.len);
	}
	to = bytes_copy(to, "\"message\":\"", 11);
	to = format_json(to, l->text, l->len);
	return bytes_copy(to, "\"}\n", 3);
}

char *format_line(const struct format *o, const struct line *l, char *to)
{
	char *text = bytes_copy(to, o->head, o->head_len);

	if (o->kind == FORMAT_JSON)
		return json_line(text, l);
	if (o->kind == FORMAT_TEXT && l->part > 1)
		text[o->colour ? -6 : -2] = '+'; /* the bar, before " " and "\033[0m" */
	text = bytes_copy(text, l->text, l->len);
	if (l->newline || o->kind == FORMAT_TEXT)
		*text++ = '\n';
	return text;
}

char *format_lines(const struct format *o, struct lines *l, char *to, const char *end)
{
	if (o->kind == FORMAT_JSON || l->part || l->fresh != l->at)
		return to;
	to = bytes_prefix(to, end, o->head, o->head_len, &l->at, l->end, l->max + 1);
	l->fresh = l->at;
	return to;
}
