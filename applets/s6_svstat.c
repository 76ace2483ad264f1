/* s6-svstat - say how a service is, for people or in fields
 *
 * config:  S6_SVSTAT
 * group:   services
 * install: /usr/bin
 *
 * usage: s6-svstat [-uwNrpest | -o FIELD,...] [-n] DIR
 *
 *   -u up  -w wantedup  -N normallyup  -r ready  -p pid  -e exitcode
 *   -s signal  -t updownfor; also paused signum updownsince readysince
 *   readyfor
 */
#include <errno.h>
#include <string.h>

#include "base/die.h"
#include "base/fmt.h"
#include "base/opts.h"
#include "base/signals.h"
#include "pure/status.h"
#include "svc/svdir.h"
#include "sys/clock.h"

enum { NOT_SUPERVISED = 1, USAGE = 100, FAILED = 111, FIELDS_MAX = 32 };

enum field {
	UP,
	WANTED_UP,
	NORMALLY_UP,
	READY,
	PID,
	EXIT_CODE,
	SIGNAL,
	UP_DOWN_FOR,
	PAUSED,
	SIGNUM,
	UP_DOWN_SINCE,
	READY_SINCE,
	READY_FOR,
	FIELDS
};

static const char letters[] = "uwNrpest"; /* of the first ones */
static const char names[FIELDS][12] = {"up",          "wantedup",   "normallyup", "ready",  "pid",
                                       "exitcode",    "signal",     "updownfor",  "paused", "signum",
                                       "updownsince", "readysince", "readyfor"};
static unsigned char wanted[FIELDS_MAX];
static size_t count;

static void want(size_t field)
{
	if (count == FIELDS_MAX)
		die_usage(USAGE, "too many fields");
	wanted[count++] = (unsigned char)field;
}

static void want_names(char *list)
{
	for (char *name; (name = strsep(&list, ","));) {
		size_t i = 0;
		while (i < FIELDS && strcmp(names[i], name) != 0)
			i++;
		if (i == FIELDS)
			die_usage(USAGE, "'%s' is no field", name);
		want(i);
	}
}

static void put_time(struct fmt *f, struct timespec t)
{
	struct status s = {.since = t};
	unsigned char m[STATUS_SIZE];

	status_write(&s, m);
	fmt_char(f, '@');
	for (int i = 0; i < 12; i++)
		fmt_add(f, "%02x", m[i]);
}

static void put_field(struct fmt *f, enum field field, const struct status *st, const struct svstate *s,
                      bool normally_up)
{
	bool up = st->state == STATUS_RUN;
	struct timespec ready = up && s->since.tv_sec ? s->since : st->since;
	time_t now = clock_wall().tv_sec;
	int yes = -1;
	long number = -1;

	switch (field) {
	case UP:
		yes = up;
		break;
	case WANTED_UP:
		yes = st->want == STATUS_WANT_UP;
		break;
	case NORMALLY_UP:
		yes = normally_up;
		break;
	case READY:
		yes = up && s->ready;
		break;
	case PAUSED:
		yes = st->paused;
		break;
	case PID:
		number = up ? (long)st->pid : -1;
		break;
	case EXIT_CODE:
		number = up || s->signal ? -1 : s->exit_code < 0 ? 0 : s->exit_code;
		break;
	case SIGNUM:
		number = up || !s->signal ? -1 : s->signal;
		break;
	case UP_DOWN_FOR:
		number = svstate_age(st->since.tv_sec, now);
		break;
	case READY_FOR:
		number = svstate_age(ready.tv_sec, now);
		break;
	case SIGNAL:
		fmt_add(f, up || !s->signal ? "NA" : "SIG%s", signals_name(s->signal));
		return;
	case UP_DOWN_SINCE:
		put_time(f, st->since);
		return;
	case READY_SINCE:
		put_time(f, ready);
		return;
	case FIELDS:
		return;
	}
	if (yes >= 0)
		fmt_str(f, yes ? "true" : "false");
	else
		fmt_add(f, "%ld", number);
}

int s6_svstat_main(int argc, char **argv)
{
	struct opts o = {.argc = argc, .argv = argv};
	char line[1024], mem[1024];
	struct svdir dir;
	struct status st;
	struct svstate state;
	struct fmt f;

	for (int c; (c = opts_next(&o, "uwNrpesto:n", NULL)) != -1;) {
		if (c == '?')
			die_usage(USAGE, "%s", o.why);
		if (c == 'o')
			want_names(o.arg);
		else if (c != 'n')
			want((size_t)(strchr(letters, c) - letters));
	}
	if (argc == o.index)
		die_usage(USAGE, "a service directory is missing");
	if (svdir_open_path(&dir, argv[o.index]) || svdir_status(&dir, &st))
		die(errno == ENXIO || errno == ENOENT ? NOT_SUPERVISED : FAILED, "%s: %s: %m", argv[o.index], dir.why);
	svdir_state(&dir, &state, mem, sizeof mem);
	fmt_open(&f, line, sizeof line);
	if (!count)
		svstate_words(&state, &st, !svdir_has(&dir, "down"), svdir_has(&dir, "notification-fd"),
		              clock_wall().tv_sec, &f);
	for (size_t i = 0; i < count; i++) {
		if (i)
			fmt_char(&f, ' ');
		put_field(&f, (enum field)wanted[i], &st, &state, !svdir_has(&dir, "down"));
	}
	fmt_char(&f, '\n');
	out_text(FAILED, line);
	return 0;
}
