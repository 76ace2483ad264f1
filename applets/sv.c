/* sv - tell services to start, stop, restart, get a signal; say how they are
 *
 * config:  SV
 * group:   services
 * install: /usr/bin
 *
 * usage: sv [-v] [-w SECONDS] COMMAND SERVICE...
 *
 *   status                            how it is, and its log
 *   up down once exit                 want it so
 *   pause cont term kill hup alarm interrupt quit 1 2
 *                                     send that signal
 *   start stop restart try-restart reload shutdown check
 *                                     the same, and wait
 *   force-stop force-restart force-reload force-shutdown
 *                                     and kill it when it is late
 *   -v          wait, and say what came of it
 *   -w SECONDS  wait so long (default $SVWAIT, else 7)
 *
 * Through a link /etc/init.d/NAME -> sv: NAME COMMAND, with LSB's codes.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/die.h"
#include "base/fmt.h"
#include "base/num.h"
#include "base/opts.h"
#include "svc/control.h"
#include "sys/clock.h"

/* Where it differs from runit's sv: a restart is told from the process that ran before even within one second; a
 * ./check that hangs is killed when the time is over; of a log whose status cannot be read only that is said, not its
 * service's status a second time; LSB's status code is the service's own, whatever its log does. */

/* runit's sv looks every 420 ms and gives up at the first look behind the time. */
enum {
	FAILED = 1,
	LSB_USAGE = 2,
	LSB_DOWN = 3,
	LSB_UNKNOWN = 4,
	MAX_CODE = 99,
	USAGE = 100,
	WAIT_S = 7,
	WAIT_MAX_S = 1000000,
	GRACE_MS = 420
};

enum { WAITS = 1, FORCE = 2 };

struct command {
	char name[15];
	char letters[4]; /* what is sent */
	unsigned char goal;
	unsigned char how; /* WAITS; FORCE: what does not obey in time is killed */
};

static int failures;
static struct command command;

/* Of these every letter counts. */
static const struct command commands[] = {
        {"check", "", CONTROL_CHECKED, WAITS},
        {"force-reload", "tc", CONTROL_TRIED, WAITS | FORCE},
        {"force-restart", "tcu", CONTROL_RESTARTED, WAITS | FORCE},
        {"force-shutdown", "x", CONTROL_GONE, WAITS | FORCE},
        {"force-stop", "d", CONTROL_DOWN, WAITS | FORCE},
        {"reload", "h", CONTROL_NONE, WAITS},
        {"restart", "tcu", CONTROL_RESTARTED, WAITS},
        {"shutdown", "x", CONTROL_GONE, WAITS},
        {"start", "u", CONTROL_UP, WAITS},
        {"stop", "d", CONTROL_DOWN, WAITS},
        {"try-restart", "tc", CONTROL_TRIED, WAITS},
};

/* Of all others only the first letter counts. */
static const struct {
	char letter, letters[3];
	unsigned char goal, how;
} letters[] = {
        {'u', "u", CONTROL_UP, 0},
        {'d', "d", CONTROL_DOWN, 0},
        {'o', "o", CONTROL_ONCE, 0},
        {'x', "x", CONTROL_GONE, 0},
        {'e', "x", CONTROL_GONE, 0},
        {'t', "t", CONTROL_TRIED, 0},
        {'k', "k", CONTROL_TRIED, 0},
        {'p', "p", CONTROL_PAUSED, 0},
        {'c', "c", CONTROL_CONTINUED, 0},
        {'X', "x", CONTROL_GONE, WAITS | FORCE},
        {'E', "x", CONTROL_GONE, WAITS | FORCE},
        {'D', "d", CONTROL_DOWN, WAITS | FORCE},
        {'T', "tc", CONTROL_TRIED, WAITS | FORCE},
};

