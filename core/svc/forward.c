/* forward - see forward.h */
#include "svc/forward.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/fmt.h"
#include "base/hash.h"
#include "base/msg.h"
#include "base/num.h"
#include "base/words.h"
#include "pure/line.h"
#include "svc/flow.h"
#include "svc/sinks.h"
#include "sys/clock.h"

enum { REPORT_MS = 10000, QUEUE_LEAST = 64 << 10, SPOOL_LEAST = 1 << 20, SIZE_MOST = 1 << 30 };

static const char options[] = "queue spool full ";
static unsigned long queue_usual = 1 << 20, spool_usual = 64 << 20;
static const char *spool_dir;

static char *scratch; /* where make() makes; of the heap */
static size_t scratch_size;
static bool lost; /* a record of the line that is being made found no room */

void forward_defaults(unsigned long queue, const char *dir, unsigned long spool)
{
	queue_usual = queue;
	spool_dir = dir;
	spool_usual = spool < SPOOL_LEAST ? SPOOL_LEAST : spool;
}

/* Lines dropped are said at most every REPORT_MS. */
static void report(struct forward *f)
{
	if (!f->report.at_ms)
		loop_at(&f->report, f->reported_ms ? f->reported_ms + REPORT_MS : 1);
}

void forward_report(struct loop_timer *t)
{
	struct forward *f = container_of(t, struct forward, report);
	uint64_t n = f->queue.ring.head->dropped;

	loop_at(t, 0);
	if (!n)
		return;
	f->queue.ring.head->dropped = 0;
	f->reported_ms = clock_ms();
	flow_say("forward %s: %llu lines dropped: its queue was full", f->sink.url, (unsigned long long)n);
}

static void on_moved(struct loop_timer *t)
{
	container_of(t, struct forward, moved)->sink.stuck = false;
	sinks_moved();
}

void forward_drop(struct forward *f)
{
	struct ring *r = &f->queue.ring;

	queue_drop(&f->queue);
	if (f->sink.stuck && !f->moved.at_ms && ring_free(r) > r->head->size / 8 * 5)
		loop_at(&f->moved, 1);
}

/* "DIR[:SIZE]", in place. */
static int read_spool(struct forward *f)
{
	char *colon = strrchr(f->spool_dir, ':');

	f->spool_size = spool_usual;
	if (!colon)
		return 0;
	*colon = '\0';
	return num_size(colon + 1, SIZE_MOST, &f->spool_size) || f->spool_size < SPOOL_LEAST ? -1 : 0;
}

/* What is wrong with an option, or NULL. */
static const char *read_options(struct forward *f)
{
	static char mem[192];
	char value[24], keys[96], strange[32];
	int given;

	fmt_into(keys, sizeof keys, "%s%s", options, f->protocol->options ? f->protocol->options : "");
	if (!url_options_known(&f->url, keys, strange, sizeof strange)) {
		fmt_into(mem, sizeof mem, "%s: no such option; there are: %s", strange, keys);
		return mem;
	}
	f->queue_size = queue_usual;
	given = url_option(&f->url, "queue", value, sizeof value);
	if (given && (given < 0 || num_size(value, SIZE_MOST, &f->queue_size) || f->queue_size < QUEUE_LEAST))
		return "queue= must be a number of bytes from 64K to 1G";
	given = url_option(&f->url, "full", value, sizeof value);
	f->block = given > 0 && strcmp(value, "block") == 0;
	if (given && !f->block && strcmp(value, "drop") != 0)
		return "full= must be drop or block";
	if (spool_dir)
		fmt_into(f->spool_dir, sizeof f->spool_dir, "%s:%lu", spool_dir, spool_usual);
	given = url_option(&f->url, "spool", f->spool_dir, sizeof f->spool_dir);
	if (given < 0 || (f->spool_dir[0] && read_spool(f)))
		return "spool= must be DIRECTORY or DIRECTORY:SIZE, with a number of bytes from 1M to 1G";
	return NULL;
}

int forward_open(struct forward *f, const struct forward_protocol *p, const char *url, const char **why)
{
	const char *s;

	f->protocol = p;
	f->sink.url = url;
	if (url_read(&f->url, url, why))
		return -1;
	*why = f->url.host[0] ? f->url.path_len ? "behind the host may only be :PORT or ?KEY=VALUE" : read_options(f)
	                      : "behind its colon must be //HOST";
	if (*why)
		return -1;
	s = f->url.scheme + f->url.scheme_len - 4;
	f->datagrams = f->url.scheme_len < 4 || strncmp(s, "+tcp", 4) != 0;
	f->datagrams = f->datagrams && (p->datagrams || (f->url.scheme_len > 4 && strncmp(s, "+udp", 4) == 0));
	if (!f->url.port)
		f->url.port = p->port;
	f->report.fire = forward_report;
	f->moved.fire = on_moved;
	forward_link_open(f);
	return 0;
}

void *forward_new(size_t size, const struct forward_protocol *p, const char *url, const char **why)
{
	struct forward *f = calloc(1, size);

	*why = "out of memory";
	if (f && forward_open(f, p, url, why) == 0)
		return f;
	free(f);
	return NULL;
}

bool forward_ready(struct forward *f)
{
	char name[URL_HOST + 40];

	if (f->queue.ring.head)
		return true;
	if (f->spool_dir[0]) {
		fmt_into(name, sizeof name, "%.*s-%s-%u", (int)f->url.scheme_len, f->url.scheme, f->url.host,
		         f->url.port);
		if (queue_open_spool(&f->queue, f->spool_dir, name, f->spool_size) == 0)
			return true;
		f->error = errno;
	}
	fmt_into(name, sizeof name, "forward %llx", (unsigned long long)hash_text(HASH_SEED, f->sink.url));
	return queue_open(&f->queue, name, f->queue_size) == 0;
}

void forward_put(struct sink *s, const struct line *l)
{
	struct forward *f = container_of(s, struct forward, sink);
	size_t need = 6 * l->len + FORWARD_MAKE;
	const struct ring *r = &f->queue.ring;
	char *more;

	if (!forward_ready(f))
		return;
	if (need > scratch_size && (more = realloc(scratch, need))) {
		scratch = more;
		scratch_size = need;
	}
	lost = need > scratch_size;
	if (!lost)
		f->protocol->make(f, l, scratch);
	if (lost) {
		r->head->dropped++;
		report(f);
	}
	if (f->block && ring_free(r) < r->head->size / 2)
		forward_wire_settle(f, false);
	s->stuck = f->block && ring_free(r) < r->head->size / 2;
}

bool forward_add(struct forward *f, const char *record, size_t len)
{
	if (queue_add(&f->queue, record, len))
		return true;
	forward_wire_settle(f, false);
	lost = !queue_add(&f->queue, record, len);
	return !lost;
}

void forward_flush(struct sink *s)
{
	forward_link_pump(container_of(s, struct forward, sink));
}

void forward_stop(struct sink *s, int64_t until_ms)
{
	forward_link_stop(container_of(s, struct forward, sink), until_ms);
}

bool forward_idle(const struct sink *s)
{
	return container_of(s, const struct forward, sink)->state == FORWARD_OVER;
}
