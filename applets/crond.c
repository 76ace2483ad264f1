/* crond - run jobs by the tables of cron
 *
 * config:  CROND
 * group:   services
 * install: /usr/sbin
 * also:    cron
 *
 * usage: crond [OPTION...] [FILE...]
 *
 *   FILE       a table, instead of /etc/crontab, cron.d, crontabs, periodic...
 *   -f         stay in the foreground: always so as a service and process 1
 *   -c DIR     users' tables, instead of /etc/crontabs and /var/spool/cron
 *   -L FILE    append all lines to FILE (called cron: N is ignored)
 *   -l N, -d N  9 or more: nothing is said of runs that end with 0
 *   -t         check the tables and say what is wrong; 1: something is
 *   -n N       print the next N runs of each job
 *   -b, -S, -P, -x FLAGS  accepted
 *   --with-user           lines of FILE have a user, as /etc/cron.d's
 *   --ours                commands in FILE are names of this binary
 *   --next EXPR [EPOCH|now [N [ZONE]]]  print when EXPR is due next: 5 times
 *   --clock=EPOCH[xSPEED]  rehearse: begin at that time, let it run faster
 *
 * HUP and USR2 read all tables again, TERM ends all jobs.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/die.h"
#include "base/fmt.h"
#include "base/msg.h"
#include "base/num.h"
#include "base/opts.h"
#include "base/setting.h"
#include "pure/cronplan.h"
#include "pure/cronspec.h"
#include "pure/crontab.h"
#include "svc/cronjob.h"
#include "svc/cronlist.h"
#include "svc/cronlog.h"
#include "svc/crontabs.h"
#include "svc/zones.h"
#include "sys/clock.h"
#include "sys/files.h"
#include "sys/loop.h"
#include "sys/pages.h"
#include "sys/spawn.h"
#include "sys/wallclock.h"

enum { LONG_NEXT = 256, LONG_CLOCK, LONG_WITH_USER, LONG_OURS };
enum {
	TIMES = 5,
	QUIET = 9,
	STATE_MAX = 4096,
	STATE_MS = 100,
	FLUSH_MS = 1000,
	STOP_MS = 8000,
	ERR = 3,
	WARNING = 4,
	NOTICE = 5
};

#define STATE_DIR "/var/lib/initbox/cron"

static struct cronplan plan;
static struct wallclock wall;
static char state_path[512]; /* "": nobody asks */
static struct loop_timer state_due;
static unsigned errors;
static bool ending;

static void put(const char *text)
{
	out_text(1, text);
}

static long long number(const char *what, const char *word, unsigned long min, unsigned long max)
{
	unsigned long n;

	if (num_uint(word, max, &n) || n < min)
		die_usage(2, "%s: %s is not a number from %lu to %lu", what, word, min, max);
	return (long long)n;
}

/* --next */

static int say_next(const char *text, char **words)
{
	int64_t at = wallclock_now();
	unsigned long n = TIMES;
	const struct zone *zone;
	const char *why = NULL;
	struct cronspec spec;
	struct cronspec_error wrong;

	if (*words && strcmp(*words, "now") != 0)
		at = number("EPOCH", *words, 0, INT64_MAX / 1000000);
	words += *words != NULL;
	if (*words)
		n = (unsigned long)number("N", *words++, 0, INT32_MAX);
	msg_name = NULL;
	if (cronspec_read(&spec, text, strlen(text), 0, &wrong))
		die(1, "expression:%u: %s", (unsigned)wrong.at + 1, wrong.why);
	zone = zones_find(*words, &why);
	if (why)
		die(1, "%s", why);
	for (; n; n--) {
		char line[32];
		at = cronspec_next(&spec, zone, at);
		if (at == CRONSPEC_NEVER)
			break;
		fmt_into(line, sizeof line, "%lld\n", (long long)at);
		put(line);
	}
	if (n)
		msg_warn("expression: %s",
		         spec.flags & (CRONSPEC_REBOOT | CRONSPEC_BOOT) ? "once, at the start" : "never more");
	return 0;
}