static bool understand(const char *word)
{
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
		if (strcmp(word, commands[i].name) == 0) {
			command = commands[i];
			return true;
		}
	for (size_t i = 0; i < sizeof letters / sizeof *letters; i++)
		if (word[0] == letters[i].letter) {
			command.goal = letters[i].goal;
			command.how = letters[i].how;
			memcpy(command.letters, letters[i].letters, sizeof letters[i].letters);
			return true;
		}
	command.letters[0] = word[0];
	return word[0] && strchr("haiq12", word[0]);
}

/* runit's words for what people meet; those of the rest differ in the first letter's case at most. */
static void put_errno(struct fmt *f, int err)
{
	static const struct {
		int err;
		char text[20];
	} known[] = {{ENOENT, "file does not exist"},
	             {EACCES, "access denied"},
	             {EPERM, "permission denied"},
	             {ENAMETOOLONG, "file name too long"}};
	char *text = strerror(err);

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (known[i].err == err) {
			fmt_str(f, known[i].text);
			return;
		}
	fmt_char(f, (char)(text[0] | ('a' ^ 'A')));
	fmt_str(f, text + 1);
}

/* Ends a line and prints it. */
static void put(struct fmt *f)
{
	f->cap++; /* the room kept for the newline */
	fmt_char(f, '\n');
	out_text(USAGE, f->mem);
}

/* "KIND: NAME: why[: error]". That runsv is not there is what `exit` wants. */
static void put_error(struct fmt *f, const struct svdir *s, bool is_fail)
{
	int err = errno;
	bool gone = err == ENXIO;

	if (gone && command.goal == CONTROL_GONE) {
		fmt_add(f, "ok: %s: %s", s->name, s->why);
	} else {
		failures++;
		fmt_add(f, "%s: %s: %s", gone || is_fail ? "fail" : "warning", s->name, s->why);
	}
	if (err && !gone) {
		fmt_str(f, ": ");
		put_errno(f, err);
	}
}

static void put_status(struct fmt *f, const struct svdir *s, const struct status *st)
{
	static const char *const states[] = {[STATUS_DOWN] = "down", [STATUS_RUN] = "run", [STATUS_FINISH] = "finish"};
	bool normally_up = svdir_normally_up(s, st->pid);

	fmt_add(f, "%s: %s: ", states[st->state], s->name);
	if (st->state != STATUS_DOWN)
		fmt_add(f, "(pid %u) ", (unsigned)st->pid);
	fmt_add(f, "%lds", svstate_age(st->since.tv_sec, clock_wall().tv_sec));
	if (st->pid && !normally_up)
		fmt_str(f, ", normally down");
	if (!st->pid && normally_up)
		fmt_str(f, ", normally up");
	if (st->pid && st->paused)
		fmt_str(f, ", paused");
	if (!st->pid && st->want == STATUS_WANT_UP)
		fmt_str(f, ", want up");
	if (st->pid && st->want != STATUS_WANT_UP)
		fmt_str(f, ", want down");
	if (st->pid && st->got_term)
		fmt_str(f, ", got TERM");
}

/* As "kill NAME" does: not if it is wanted so already. */
static bool send(struct svdir *s)
{
	char line[1024];
	struct fmt f;
	struct status st;
	char want, first = command.letters[0];

	fmt_open(&f, line, sizeof line - 1);
	if (svdir_status(s, &st) == 0) {
		want = st.want == STATUS_WANT_UP ? 'u' : 'd';
		if (!first || (want == first && (first != 'd' || st.got_term)))
			return true;
		if (svdir_send(s, command.letters) == 0)
			return true;
	}
	put_error(&f, s, false);
	put(&f);
	return false;
}

static void report(struct control *c, enum control_answer answer)
{
	char line[1024];
	struct fmt f;

	fmt_open(&f, line, sizeof line - 1);
	if (answer == CONTROL_ERROR || (answer == CONTROL_YES && command.goal == CONTROL_GONE)) {
		put_error(&f, &c->dir, false);
		put(&f);
		return;
	}
	if (answer == CONTROL_YES) {
		fmt_str(&f, "ok: ");
	} else {
		failures++;
		fmt_str(&f, (command.how & FORCE) ? "kill: " : "timeout: ");
	}
	put_status(&f, &c->dir, &c->status);
	put(&f);
	if ((command.how & FORCE) && answer != CONTROL_YES)
		svdir_send(&c->dir, "k");
}

