/* wait-for - wait until servers, sockets, files, names, services are there
 *
 * config:  WAIT_FOR
 * group:   configuration
 * install: /usr/bin
 *
 * usage: wait-for [OPTION...] TARGET... [-- COMMAND [ARG...]]
 *
 *   tcp://HOST:PORT, HOST:PORT, unix:PATH  takes connections
 *   http://HOST[:PORT]/PATH[#200-399], http+unix:SOCKET:/PATH  its status
 *   file:PATH, dir:PATH, dns:NAME          exists
 *   exec:COMMAND ARG...                    ends with 0 within 30 s
 *   service:NAME[:up|:ready]               is ready
 *
 *   -t TIME       give up then: 124 (default 60 s; 0: never)
 *   -i TIME       between tries (default 1 s; the first are quicker)
 *   -v            wait until they are gone
 *   -q            say nothing
 *   --any, --all  one of them is enough, or not (default)
 *   --stable MS   they must be there that long, all together
 *
 * COMMAND takes its place then. TIME is 90, 250ms, 2m.
 * Signal N ends it with 128+N.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/die.h"
#include "base/fmt.h"
#include "base/msg.h"
#include "base/num.h"
#include "base/opts.h"
#include "svc/probe.h"
#include "sys/clock.h"
#include "sys/exec.h"
#include "sys/spawn.h"
#include "sys/watch.h"

/* TRY: so long may one try take. SETTLE: a path that changed will often change once more. */
enum { USAGE = 2, LATE = 124, FIRST_MS = 100, TRY_MS = 30000, SETTLE_MS = 10 };

/* One target. */
struct wait {
	struct probe probe;
	struct loop_timer timer; /* the next try */
	int64_t since_ms;        /* it has been as it is to be since then; 0: it is not */
	int64_t pause_ms;        /* before the next try */
	bool met;
	char said[PROBE_WHY];
	struct wait *next;
};

static struct wait *first, **last = &first;
static unsigned long time_ms = 60000, every_ms = 1000, stable_ms;
static bool any, gone;
static int64_t began_ms;
static char **command;
static sigset_t old_mask;
static struct loop_timer deadline, settled;

__attribute__((noreturn)) static void quit(int code)
{
	for (struct wait *w = first; w; w = w->next)
		probe_kill(&w->probe);
	_exit(code);
}

__attribute__((noreturn)) static void finish(void)
{
	extern char **environ;
	const char *why;

	if (!*command)
		quit(0);
	for (struct wait *w = first; w; w = w->next) /* COMMAND knows of none of their children */
		probe_cancel(&w->probe);
	sigprocmask(SIG_SETMASK, &old_mask, NULL);
	why = exec_or_why(*command, command, environ, exec_path(environ));
	die(errno == ENOENT ? SPAWN_NOT_FOUND : SPAWN_NOT_RUN, "cannot execute %s: %s", *command, why);
}

static void late(struct loop_timer *t)
{
	char mem[900];
	struct fmt f;

	(void)t;
	fmt_open(&f, mem, sizeof mem);
	for (struct wait *w = first; w; w = w->next)
		if (!w->met)
			fmt_add(&f, "%s%s (%s)", f.len ? ", " : "", w->probe.target.word,
			        w->since_ms ? "not stable"
			        : *w->said  ? w->said
			                    : "no answer");
	msg_warn("timed out after %lu ms: %s", time_ms, mem);
	quit(LATE);
}

static void say(struct wait *w, const char *what)
{
	unsigned tenths = (unsigned)(clock_ms() - began_ms) / 100;

	if (strcmp(what, w->said) == 0)
		return;
	fmt_into(w->said, sizeof w->said, "%s", what);
	if (w->since_ms)
		msg_warn("%s: %s after %u.%u s", w->probe.target.word, what, tenths / 10, tenths % 10);
	else
		msg_warn("%s: %s", w->probe.target.word, what);
}

static void finish_if_met(void)
{
	struct wait *w = first;

	while (w && w->met != any)
		w = w->next;
	if (!first || any == (w != NULL))
		finish();
}

static void tried(struct probe *p)
{
	struct wait *w = container_of(p, struct wait, probe);
	int64_t now = clock_ms(), next = now + w->pause_ms;

	if (p->there == gone)
		w->since_ms = 0;
	else if (!w->since_ms)
		w->since_ms = now;
	say(w, p->there ? "there" : gone ? "gone" : p->why);
	w->met = w->since_ms && now - w->since_ms >= (int64_t)stable_ms;
	if (w->met)
		finish_if_met();
	else if (w->since_ms && next > w->since_ms + (int64_t)stable_ms)
		next = w->since_ms + (int64_t)stable_ms;
	if (!w->met || stable_ms)
		loop_at(&w->timer, next);
	w->pause_ms *= 2;
	if (w->pause_ms > (int64_t)every_ms)
		w->pause_ms = (int64_t)every_ms;
}