static void check_zone(const struct crontabs_setup *setup)
{
	const char *why;

	zones_find(NULL, &why);
	if (why)
		setup->tell("", CRONTAB_WARNING, 0, 0, why);
}

/* -t, -n */

static void print_told(const char *path, int grade, unsigned line, unsigned column, const char *what)
{
	static const char *const words[] = {"note: ", "warning: ", ""};

	errors += grade == CRONTAB_ERROR;
	if (line)
		msg_error("%s:%u:%u: %s%s", path, line, column, words[grade], what);
	else
		msg_error("%s%s%s%s", path, *path ? ": " : "", words[grade], what);
}

static int print_tables(struct crontabs_setup *setup, bool check, unsigned long runs)
{
	unsigned count;
	char line[64];

	msg_name = NULL;
	setup->tell = print_told;
	check_zone(setup);
	cronplan_open(&plan, wallclock_now(), wallclock_steady_ms());
	if (crontabs_open(setup, &plan))
		die(1, "%m");
	if (runs)
		cronlist_runs(wallclock_now(), runs, put);
	if (!check)
		return 0;
	count = cronlist_check(print_told);
	fmt_into(line, sizeof line, "%u job%s\n", count, count == 1 ? "" : "s");
	put(line);
	return errors ? 1 : 0;
}

/* running */

static void log_told(const char *path, int grade, unsigned line, unsigned column, const char *what)
{
	int severity = grade == CRONTAB_ERROR ? ERR : grade == CRONTAB_WARNING ? WARNING : NOTICE;

	if (line)
		cronlog_say(NULL, severity, NULL, "%s:%u:%u: %s", path, line, column, what);
	else
		cronlog_say(NULL, severity, NULL, "%s%s%s", path, *path ? ": " : "", what);
}

static void write_state(struct loop_timer *t)
{
	char mem[STATE_MAX];
	struct fmt f;

	(void)t;
	fmt_open(&f, mem, sizeof mem);
	cronlist_state(&f, &plan);
	files_replace(AT_FDCWD, state_path, 0644, mem, f.len);
}

/* A burst of changes is one change. */
static void state_changed(void)
{
	if (*state_path && !state_due.at_ms)
		loop_at(&state_due, clock_ms() + STATE_MS);
}

static void turn(struct wallclock *w)
{
	wallclock_at(w, cronplan_turn(&plan, wallclock_now(), wallclock_steady_ms(), cronjob_due));
	state_changed();
}

static void room(void)
{
	cronjob_room();
	turn(&wall);
}

static void changed(void)
{
	if (!plan.count)
		cronlog_say(NULL, NOTICE, NULL, "nothing to run: waiting for a table");
	turn(&wall);
}

static void on_signal(const struct signalfd_siginfo *s)
{
	switch (s->ssi_signo) {
	case SIGCHLD:
		cronjob_reap();
		turn(&wall);
		break;
	case SIGHUP:
	case SIGUSR2:
		crontabs_again();
		break;
	default:
		if (ending)
			cronjob_stop(0);
		ending = true;
	}
}

static void find_state(void)
{
	const char *run = setting_text("INIT_RUN_DIR"), *service = setting_text("INIT_SERVICE");

	if (run && service)
		fmt_into(state_path, sizeof state_path, "%s/service/%s/state", run, service);
}

/* -L FILE has all lines then; without it they go where ours went. */
static void go_into_background(bool logs)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	switch (_Fork()) {
	case -1:
		die(1, "fork: %m");
	case 0:
		break;
	default:
		_exit(0);
	}
	setsid();
	for (int fd = 0; null >= 0 && fd < (logs ? 3 : 1); fd++)
		dup2(null, fd);
	if (null > 2)
		close(null);
}

/* Whoever has the container stopped gives it INIT_STOP_TIMEOUT, and a service half of that: jobs get a little less. */
static int64_t stop_deadline(void)
{
	unsigned long ms = STOP_MS;

	setting_ms("INIT_STOP_TIMEOUT", &ms);
	return clock_ms() + (int64_t)ms * 2 / 5;
}