/* LSB's code for the service. */
static int status(struct svdir *s)
{
	char line[2048], name[512];
	struct svdir log;
	struct fmt f;
	struct status st, log_st;

	fmt_open(&f, line, sizeof line - 1);
	if (svdir_status(s, &st)) {
		put_error(&f, s, false);
		put(&f);
		return errno == ENXIO ? FAILED : LSB_UNKNOWN;
	}
	put_status(&f, s, &st);
	fmt_into(name, sizeof name, "%s/log", s->name);
	if (svdir_open_log(&log, s, name) || svdir_status(&log, &log_st)) {
		if (errno != ENOENT || log.supervise) {
			fmt_str(&f, "; ");
			put_error(&f, &log, false);
		}
	} else {
		log.name = "log";
		fmt_str(&f, "; ");
		put_status(&f, &log, &log_st);
	}
	put(&f);
	return st.pid ? 0 : LSB_DOWN;
}

/* Sends the command, or says the status. LSB's code for the service. */
static int begin(struct control *c, const char *name, bool is_status)
{
	char line[1024];
	struct fmt f;

	if (svdir_open(&c->dir, name) == 0) {
		if (is_status)
			return status(&c->dir);
		c->done = !send(&c->dir);
		return 0;
	}
	fmt_open(&f, line, sizeof line - 1);
	put_error(&f, &c->dir, true);
	put(&f);
	c->done = true;
	return FAILED;
}

/* The command is understood; all services are told, then waited for if so wished. */
static int obey(char **names, size_t count, bool is_status, bool waits, unsigned long wait_s)
{
	struct control *all = calloc(count, sizeof *all);
	struct control_wait wait = {.goal = (enum control_goal)command.goal, .began = clock_wall(), .report = report};
	int code = 0;

	if (!all)
		die(USAGE, "%m");
	for (size_t i = 0; i < count; i++)
		code = begin(&all[i], names[i], is_status);
	wait.until_ms = clock_ms() + (int64_t)wait_s * 1000 + GRACE_MS;
	if (!is_status && (waits || (command.how & WAITS)))
		control_await(all, count, &wait);
	return code;
}

int sv_main(int argc, char **argv)
{
	struct opts o = {.argc = argc, .argv = argv};
	const char *given = getenv("SVWAIT"), *slash = strrchr(argv[0], '/');
	char *name = slash ? argv[0] + (slash + 1 - argv[0]) : argv[0], **names;
	bool lsb = strcmp(name, "sv") != 0, waits = false, is_status;
	int usage = lsb ? LSB_USAGE : USAGE, code;
	unsigned long wait_s = WAIT_S;

	if (given)
		num_uint(given, WAIT_MAX_S, &wait_s);
	for (int c; (c = opts_next(&o, "w:v", NULL)) != -1;) {
		if (c == '?')
			die_usage(usage, "%s", o.why);
		if (c == 'w')
			num_uint(o.arg, WAIT_MAX_S, &wait_s);
		waits = true;
	}
	argv += o.index;
	if (!argv[0])
		die_usage(usage, "a command is missing");
	names = lsb ? &name : argv + 1;
	if (!names[0])
		die_usage(usage, "a service is missing");
	is_status = lsb ? strcmp(argv[0], "status") == 0 : !understand(argv[0]) && argv[0][0] == 's';
	if (!is_status && !understand(argv[0]))
		die_usage(usage, "'%s' is no command", argv[0]);
	code = obey(names, lsb ? 1 : (size_t)(argc - o.index - 1), is_status, waits, wait_s);
	if (lsb && is_status && code)
		return code;
	return failures > MAX_CODE ? MAX_CODE : failures;
}
