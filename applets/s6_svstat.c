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

/* The fields, in the order fill() puts them; those with a letter first. */
static const char letters[] = "uwNrpest";
static const char names[] = "up wantedup normallyup ready pid exitcode signal updownfor paused signum updownsince "
                            "readysince readyfor";

static unsigned char wanted[FIELDS_MAX];
static size_t count;

/* The i-th word of a text with single blanks, its length in *len; NULL: there is none. */
static const char *word_at(const char *text, size_t i, int *len)
{
	for (; i && *text; i--) {
		text += strcspn(text, " ");
		text += *text == ' ';
	}
	*len = (int)strcspn(text, " ");
	return *text ? text : NULL;
}

static void want(size_t field)
{
	if (count == FIELDS_MAX)
		die_usage(USAGE, "too many fields");
	wanted[count++] = (unsigned char)field;
}

static void want_names(char *list)
{
	for (char *name; (name = strsep(&list, ","));) {
		const char *word;
		size_t i = 0;
		int len;
		while ((word = word_at(names, i, &len)) && (strncmp(word, name, (size_t)len) != 0 || name[len]))
			i++;
		if (!word)
			die_usage(USAGE, "'%s' is no field", name);
		want(i);
	}
}

static const char *truth(bool is)
{
	return is ? "true" : "false";
}

/* TAI64N, as in supervise/status. */
static const char *stamp(struct timespec t, char mem[26])
{
	struct status s = {.since = t};
	unsigned char m[STATUS_SIZE];
	struct fmt f;

	status_write(&s, m);
	fmt_open(&f, mem, 26);
	fmt_char(&f, '@');
	for (int i = 0; i < 12; i++)
		fmt_add(&f, "%02x", m[i]);
	return mem;
}

static void fill(struct fmt *f, const struct status *st, const struct svstate *s, bool normally_up)
{
	bool up = st->state == STATUS_RUN, killed = !up && s->signal;
	struct timespec ready = up && s->since.tv_sec ? s->since : st->since;
	time_t now = clock_wall().tv_sec;
	char since[26], ready_since[26];

	fmt_add(f, "%s %s %s %s %d %d %s%s %ld %s %d %s %s %ld", truth(up), truth(st->want == STATUS_WANT_UP),
	        truth(normally_up), truth(up && s->ready), up ? (int)st->pid : -1,
	        up || killed       ? -1
	        : s->exit_code < 0 ? 0
	                           : s->exit_code,
	        killed ? "SIG" : "", killed ? signals_name(s->signal) : "NA", svstate_age(st->since.tv_sec, now),
	        truth(st->paused), killed ? s->signal : -1, stamp(st->since, since), stamp(ready, ready_since),
	        svstate_age(ready.tv_sec, now));
}

int s6_svstat_main(int argc, char **argv)
{
	struct opts o = {.argc = argc, .argv = argv};
	char line[1024], all[256], mem[1024];
	struct svdir dir;
	struct status st;
	struct svstate state;
	struct fmt f, fields;

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
		svstate_words(&state, &st, svdir_normally_up(&dir, st.pid), svdir_has(&dir, "notification-fd"),
		              clock_wall().tv_sec, &f);
	fmt_open(&fields, all, sizeof all);
	fill(&fields, &st, &state, svdir_normally_up(&dir, st.pid));
	for (size_t i = 0; i < count; i++) {
		int len;
		const char *word = word_at(all, wanted[i], &len);
		fmt_add(&f, "%s%.*s", i ? " " : "", len, word);
	}
	fmt_char(&f, '\n');
	out_text(FAILED, line);
	return 0;
}