static int run(struct crontabs_setup *setup, const char *log)
{
	static const unsigned char wanted[] = {SIGTERM, SIGINT, SIGHUP, SIGUSR2, SIGCHLD};
	extern char **environ;
	const char *stamps = setting_text("CRON_STATE_DIR");
	sigset_t set;

	prctl(PR_SET_NAME, "crond");
	sigemptyset(&set);
	for (size_t i = 0; i < sizeof wanted; i++)
		sigaddset(&set, wanted[i]);
	if (spawn_open() || loop_open(&set, on_signal) || wallclock_open(&wall, turn))
		die(1, "cannot start: %m");
	if (cronlog_open(log, room))
		die(1, "%s: %m", log ? log : "stdout");
	state_due.fire = write_state;
	find_state();
	cronjob_open(environ, stamps ? stamps : STATE_DIR, &plan);
	setup->tell = log_told;
	setup->changed = changed;
	check_zone(setup);
	cronplan_open(&plan, wallclock_now(), wallclock_steady_ms());
	if (crontabs_open(setup, &plan))
		die(1, "%m");
	crontabs_watch();
	changed();
	while (!ending) {
		pages_forget_stack(); /* reading tables takes some */
		loop_turn(true);
	}
	cronjob_stop(stop_deadline());
	cronlog_flush(clock_ms() + FLUSH_MS);
	if (*state_path)
		unlink(state_path);
	return 0;
}

/* EPOCH or EPOCHxSPEED */
static void pretend(char *text)
{
	char *x = strchr(text, 'x');
	unsigned speed = 1;

	if (x) {
		*x = '\0';
		speed = (unsigned)number("--clock", x + 1, 1, 1000000);
	}
	wallclock_pretend(number("--clock", text, 0, UINT32_MAX), speed);
}

static bool is_debian(void)
{
	return strcmp(msg_name, "cron") == 0;
}

static int next_option(struct opts *o)
{
	static const struct opts_long longs[] = {{"next", LONG_NEXT, ':'},
	                                         {"clock", LONG_CLOCK, ':'},
	                                         {"with-user", LONG_WITH_USER, 0},
	                                         {"ours", LONG_OURS, 0},
	                                         {0}};

	return is_debian() ? opts_next(o, "fbtlnL:Px:c:", longs) : opts_next(o, "fbStl:d:L:c:n:Px:", longs);
}

int crond_main(int argc, char **argv)
{
	struct opts o = {.argc = argc, .argv = argv};
	struct crontabs_setup setup = {0};
	const char *expression = NULL, *log = NULL;
	bool foreground = setting_text("INIT_SERVICE") || getpid() == 1, check = false;
	unsigned long runs = 0;

	for (int c; (c = next_option(&o)) != -1;)
		switch (c) {
		case 'f':
			foreground = true;
			break;
		case 'b':
		case 'S':
		case 'P':
		case 'x':
			break;
		case 'c':
			setup.dir = o.arg;
			break;
		case 'L':
			if (!is_debian())
				log = o.arg;
			break;
		case 'l':
		case 'd':
			cronjob_quiet |= o.arg && number("-l", o.arg, 0, INT32_MAX) >= QUIET;
			break;
		case 't':
			check = true;
			break;
		case 'n':
			if (o.arg)
				runs = (unsigned long)number("-n", o.arg, 1, INT32_MAX);
			break;
		case LONG_NEXT:
			expression = o.arg;
			break;
		case LONG_CLOCK:
			pretend(o.arg);
			break;
		case LONG_WITH_USER:
			setup.with_user = true;
			break;
		case LONG_OURS:
			setup.ours = true;
			cronlog_prefix = "timers";
			break;
		default:
			die_usage(2, "%s", o.why);
		}
	argv += o.index;
	if (expression)
		return say_next(expression, argv);
	if (*argv)
		setup.files = (const char *const *)argv;
	if (check || runs)
		return print_tables(&setup, check, runs);
	if (!foreground)
		go_into_background(log != NULL);
	return run(&setup, log);
}
