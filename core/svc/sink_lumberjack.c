/* sink_lumberjack - lines to Logstash's input "beats" and whatever else speaks it: lumberjack://HOST[:5044]. There is
 * one window at a time; what the server has not acknowledged of it when a connection breaks is sent again.
 *
 * config: SINK_LUMBERJACK
 */
#include "pure/format.h"
#include "pure/lumberjack.h"
#include "svc/forward.h"
#include "sys/hostname.h"

enum { WINDOW = 256, PORT = 5044 };

struct lumberjack {
	struct forward forward; /* first */
	uint32_t acked;         /* of the window */
};

static struct format format;

static void make(struct forward *f, const struct line *l, char *mem)
{
	size_t len;
	char *document = lumberjack_document(mem, &format, l, &len);

	forward_add(f, document, len);
}

static size_t frame(struct forward *f, char *to, uint64_t nr, unsigned count, size_t len)
{
	if (nr == 1)
		((struct lumberjack *)f)->acked = 0;
	return lumberjack_head(to, (unsigned)nr, count, len);
}

static ptrdiff_t hear(struct forward *f, const char *bytes, size_t len, unsigned *acked, const char **why)
{
	struct lumberjack *s = (struct lumberjack *)f;
	uint32_t number;
	ptrdiff_t used = lumberjack_ack(bytes, len, &number);

	if (used < 0 || number > f->nr) {
		*why = "an answer that is no acknowledgement";
		return -1;
	}
	if (number > s->acked) {
		*acked = number - s->acked;
		s->acked = number;
	}
	return used;
}

static const struct forward_protocol protocol = {
        .port = PORT, .batches = true, .window = WINDOW, .make = make, .frame = frame, .hear = hear};

static struct sink *open_it(const char *url, const char **why)
{
	format.kind = FORMAT_JSON;
	format.host = hostname_get();
	return forward_new(sizeof(struct lumberjack), &protocol, url, why);
}

static const struct sink_kind kind = {.schemes = "lumberjack", .open = open_it, FORWARD_SINK};
SINK(kind);
