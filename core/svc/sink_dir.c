/* sink_dir - dir:/var/log/all, dir:/var/log/%s: lines in directories as svlogd keeps them (svc/logdir.h), one for all
 * or, with %s, one for each service.
 *
 * Options: size= and num=, as the rules of those letters in svlogd's config; the file `config` in a directory wins, of
 * whose rules u U e E mean nothing here. format= and timestamps= (rfc3339) as INIT_LOG_FORMAT and INIT_LOG_TIMESTAMPS.
 *
 * There is one buffer for all directories: it is written when the next line is for another one, when it is large, and
 * after each burst. A full disk is one for all of them, too.
 *
 * config: SINK_DIR
 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/fmt.h"
#include "base/num.h"
#include "pure/format.h"
#include "pure/line.h"
#include "pure/logconf.h"
#include "pure/url.h"
#include "svc/flow.h"
#include "svc/logdir.h"
#include "svc/sink.h"
#include "svc/sinks.h"
#include "sys/clock.h"
#include "sys/files.h"
#include "sys/spawn.h"

/* Whoever may write to /dev/log makes up names: those beyond PLACES are "other". */
enum {
	BATCH = 65536,
	PLACES = 1024,
	RETRY_MS = 10000,
	PATH = 512,
	NUM_MOST = 1000000,
	MATCHED = 1000 /* svlogd's -l */
};

/* A directory. */
struct place {
	struct logdir dir;
	struct sink_dir *sink;
	struct place *next;
	char *service;    /* NULL: of all */
	int64_t again_ms; /* it could not be opened: not to be tried before; 0: it could */
	char path[];
};

struct sink_dir {
	struct sink sink;
	struct place *places, *now, *then;
	unsigned count;
	char *mem; /* [0, split) is for `now`, [split, len) for `then`: only while stuck */
	size_t cap, len, split;
	unsigned long dropped;
	bool stuck;
	struct format format;
	struct line head; /* what format's head was made of */
	struct logrules rules;
	char path[PATH];
};

static struct sink_dir *of(struct sink *s)
{
	return container_of(s, struct sink_dir, sink);
}

/* What waits for the directory whose turn it is. false: the disk is full. */
static bool write_out(struct sink_dir *k)
{
	while (k->len) {
		struct logfile *f = &k->now->dir.file;
		if (!k->stuck) {
			k->split = k->len;
			f->at = k->mem;
		}
		f->end = k->mem + k->split;
		k->stuck = logfile_write(f);
		k->sink.stuck = k->stuck && !sinks_drop;
		if (k->stuck)
			return false;
		k->now = k->then;
		k->len -= k->split;
		memmove(k->mem, k->mem + k->split, k->len);
	}
	return true;
}

/* There is space again. */
static void on_space(struct logfile *f)
{
	struct place *p = container_of(logdir_of(f), struct place, dir);
	struct sink_dir *k = p->sink;

	if (p != k->now || !write_out(k))
		return;
	if (k->dropped)
		flow_say("%s: %lu lines dropped: %s", k->sink.url, k->dropped,
		         f->error == EINPROGRESS ? "the processor was busy" : strerror(f->error));
	k->dropped = 0;
	sinks_moved();
}

static int open_place(struct place *p)
{
	const char *what = "make directory";

	if (files_make_dirs(p->path) == 0 && logdir_open(&p->dir, &p->sink->rules, &what) == 0) {
		p->again_ms = 0;
		return 0;
	}
	if (!p->again_ms)
		flow_say("%s: cannot %s: %m; lines for it are left out", p->path, what);
	p->again_ms = clock_ms() + RETRY_MS;
	return -1;
}

/* A service's directory: %s is its name, made fit for one. */
static struct place *new_place(struct sink_dir *k, const char *service)
{
	const char *hole = strchr(k->path, '%');
	size_t before = hole ? (size_t)(hole - k->path) : strlen(k->path), name = strlen(service);
	struct place *p = calloc(1, sizeof *p + strlen(k->path) + 2 * name + 2);
	char *at;

	if (!p)
		return NULL;
	at = bytes_copy(p->path, k->path, before);
	if (hole) {
		p->service = p->path + strlen(k->path) + name + 1;
		bytes_copy(p->service, service, name);
		bytes_copy(bytes_copy(at, service, name), hole + 2, strlen(hole + 2));
		for (char *c = at; c < at + name; c++)
			if (*c == '/' || (*c == '.' && c == at))
				*c = '_';
	}
	logdir_init(&p->dir, p->path, on_space);
	p->dir.no_wait = p->dir.file.whole = true;
	p->dir.file.slack = MATCHED;
	p->sink = k;
	p->next = k->places;
	k->places = p;
	k->count++;
	open_place(p);
	return p;
}

/* NULL: there is no memory. */
static struct place *place_of(struct sink_dir *k, const char *service)
{
	struct place *p = k->places;

	if (p && !p->service)
		return p;
	if (k->then && strcmp(k->then->service, service) == 0)
		return k->then;
	while (p && strcmp(p->service, service) != 0)
		p = p->next;
	if (p || strcmp(service, "other") == 0 || k->count < PLACES)
		return p ? p : new_place(k, service);
	return place_of(k, "other");
}