static void try(struct loop_timer *t)
{
	probe_start(&container_of(t, struct wait, timer)->probe, clock_ms() + TRY_MS);
}

static void changed(void)
{
	if (!settled.at_ms)
		loop_at(&settled, clock_ms() + SETTLE_MS);
}

/* Where targets are paths: looks at those that wait for their next try, now and when something changes there. */
static void look(struct loop_timer *t)
{
	(void)t;
	watch_open(changed);
	for (struct wait *w = first; w; w = w->next) {
		if (!target_is_path(&w->probe.target))
			continue;
		watch_path(w->probe.target.path);
		w->pause_ms = FIRST_MS;
		if (w->timer.at_ms)
			loop_at(&w->timer, clock_ms());
	}
}

static void on_signal(const struct signalfd_siginfo *s)
{
	pid_t pid;
	int status;

	if (s->ssi_signo != SIGCHLD)
		quit(128 + (int)s->ssi_signo);
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		for (struct wait *w = first; w; w = w->next)
			if (w->probe.pid == pid) {
				probe_ended(&w->probe, status);
				break;
			}
}

/* Why not, or NULL. */
static const char *add(const char *word)
{
	struct wait *w = calloc(1, sizeof *w);
	const char *why = strerror(ENOMEM);

	if (!w || target_read(&w->probe.target, word, &why))
		return why;
	w->probe.done = tried;
	w->timer.fire = try;
	w->pause_ms = FIRST_MS;
	*last = w;
	last = &w->next;
	return NULL;
}

static void set_time(const char *text, unsigned long unit_ms, unsigned long *ms)
{
	if (num_duration(text, unit_ms, ms))
		die_usage(USAGE, "'%s' is no time", text);
}

static void read_words(int argc, char **argv)
{
	enum { ALL = 256, ANY, STABLE };
	static const struct opts_long longs[] = {{"all", ALL, 0}, {"any", ANY, 0}, {"stable", STABLE, ':'}, {0}};
	struct opts o = {.argc = argc, .argv = argv, .index = 1};
	const char *why;
	bool none = true;

	/* options may stand behind targets; a -1 that went on was "--" */
	for (int c, at = 1; (c = opts_next(&o, "t:i:vq", longs)) != -1 || (o.index == at && at < argc); at = o.index)
		switch (c) {
		case -1:
			none = false;
			why = add(argv[o.index]);
			if (why)
				die_usage(USAGE, "'%s': %s", argv[o.index], why);
			o.index++;
			break;
		case 't':
			set_time(o.arg, 1000, &time_ms);
			break;
		case 'i':
			set_time(o.arg, 1000, &every_ms);
			break;
		case STABLE:
			set_time(o.arg, 1, &stable_ms);
			break;
		case 'v':
			gone = true;
			break;
		case 'q':
			msg_verbose = 0;
			break;
		case ALL:
		case ANY:
			any = c == ANY;
			break;
		default:
			die_usage(USAGE, "%s", o.why);
		}
	if (none)
		die_usage(USAGE, "no target");
	command = argv + o.index;
	if (every_ms < FIRST_MS / 10)
		every_ms = FIRST_MS / 10;
}

int wait_for_main(int argc, char **argv);

int wait_for_main(int argc, char **argv)
{
	static const unsigned char signals[] = {SIGCHLD, SIGTERM, SIGINT, SIGHUP, SIGQUIT};
	sigset_t set;

	began_ms = clock_ms();
	read_words(argc, argv);
	sigemptyset(&set);
	for (size_t i = 0; i < sizeof signals; i++)
		sigaddset(&set, signals[i]);
	if (spawn_open() || sigprocmask(SIG_BLOCK, NULL, &old_mask) || loop_open(&set, on_signal))
		die(1, "%m");
	msg_quick = true;
	deadline.fire = late;
	settled.fire = look;
	if (time_ms)
		loop_at(&deadline, began_ms + (int64_t)time_ms);
	look(NULL);
	for (struct wait *w = first; w; w = w->next)
		try(&w->timer);
	finish_if_met();
	for (;;)
		loop_turn(true);
}
