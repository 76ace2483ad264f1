/* filter - see filter.h */
#include "svc/filter.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/glob.h"
#include "pure/format.h"
#include "pure/line.h"
#include "pure/logconf.h"
#include "pure/mask.h"
#include "sys/clock.h"
#include "sys/files.h"
#include "sys/loop.h"

enum { SERVICES = 1024 /* that have their own; more share one */, TEXT_MAX = 65536 };

struct filter {
	struct filter *next;
	const char *name;
	struct logconf_style style;
	struct loop_timer over;       /* armed from a first line on until the rate's time is over */
	unsigned long count, dropped; /* lines in that time */
	bool skip[3];                 /* of a stream: the present line is dropped with all its parts */
};

static const struct logconf *conf;
static void (*say)(const char *, ...);
static struct filter common = {.name = "other services"};
static struct filter *own; /* the last that was asked for is the first */
static unsigned count;
static struct mask mask;

static bool is_secret(const char *name, size_t len)
{
	const char *p = "*_PASSWORD *_TOKEN *_SECRET";

	for (int i = 0; i < 2 && p; i++, p = conf->mask_names)
		for (size_t n; (n = logconf_word(&p)); p += n)
			if (glob_fits(p, n, name, len))
				return true;
	return false;
}

/* The contents of a file stay in memory. */
static void add_file(const char *name, size_t len, const char *path)
{
	size_t size;
	const char *text = files_load(AT_FDCWD, path, &size);

	if (!text)
		say("%.*s=%s: %m: its contents are not masked", (int)len, name, path);
	else if (mask_add(&mask, text, size))
		say("%.*s: a line of less than %d bytes, or too many: not masked", (int)len, name, MASK_LEAST);
}

static void find_secrets(void)
{
	for (char **e = environ; *e; e++) {
		size_t len = strcspn(*e, "=");
		const char *value = *e + len + ((*e)[len] == '=');

		if (is_secret(*e, len) && mask_add(&mask, value, strlen(value)))
			say("%.*s: less than %d bytes, or too many: not masked", (int)len, *e, MASK_LEAST);
		else if (len > 5 && memcmp(*e + len - 5, "_FILE", 5) == 0 && is_secret(*e, len - 5))
			add_file(*e, len, value);
	}
}

static void on_over(struct loop_timer *t)
{
	struct filter *f = container_of(t, struct filter, over);
	unsigned long ms = f->style.rate_ms;

	if (f->dropped)
		say("%s: %lu lines dropped: more than %lu in %lu %s", f->name, f->dropped, f->style.rate,
		    ms % 1000 ? ms : ms / 1000, ms % 1000 ? "ms" : "s");
	f->count = f->dropped = 0;
}

static void begin(struct filter *f)
{
	static bool found;

	f->over.fire = on_over;
	if (!f->style.mask || found)
		return;
	found = true;
	find_secrets();
}

void filter_open(const struct logconf *c, void (*how)(const char *, ...))
{
	conf = c;
	say = how;
	common.style = c->style;
	begin(&common);
}

/* Without a file and a rate all are treated alike. */
struct filter *filter_of(const char *service)
{
	struct filter **at = &own, *f;
	size_t len = strlen(service) + 1;

	if (!conf || (!conf->text_len && !conf->style.rate))
		return &common;
	for (; (f = *at); at = &f->next)
		if (strcmp(f->name, service) == 0) {
			*at = f->next;
			f->next = own;
			return own = f;
		}
	if (count == SERVICES || !(f = calloc(1, sizeof *f + len)))
		return &common;
	count++;
	f->name = memcpy(f + 1, service, len);
	logconf_service(conf, service, &f->style);
	begin(f);
	f->next = own;
	return own = f;
}

bool filter_plain(const struct filter *f, int severity)
{
	return severity <= (int)f->style.level && !f->style.rate && f->style.to_stdout != LOGCONF_OFF;
}

bool filter_joins(const struct filter *f)
{
	return f->style.join;
}

void filter_mask(const struct filter *f, char *from, char *end)
{
	if (f->style.mask)
		mask_over(&mask, from, end);
}

void filter_masked(const struct filter *f, struct line *l)
{
	static char mem[TEXT_MAX];

	if (!f->style.mask || l->len > sizeof mem)
		return;
	memcpy(mem, l->text, l->len);
	mask_over(&mask, mem, mem + l->len);
	l->text = mem;
}

static bool is_too_many(struct filter *f, const struct line *l)
{
	bool *skip = &f->skip[l->stream];

	if (!f->style.rate)
		return false;
	if (l->part > 1)
		return *skip;
	if (!f->over.at_ms)
		loop_at(&f->over, clock_ms() + (int64_t)f->style.rate_ms);
	*skip = f->count >= f->style.rate;
	f->count += !*skip;
	f->dropped += *skip;
	return *skip;
}

enum filter_way filter_line(struct filter *f, const struct line *l)
{
	unsigned long out = f->style.to_stdout;

	if (l->severity > (int)f->style.level || is_too_many(f, l))
		return FILTER_DROP;
	return out == LOGCONF_OFF || (out == LOGCONF_SERVICES && l->syslog) ? FILTER_SINKS : FILTER_ALL;
}

void filter_format(const struct filter *f, struct format *o)
{
	o->kind = (enum format_kind)f->style.format;
	o->stamp = (enum format_stamp)f->style.timestamps;
}

void filter_close(void)
{
	on_over(&common.over);
	for (struct filter *f = own; f; f = f->next)
		on_over(&f->over);
}
