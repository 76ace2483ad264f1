/* sinks - see sinks.h */
#include "svc/sinks.h"

#include <string.h>

#include "base/fmt.h"
#include "base/words.h"
#include "svc/sink.h"

/* The section that SINK() fills; weak, for there may be no kind at all. */
extern const struct sink_kind *const first[] __asm__("__start_sinks") __attribute__((weak));
extern const struct sink_kind *const end[] __asm__("__stop_sinks") __attribute__((weak));

bool sinks_drop;

static struct sink *all;
static void (*on_room)(void);

static const char *schemes(void)
{
	static char mem[160];
	struct fmt f;

	fmt_open(&f, mem, sizeof mem);
	fmt_str(&f, "must begin with SCHEME:, one of");
	for (const struct sink_kind *const *k = first; k != end; k++)
		fmt_add(&f, " %s", (*k)->schemes);
	return mem;
}

int sinks_open(const char *url, const char **why)
{
	const struct sink_kind *const *k = first;
	size_t len = strcspn(url, ":");
	struct sink *s, **last = &all;

	while (k != end && !words_among((*k)->schemes, url, len))
		k++;
	if (k == end || !url[len]) {
		*why = schemes();
		return -1;
	}
	s = (*k)->open(url, why);
	if (!s)
		return -1;
	s->kind = *k;
	s->url = url;
	while (*last)
		last = &(*last)->next;
	*last = s;
	return 0;
}

bool sinks_used(void)
{
	return all;
}

void sinks_line(const struct line *l)
{
	for (struct sink *s = all; s; s = s->next)
		s->kind->put(s, l);
}

void sinks_flush(void)
{
	for (struct sink *s = all; s; s = s->next)
		if (s->kind->flush)
			s->kind->flush(s);
}

bool sinks_stuck(void)
{
	for (struct sink *s = all; s; s = s->next)
		if (s->stuck)
			return true;
	return false;
}

void sinks_on_room(void (*fn)(void))
{
	on_room = fn;
}

void sinks_moved(void)
{
	if (on_room && !sinks_stuck())
		on_room();
}

void sinks_stop(int64_t until_ms)
{
	for (struct sink *s = all; s; s = s->next)
		if (s->kind->stop)
			s->kind->stop(s, until_ms);
}

bool sinks_idle(void)
{
	for (struct sink *s = all; s; s = s->next)
		if (s->kind->idle && !s->kind->idle(s))
			return false;
	return true;
}