/* Room for one more line of that length. While lines are taken there are at most BATCH bytes, and nothing points to
 * them. */
static bool has_room(struct sink_dir *k, size_t len)
{
	size_t cap = BATCH + format_room(len);
	char *mem;

	if (k->cap >= cap)
		return true;
	mem = realloc(k->mem, cap);
	if (!mem)
		return false;
	k->mem = mem;
	k->cap = cap;
	return true;
}

static void make_head(struct sink_dir *k, const struct line *l)
{
	const struct line *h = &k->head;

	if (!l->syslog && !l->members && h->service == l->service && h->stream == l->stream &&
	    h->severity == l->severity && h->time.tv_nsec == l->time.tv_nsec && h->time.tv_sec == l->time.tv_sec)
		return;
	format_head(&k->format, l);
	k->head = *l;
	if (l->syslog || l->members)
		k->head.service = NULL; /* more than these may differ */
}

static void put(struct sink *s, const struct line *l)
{
	struct sink_dir *k = of(s);
	struct place *p = place_of(k, l->service);
	struct line copy = *l;
	const char *prefix;
	bool alert;

	if (p && p->again_ms && (clock_ms() < p->again_ms || open_place(p)))
		return;
	if (p && !logrules_take(&p->dir.rules, l->text, l->len < MATCHED ? l->len : MATCHED, &alert))
		return;
	if (k->stuck || !p || !has_room(k, l->len + strlen(p->dir.rules.prefix))) {
		k->dropped++;
		return;
	}
	if (p != k->then && k->len)
		write_out(k);
	k->then = p;
	if (!k->len)
		k->now = p;
	make_head(k, l);
	prefix = p->dir.rules.prefix;
	copy.newline = l->newline || !l->part || l->last;
	k->len = (size_t)(bytes_copy(k->mem + k->len, prefix, strlen(prefix)) - k->mem);
	k->len = (size_t)(format_line(&k->format, &copy, k->mem + k->len) - k->mem);
	if (k->len > BATCH)
		write_out(k);
}

static void flush(struct sink *s)
{
	if (!of(s)->stuck)
		write_out(of(s));
}

static void stop(struct sink *s, int64_t until_ms)
{
	(void)until_ms;
	flush(s);
	for (struct place *p = of(s)->places; p; p = p->next) {
		p->dir.leaving = true;
		if (!of(s)->stuck)
			logdir_close(&p->dir);
	}
}

static bool idle(const struct sink *s)
{
	const struct sink_dir *k = container_of(s, const struct sink_dir, sink);

	for (const struct place *p = k->places; p; p = p->next)
		if (p->dir.file.stuck || logdir_busy(&p->dir))
			return false;
	return !k->len;
}

/* An option that is called as its setting is. What is wrong with it, or NULL. */
static const char *read_style(const struct url *u, const char *name, struct logconf_style *style)
{
	static char wrong[96];
	const char *accepts = NULL;
	char word[32] = "";

	if (url_option(u, name, word, sizeof word))
		accepts = logconf_set(style, name, word);
	if (!accepts)
		return NULL;
	fmt_into(wrong, sizeof wrong, "%s must be %s", name, accepts);
	return wrong;
}

static const char *read_options(struct sink_dir *k, const struct url *u)
{
	struct logconf_style style = {.timestamps = FORMAT_RFC3339};
	const char *hole = strchr(k->path, '%'), *why;
	char word[32] = "";

	if (!url_options_known(u, "size num format timestamps", word, sizeof word))
		return "its options are size, num, format and timestamps";
	if (url_option(u, "size", word, sizeof word) && num_size(word, LONG_MAX, &k->rules.size))
		return "size must be a number of bytes";
	if (url_option(u, "num", word, sizeof word) && num_uint(word, NUM_MOST, &k->rules.num))
		return "num must be a number of files";
	if ((why = read_style(u, "format", &style)) || (why = read_style(u, "timestamps", &style)))
		return why;
	k->format.kind = (enum format_kind)style.format;
	k->format.stamp = (enum format_stamp)style.timestamps;
	if (hole && (hole[1] != 's' || strchr(hole + 1, '%')))
		return "% must be followed by s, once";
	return NULL;
}

static struct sink *open_dir(const char *url, const char **why)
{
	static bool spawns;
	struct sink_dir *k = calloc(1, sizeof *k);
	struct url u;

	*why = "out of memory";
	if (!k || url_read(&u, url, why))
		return NULL;
	k->sink.url = url;
	logrules_default(&k->rules);
	*why = "its path must be absolute, and not too long";
	if (u.host[0] || !u.path_len || u.path[0] != '/' || fmt_into(k->path, PATH, "%.*s", (int)u.path_len, u.path))
		return NULL;
	*why = read_options(k, &u);
	if (*why)
		return NULL;
	if (!spawns && spawn_open())
		*why = strerror(errno);
	spawns = true;
	logfile_say = flow_say;
	return *why ? NULL : &k->sink;
}

static const struct sink_kind kind = {
        .schemes = "dir", .open = open_dir, .put = put, .flush = flush, .stop = stop, .idle = idle};
SINK(kind);
