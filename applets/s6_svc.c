/* s6-svc - command a service; s6-svwait waits for some
 *
 * config:  S6_SVC
 * group:   services
 * install: /usr/bin
 * also:    s6-svwait
 *
 * usage: s6-svc [-wu|-wU|-wd|-wD|-wr|-wR] [-T MS] [-udoxrtkhaiq12pc] DIR
 *        s6-svwait [-u|-U|-d|-D|-r|-R] [-a|-o] [-t MS] DIR...
 *
 *   -u -d -o -x   want it up, down, up once; end its supervisor
 *   -r -t -k -h -a -i -q -1 -2 -p -c
 *                 restart; TERM KILL HUP ALRM INT QUIT USR1 USR2 STOP CONT
 *   -w, s6-svwait: u up  U ready  d down  D and finished  r R restarted
 *   -o            one of them is enough
 *   -T -t MS      so long: then 99
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/die.h"
#include "base/msg.h"
#include "base/num.h"
#include "base/opts.h"
#include "svc/control.h"
#include "sys/clock.h"

/* s6's codes. */
enum { LATE = 99, USAGE = 100, REFUSED = 102, FAILED = 111, COMMANDS_MAX = 64 };

static struct control_wait wait = {.until_ms = INT64_MAX};
static int code;

static bool set_goal(int letter)
{
	static const char letters[] = "uUdDrR";
	static const unsigned char goals[] = {CONTROL_RUNS, CONTROL_READY,     CONTROL_ENDED,
	                                      CONTROL_DOWN, CONTROL_RESTARTED, CONTROL_RENEWED};
	const char *at = strchr(letters, letter);

	if (at)
		wait.goal = (enum control_goal)goals[at - letters];
	return at;
}

static void set_time(const char *word)
{
	unsigned long ms;

	if (num_uint(word, INT32_MAX, &ms))
		die_usage(USAGE, "'%s' is no number of milliseconds", word);
	wait.until_ms = ms ? clock_ms() + (int64_t)ms : INT64_MAX;
}

static void open_dir(struct svdir *s, const char *path)
{
	if (svdir_open_path(s, path))
		die(FAILED, "%s: %m", path);
}

static void report(struct control *c, enum control_answer answer)
{
	if (answer == CONTROL_YES)
		return;
	if (answer == CONTROL_ERROR) {
		msg_error("%s: %s: %m", c->dir.name, c->dir.why);
		code = FAILED;
	} else {
		msg_error("%s: %s", c->dir.name, answer == CONTROL_FAILED ? "failed" : "timed out");
		code = answer == CONTROL_FAILED ? REFUSED : LATE;
	}
}

static int svwait(struct opts *o)
{
	struct control *all;
	size_t count;

	wait.goal = CONTROL_RUNS;
	for (int c; (c = opts_next(o, "uUdDrRaot:", NULL)) != -1;) {
		if (c == '?')
			die_usage(USAGE, "%s", o->why);
		if (c == 't')
			set_time(o->arg);
		else if (!set_goal(c))
			wait.any = c == 'o';
	}
	count = (size_t)(o->argc - o->index);
	all = calloc(count, sizeof *all);
	if (!count || !all)
		die_usage(USAGE, "a service directory is missing");
	for (size_t i = 0; i < count; i++)
		open_dir(&all[i].dir, o->argv[o->index + (int)i]);
	return control_await(all, count, &wait) ? 0 : code;
}

int s6_svc_main(int argc, char **argv)
{
	struct opts o = {.argc = argc, .argv = argv};
	struct control c = {0};
	char commands[COMMANDS_MAX + 1] = "";
	size_t n = 0;

	wait.began = clock_wall();
	wait.report = report;
	if (strcmp(msg_name, "s6-svwait") == 0)
		return svwait(&o);
	for (int letter; (letter = opts_next(&o, "w:T:udoxrtkhaiq12pc", NULL)) != -1;) {
		if (letter == '?')
			die_usage(USAGE, "%s", o.why);
		if (letter == 'T')
			set_time(o.arg);
		else if (letter != 'w' && n < COMMANDS_MAX)
			commands[n++] = letter == 'r' ? 't' : (char)letter;
		else if (letter != 'w' || !o.arg[0] || o.arg[1] || !set_goal(o.arg[0]))
			die_usage(USAGE, "wrong: -%c", letter);
	}
	if (argc - o.index != 1)
		die_usage(USAGE, "one service directory is wanted");
	open_dir(&c.dir, argv[o.index]);
	if (svdir_send(&c.dir, commands))
		die(errno == ENXIO ? USAGE : FAILED, "%s: %s: %m", c.dir.name, c.dir.why);
	return wait.goal == CONTROL_NONE || control_await(&c, 1, &wait) ? 0 : code;
}
