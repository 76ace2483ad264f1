/* svstate - see svstate.h */
#include "pure/svstate.h"

#include <limits.h>
#include <string.h>

#include "base/fmt.h"
#include "base/num.h"
#include "base/signals.h"
#include "pure/status.h"

static unsigned long number(const char *word, unsigned long max)
{
	unsigned long n = 0;

	return num_uint(word, max, &n) ? 0 : n;
}

static struct timespec moment(char *word)
{
	char *dot = strchr(word, '.');
	struct timespec t = {0};

	if (dot)
		*dot++ = '\0';
	t.tv_sec = (time_t)number(word, LONG_MAX);
	t.tv_nsec = dot ? (long)number(dot, 999) * 1000000 : 0;
	return t;
}

static void take(struct svstate *s, const char *key, char *value)
{
	bool yes = strcmp(value, "yes") == 0;
	unsigned long n;

	if (strcmp(key, "state") == 0)
		s->state = value;
	else if (strcmp(key, "reason") == 0)
		s->reason = value;
	else if (strcmp(key, "description") == 0)
		s->description = value;
	else if (strcmp(key, "status") == 0)
		s->status = value;
	else if (strcmp(key, "reloading") == 0)
		s->reloading = yes;
	else if (strcmp(key, "result") == 0)
		s->result = value;
	else if (strcmp(key, "done") == 0)
		s->done = yes;
	else if (strcmp(key, "reload") == 0)
		s->reload = moment(value);
	else if (strcmp(key, "reload_exit") == 0)
		s->reload_code = (int)number(value, INT_MAX);
	else if (strcmp(key, "wanted") == 0)
		s->wanted = yes;
	else if (strcmp(key, "ready") == 0)
		s->ready = yes;
	else if (strcmp(key, "essential") == 0)
		s->essential = yes;
	else if (strcmp(key, "since") == 0)
		s->since = moment(value);
	else if (strcmp(key, "pid") == 0)
		s->pid = (uint32_t)number(value, INT_MAX);
	else if (strcmp(key, "first_ms") == 0)
		for (int i = 0; i < 3 && value; i++)
			s->first_ms[i] = (uint32_t)number(strsep(&value, " "), UINT32_MAX);
	else if (strcmp(key, "restarts") == 0)
		s->restarts = (unsigned)number(value, UINT_MAX);
	else if (strcmp(key, "peak_kb") == 0)
		s->peak_kb = number(value, ULONG_MAX);
	else if (strcmp(key, "signal") == 0)
		s->signal = signals_number(value) > 0 ? signals_number(value) : 0;
	else if (strcmp(key, "exit") == 0 && num_uint(value, 255, &n) == 0)
		s->exit_code = (int)n;
}

void svstate_read(struct svstate *s, char *text)
{
	*s = (struct svstate){
	        .state = "", .reason = "", .description = "", .status = "", .result = "", .exit_code = -1};
	while (*text) {
		char *line = text, *value;
		size_t len = strcspn(line, "\n");
		text += len + (line[len] != '\0');
		line[len] = '\0';
		value = strchr(line, '=');
		if (!value)
			continue;
		*value++ = '\0';
		take(s, line, value);
	}
}

long svstate_age(time_t then, time_t now)
{
	return now > then ? (long)(now - then) : 0;
}

void svstate_words(const struct svstate *s, const struct status *st, bool normally_up, bool notifies, time_t now,
                   struct fmt *f)
{
	bool up = st->state == STATUS_RUN;
	/* runit's stamp stays at the start of the run while finish runs */
	time_t then = st->state == STATUS_FINISH && s->since.tv_sec ? s->since.tv_sec : st->since.tv_sec;
	long age = svstate_age(then, now);

	if (up && !st->pid)
		fmt_str(f, "up (no process)"); /* a unit */
	else if (up)
		fmt_add(f, "up (pid %u)", (unsigned)st->pid);
	else if (s->signal)
		fmt_add(f, "down (signal SIG%s)", signals_name(s->signal));
	else
		fmt_add(f, "down (exitcode %d)", s->exit_code < 0 ? 0 : s->exit_code);
	fmt_add(f, " %ld seconds", age);
	if (up != normally_up)
		fmt_str(f, up ? ", normally down" : ", normally up");
	if (up && st->paused)
		fmt_str(f, ", paused");
	if (up != (st->want == STATUS_WANT_UP))
		fmt_str(f, up ? ", want down" : ", want up");
	if (up ? notifies && s->ready : st->state == STATUS_DOWN)
		fmt_add(f, ", ready %ld seconds", up ? svstate_age(s->since.tv_sec, now) : age);
}
