/* gelf - see gelf.h */
#include "pure/gelf.h"

#include <string.h>

#include "base/bytes.h"
#include "base/fmt.h"
#include "pure/format.h"
#include "pure/line.h"
#include "pure/syslog.h"

char *gelf_make(char *to, const struct line *l, const char *host)
{
	const char *facility = l->syslog || l->classed ? syslog_facility_name(l->facility) : NULL;
	size_t blank = 0;
	struct fmt f;
	char *end;

	fmt_open(&f, to, GELF_HEAD);
	fmt_str(&f, "{\"version\":\"1.1\",");
	format_field(&f, "host", l->host ? l->host : host);
	fmt_add(&f, "\"timestamp\":%llu.%06lu,\"level\":%u,", (unsigned long long)l->time.tv_sec,
	        (unsigned long)l->time.tv_nsec / 1000, (unsigned)l->severity);
	format_field(&f, "_service", l->service);
	format_field(&f, "_stream", l->syslog ? "syslog" : l->stream == LINE_STDERR ? "stderr" : "stdout");
	if (l->tag)
		format_field(&f, "_tag", l->tag);
	if (facility)
		format_field(&f, "_facility", facility);
	if (l->pid > 0)
		fmt_add(&f, "\"_pid\":%d,", (int)l->pid);
	if (l->part)
		fmt_add(&f, "\"_partial_id\":%u,\"_partial_ordinal\":%u,\"_partial_last\":%d,", l->part_id, l->part,
		        l->last);
	if (l->members)
		format_members(&f, l, "\"_", "\":", ",");
	fmt_str(&f, "\"short_message\":\"");
	while (blank < l->len && (l->text[blank] == ' ' || (l->text[blank] >= '\t' && l->text[blank] <= '\r')))
		blank++;
	end = to + f.len;
	end = blank < l->len ? format_json(end, l->text, l->len) : bytes_copy(end, "-", 1);
	return bytes_copy(end, "\"}", 2);
}

void gelf_chunk(char *to, uint64_t id, unsigned index, unsigned count)
{
	*to++ = 0x1e;
	*to++ = 0x0f;
	for (unsigned shift = 64; shift; to++)
		*to = (char)(id >> (shift -= 8));
	*to++ = (char)index;
	*to = (char)count;
}
