/* Fuzzing pure/format: JSON is one line of valid UTF-8 whose strings end where they should, and never more than
 * format_room() says; the short way makes of text what the long way does. */
#include "pure/format.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "pure/line.h"
#include "pure/lines.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A whole character that JSON allows inside a string, after which q points; or it aborts. */
static const unsigned char *character(const unsigned char *q)
{
	size_t n = *q < 0x80 ? 1 : *q < 0xe0 ? 2 : *q < 0xf0 ? 3 : 4;

	if (*q < 0x20 || *q == 0x7f || (*q >= 0x80 && *q < 0xc2) || *q > 0xf4)
		abort();
	if (*q == '\\') {
		if (!q[1] || !strchr("\"\\bfnrtu", q[1]))
			abort();
		if (q[1] == 'u' && (q[2] != '0' || q[3] != '0' || !strchr("01237", q[4])))
			abort();
		return q + 2;
	}
	for (size_t i = 1; i < n; i++)
		if ((q[i] & 0xc0) != 0x80)
			abort();
	return q + n;
}

static void json(const struct line *l)
{
	struct format f = {.kind = FORMAT_JSON};
	char *mem = malloc(format_room(l->len) + 1), *end;
	const unsigned char *q;

	if (!mem)
		return;
	format_head(&f, l);
	end = format_line(&f, l, mem);
	if ((size_t)(end - mem) > format_room(l->len))
		abort();
	*end = '\0';
	q = (const unsigned char *)strstr(mem, "\"message\":\"") + 11;
	while (*q != '"')
		q = character(q);
	if (strcmp((const char *)q, "\"}\n") != 0)
		abort();
	free(mem);
}

/* Text that may hold newlines has room, and its lines begin with the name. */
static void many(struct line l)
{
	struct format f = {.kind = FORMAT_TEXT};
	char *mem = malloc(format_room(l.len) + 1), *end;

	if (!mem)
		return;
	l.joined = true;
	l.syslog = l.len & 1;
	format_head(&f, &l);
	end = format_line(&f, &l, mem);
	if ((size_t)(end - mem) > format_room(l.len) || end[-1] != '\n')
		abort();
	for (char *p = mem; p < end; p = (char *)memchr(p, '\n', (size_t)(end - p)) + 1)
		if (strncmp(p, p == mem ? "a service | " : "a service + ", 12) != 0)
			abort();
	free(mem);
}

static void both_ways(enum format_kind kind, const char *text, size_t len, size_t room)
{
	struct format f = {.kind = kind};
	struct line l = {.service = "some service", .last = true};
	struct lines fast = {.at = text, .fresh = text, .end = text + len, .max = 20}, slow = fast;
	char *a = malloc(room + BYTES_MORE), *b = malloc(room + format_room(len)), *ends, *endb = b;

	if (!a || !b)
		return;
	format_head(&f, &l);
	ends = format_lines(&f, &fast, a, a + room);
	if (ends > a + room)
		abort();
	while (slow.at < fast.at && lines_next(&slow, &l))
		endb = format_line(&f, &l, endb);
	if (slow.at != fast.at || ends - a != endb - b || memcmp(a, b, (size_t)(endb - b)))
		abort();
	free(a);
	free(b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct line l = {.service = "a service", .stream = LINE_STDERR, .severity = 3, .last = true};
	char *text = malloc(size ? size : 1);

	if (!text)
		return 0;
	memcpy(text, data, size);
	l.text = text;
	l.len = size;
	if (!memchr(text, '\n', size))
		json(&l);
	many(l);
	both_ways(FORMAT_TEXT, text, size, size ? data[0] : 0);
	both_ways(FORMAT_JSON, text, size, size ? data[0] * 8U : 0);
	free(text);
	return 0;
}
