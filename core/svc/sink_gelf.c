/* sink_gelf - lines to Graylog: gelf://HOST[:12201] or gelf+udp:// by datagrams, gelf+tcp:// by TCP.
 *
 * A message that is longer than a datagram may be (option chunk=BYTES, 8154 if it is not given: what a local network
 * takes; 1420 is for wide ones) goes in up to 128 chunks; a line too long for these becomes several messages.
 *
 * config: SINK_GELF
 */
#include "pure/gelf.h"

#include <stdlib.h>

#include "base/num.h"
#include "pure/line.h"
#include "svc/forward.h"
#include "sys/hostname.h"
#include "sys/random.h"

enum { PORT = 12201, CHUNK = 8154, CHUNK_MIN = 256, CHUNK_MAX = 65507 };

struct gelf {
	struct forward forward; /* first */
	uint64_t id;            /* of the last message in chunks */
	unsigned long chunk;    /* bytes of a datagram */
};

/* The chunks lie one behind the other, each with its head over what was sent before it. */
static void put_chunks(struct gelf *g, char *message, size_t len)
{
	size_t most = g->chunk - GELF_CHUNK_HEAD, n;
	unsigned count = (unsigned)((len + most - 1) / most);

	/* some servers look at the first six bytes alone */
	g->id += 1 << 16;
	for (unsigned i = 0; i < count; i++, message += n, len -= n) {
		n = len < most ? len : most;
		gelf_chunk(message - GELF_CHUNK_HEAD, g->id, i, count);
		if (!forward_add(&g->forward, message - GELF_CHUNK_HEAD, GELF_CHUNK_HEAD + n))
			return;
	}
}

static void make(struct forward *f, const struct line *whole, char *mem)
{
	struct gelf *g = (struct gelf *)f;
	size_t most = GELF_CHUNKS * (g->chunk - GELF_CHUNK_HEAD), left = whole->len, len;
	struct line l = *whole;
	char *message = mem + GELF_CHUNK_HEAD;

	do {
		l.len = left;
		len = (size_t)(gelf_make(message, &l, hostname_get()) - message);
		if (f->datagrams && len > most) {
			l.len = (most - GELF_HEAD) / 6;
			len = (size_t)(gelf_make(message, &l, hostname_get()) - message);
		}
		if (!f->datagrams)
			message[len++] = '\0';
		if (!f->datagrams || len <= g->chunk)
			forward_add(f, message, len);
		else
			put_chunks(g, message, len);
		l.text += l.len;
		left -= l.len;
	} while (left);
}

static const struct forward_protocol protocol = {.options = "chunk", .port = PORT, .datagrams = true, .make = make};

static struct sink *open_it(const char *url, const char **why)
{
	struct gelf *g = forward_new(sizeof *g, &protocol, url, why);
	char value[8] = "";

	if (!g)
		return NULL;
	g->id = random_bits();
	g->chunk = CHUNK;
	if (!url_option(&g->forward.url, "chunk", value, sizeof value) ||
	    (num_size(value, CHUNK_MAX, &g->chunk) == 0 && g->chunk >= CHUNK_MIN))
		return &g->forward.sink;
	*why = "chunk= must be a number of bytes from 256 to 65507";
	free(g);
	return NULL;
}

static const struct sink_kind kind = {.schemes = "gelf gelf+udp gelf+tcp", .open = open_it, FORWARD_SINK};
SINK(kind);
