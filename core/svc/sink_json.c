/* sink_json - JSON lines over TCP: json://HOST[:5170], as logd writes them with INIT_LOG_FORMAT=json and with the
 * host's name. Fluent Bit's input "tcp" (whose port that is), Vector's "socket" and Logstash's "tcp" with json_lines
 * read them.
 *
 * config: SINK_JSON
 */
#include "pure/format.h"
#include "svc/forward.h"
#include "sys/hostname.h"

static struct format format;

static void make(struct forward *f, const struct line *l, char *mem)
{
	format_head(&format, l);
	forward_add(f, mem, (size_t)(format_line(&format, l, mem) - mem));
}

static const struct forward_protocol protocol = {.port = 5170, .make = make};

static struct sink *open_it(const char *url, const char **why)
{
	format.kind = FORMAT_JSON;
	format.host = hostname_get();
	return forward_new(sizeof(struct forward), &protocol, url, why);
}

static const struct sink_kind kind = {.schemes = "json json+tcp", .open = open_it, FORWARD_SINK};
SINK(kind);
