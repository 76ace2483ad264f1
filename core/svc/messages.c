/* messages - see messages.h */
#include "svc/messages.h"

#include <stdlib.h>
#include <string.h>

#include "base/fmt.h"
#include "base/num.h"
#include "pure/line.h"
#include "pure/lines.h"
#include "pure/syslog.h"
#include "sys/hostname.h"

enum { RFC5424, RFC3164, FORWARD, FORMATS, MAX = 8000, LEAST = 1024, HEAD = SYSLOG_HEAD_MAX + 128 };

static const char *const formats[] = {"rfc5424", "rfc3164", "forward"};

static const char *read_options(struct messages *m, unsigned long most)
{
	char value[16];
	int given = url_option(&m->forward.url, "format", value, sizeof value);

	while (given && (given < 0 || strcmp(value, formats[m->format]) != 0))
		if (++m->format == FORMATS)
			return "format= must be rfc5424, rfc3164 or forward";
	m->max = MAX;
	given = url_option(&m->forward.url, "max", value, sizeof value);
	if (given && (given < 0 || num_size(value, most, &m->max) || m->max < LEAST))
		return "max= must be a number of bytes from 1K to 128K, by UDP to 65000";
	return NULL;
}

struct sink *messages_open(const struct forward_protocol *p, unsigned long most, const char *url, const char **why)
{
	struct messages *m = forward_new(sizeof *m, p, url, why);

	if (!m)
		return NULL;
	*why = read_options(m, m->forward.datagrams ? 65000 : most);
	if (!*why)
		return &m->forward.sink;
	free(m);
	return NULL;
}

static void put_head(struct fmt *to, const struct messages *m, const struct line *l, bool first, bool last)
{
	static unsigned own; /* of the lines that only we have cut: odd */
	char sd[64];

	if (first && !l->part)
		own += 2;
	fmt_into(sd, sizeof sd, "[part@32473 id=\"%u\" first=\"%d\" last=\"%d\"]", l->part ? 2 * l->part_id : own - 1,
	         first, last);
	if (m->format == RFC5424)
		syslog_5424(to, l, hostname_get(), NULL, first && last ? NULL : sd);
	else if (m->format == RFC3164)
		syslog_3164(to, l, hostname_get());
	else
		syslog_forward(to, l, hostname_get());
	if (!first)
		fmt_str(to, "+ ");
}

void messages_make(struct forward *f, const struct line *l, char *mem, bool (*add)(struct forward *, char *, size_t))
{
	const struct messages *m = (const struct messages *)f;
	const char *text = l->text, *end = text + l->len;
	bool first = l->part < 2, more;
	struct fmt to;

	do {
		size_t len = (size_t)(end - text), most = m->max - HEAD;
		more = len > most;
		if (more)
			len = lines_cut(text, most);
		fmt_open(&to, mem + MESSAGES_AROUND, len + HEAD);
		put_head(&to, m, l, first, !more && (!l->part || l->last));
		fmt_mem(&to, text, len);
		if (!add(f, to.mem, to.len))
			return;
		text += len;
		first = false;
	} while (more);
}
