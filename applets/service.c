/* service - show services, start and stop them, wait for them
 *
 * config:  SERVICE
 * group:   services
 * install: /sbin
 *
 * usage: service [--json] [list]
 *        service [-t TIME] NAME start|stop|restart|try-restart|reload|once
 *        service NAME [status] | kill SIGNAL | log [-f]
 *        service wait [-t TIME] NAME...   until they are ready; 124: too late
 *        service check [NAME...]          0: what is wanted (essential, if
 *                                         any is) is ready
 *        service top                      the list, live, what is not well first;
 *                                         q ends it
 *        service plot                     the boot as a timeline, SVG
 *        service rescan                   look for new and removed ones
 *        service verify [--strict] [--json] [PATH|NAME...]   what is wrong
 *                                         with services, units, crontabs,
 *                                         templates; 1: something is
 *        service cat [--json] PATH|NAME...    a unit's settings in force, and
 *                                         where each stands
 *
 *   -t TIME  wait so long (default $SVWAIT or 7 s; wait, units: for ever)
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "applet.h"
#include "base/die.h"
#include "base/fmt.h"
#include "base/msg.h"
#include "base/num.h"
#include "base/opts.h"
#include "base/signals.h"
#include "pure/format.h"
#include "svc/control.h"
#include "svc/plot.h"
#include "svc/tail.h"
#include "svc/top.h"
#include "svc/verify.h"
#include "sys/clock.h"
#include "sys/files.h"
#include "sys/procs.h"

enum { FAILED = 1, USAGE = 2, LATE = 124, WAIT_MS = 7000, TEXT_MAX = 1024, LINE_MAX_LEN = 32768, OWN_MAX = 4096 };

/* All that is known of a service (svdir_look). */
struct view {
	struct svdir dir;
	struct status status;
	struct svstate state;
	const char *note; /* why it is as it is, else its description */
	char mem[TEXT_MAX];
};

static struct control_wait wait;
static unsigned long wait_ms; /* 0: for ever */
static int code;
static bool json;

/* sagebind's words, which have no name before them. */
__attribute__((noreturn)) static void die_as_sagebind(const char *what, const char *name)
{
	msg_name = NULL;
	die(FAILED, "%s: %s", what, name);
}

static void open_service(struct svdir *s, const char *name)
{
	if (svdir_open(s, name))
		die_as_sagebind("Service not found", name);
}

static void look(struct view *v)
{
	svdir_look(&v->dir, &v->status, &v->state, v->mem, sizeof v->mem);
	if (v->state.done && strcmp(v->state.state, "down") == 0)
		v->state.state = "done";
	v->note = *v->state.reason ? v->state.reason : *v->state.status ? v->state.status : v->state.description;
}

/* Calls `each` for every service there is. */
static void all_services(char **names, void (*each)(struct view *))
{
	for (; *names; names++) {
		struct view v;
		if (**names == '.' || svdir_open(&v.dir, *names))
			continue;
		look(&v);
		each(&v);
		svdir_close(&v.dir);
	}
}

static char **service_names(void)
{
	const char *base = svdir_base();
	size_t count;
	char **names = base ? files_list(AT_FDCWD, base, &count) : NULL;

	if (!names)
		die(FAILED, "%s: %s", base ? base : "/etc/service", strerror(base ? errno : ENOENT));
	return names;
}

/* list */

static char line_mem[LINE_MAX_LEN];
static struct fmt line;
static int name_width;
static bool colour, more;
static unsigned lines_left = -1U;
static bool live, troubled; /* top: which half is shown */

/* Text, filled with blanks to the width and one more. */
__attribute__((format(printf, 2, 3))) static void cell(int width, const char *text, ...)
{
	size_t end = line.len + (size_t)width + 1;
	va_list ap;

	va_start(ap, text);
	fmt_va(&line, text, ap);
	va_end(ap);
	do
		fmt_char(&line, ' ');
	while (line.len < end && !line.cut);
}

static void begin_line(void)
{
	if (live)
		fmt_str(&line, TOP_LINE);
}

static void put_line(void)
{
	fmt_char(&line, '\n');
	out_text(FAILED, line.mem);
	fmt_open(&line, line_mem, sizeof line_mem);
}

/* "2d 5h", "3m 12s": the two largest units. */
static void age_cell(const struct svstate *s)
{
	static const struct {
		int seconds;
		char name;
	} units[] = {{86400, 'd'}, {3600, 'h'}, {60, 'm'}, {1, 's'}};
	long age = svstate_age(s->since.tv_sec, clock_wall().tv_sec);
	int i = 0;

	if (!s->pid) {
		cell(7, "-");
		return;
	}
	while (i < 3 && age < units[i].seconds)
		i++;
	if (i == 3)
		cell(7, "%lds", age);
	else
		cell(7, "%ld%c %ld%c", age / units[i].seconds, units[i].name,
		     age % units[i].seconds / units[i + 1].seconds, units[i + 1].name);
}

static void put_row(struct view *v)
{
	const struct svstate *s = &v->state;
	unsigned long kb;

	if (live && ((s->wanted && !s->ready && !s->done) || strcmp(s->state, "failed") == 0) != troubled)
		return;
	if (!lines_left)
		return;
	lines_left--;
	kb = procs_memory_kb((pid_t)s->pid);
	begin_line();
	cell(name_width, "%s", v->dir.name);
	if (colour)
		fmt_add(&line, "\33[3%cm", s->ready || s->done ? '2' : s->wanted ? '1' : '3');
	cell(8, "%s", s->state);
	if (colour)
		fmt_str(&line, "\33[m");
	cell(5, s->ready ? "yes" : "no");
	cell(7, s->pid ? "%u" : "-", (unsigned)s->pid);
	age_cell(s);
	cell(8, "%u", s->restarts);
	if (s->signal)
		cell(6, "%s", signals_name(s->signal));
	else
		cell(6, s->exit_code < 0 ? "-" : "%d", s->exit_code);
	cell(7, kb ? "%luK" : "-", kb);
	fmt_str(&line, v->note);
	while (line.mem[line.len - 1] == ' ')
		line.mem[--line.len] = '\0';
	put_line();
}

static void json_string(const char *key, const char *text)
{
	fmt_add(&line, "\"%s\":\"", key);
	line.len = (size_t)(format_json(line.mem + line.len, text, strlen(text)) - line.mem);
	fmt_str(&line, "\",");
}

/* What its program says of itself. */
static bool own_text(const struct view *v, char mem[OWN_MAX])
{
	if (*v->state.status)
		return fmt_into(mem, OWN_MAX, "%s", v->state.status) == 0;
	return v->state.pid && svdir_text(&v->dir, v->state.since.tv_sec, mem, OWN_MAX);
}

static void put_json(struct view *v)
{
	const struct svstate *s = &v->state;
	char own[OWN_MAX];

	fmt_str(&line, more ? ",\n{" : "[{");
	more = true;
	json_string("name", v->dir.name);
	json_string("state", s->state);
	json_string("reason", s->reason);
	json_string("description", s->description);
	if (own_text(v, own))
		json_string("text", own);
	if (*s->result)
		fmt_add(&line, "\"result\":\"%s\",\"done\":%s,", s->result, s->done ? "true" : "false");
	if (s->signal)
		json_string("signal", signals_name(s->signal));
	if (s->exit_code >= 0)
		fmt_add(&line, "\"exit\":%d,", s->exit_code);
	fmt_add(&line,
	        "\"ready\":%s,\"wanted\":%s,\"essential\":%s,\"pid\":%u,\"since\":%ld.%03ld,\"restarts\":%u,"
	        "\"memory_kb\":%lu,\"peak_kb\":%lu}",
	        s->ready ? "true" : "false", s->wanted ? "true" : "false", s->essential ? "true" : "false",
	        (unsigned)s->pid, (long)s->since.tv_sec, s->since.tv_nsec / 1000000, s->restarts,
	        procs_memory_kb((pid_t)s->pid), s->peak_kb);
	out_text(FAILED, line.mem);
	fmt_open(&line, line_mem, sizeof line_mem);
}

static void put_table(char **names)
{
	name_width = 4;
	for (char **n = names; *n; n++)
		if (**n != '.' && strlen(*n) > (size_t)name_width)
			name_width = (int)strlen(*n);
	begin_line();
	cell(name_width, "NAME");
	fmt_str(&line, "STATE    READY PID     UP FOR  RESTARTS EXIT   MEMORY  DESCRIPTION");
	put_line();
	all_services(names, put_row);
}

static int list(void)
{
	char **names = service_names();

	fmt_open(&line, line_mem, sizeof line_mem);
	if (json) {
		all_services(names, put_json);
		out_text(FAILED, more ? "]\n" : "[]\n");
		return 0;
	}
	colour = isatty(1);
	put_table(names);
	return 0;
}

/* The last line's newline would move the screen. */
static void draw(unsigned lines)
{
	char **names = service_names();

	lines_left = lines > 2 ? lines - 2 : 1;
	troubled = true;
	put_table(names);
	troubled = false;
	all_services(names, put_row);
	free(names);
}

static int top(void)
{
	live = colour = true;
	fmt_open(&line, line_mem, sizeof line_mem);
	if (top_run(draw))
		die(FAILED, "top: %m");
	return 0;
}

/* check */

static bool essential_only;

static void find_essential(struct view *v)
{
	essential_only |= v->state.wanted && v->state.essential;
}

static void check_ready(struct view *v)
{
	const struct svstate *s = &v->state;

	if (s->ready || s->done)
		return;
	msg_error("%s is %s, not ready%s%s", v->dir.name, s->state, *s->reason ? ": " : "", s->reason);
	code = FAILED;
}

static void check_wanted(struct view *v)
{
	/* a unit that failed is wanted no more */
	if ((v->state.wanted || (*v->state.result && strcmp(v->state.state, "failed") == 0)) &&
	    (v->state.essential || !essential_only))
		check_ready(v);
}

static int check(char **names)
{
	if (!*names) {
		names = service_names();
		all_services(names, find_essential);
		all_services(names, check_wanted);
		return code;
	}
	for (; *names; names++) {
		struct view v;
		open_service(&v.dir, *names);
		look(&v);
		check_ready(&v);
	}
	return code;
}

/* commands */

static void report(struct control *c, enum control_answer answer)
{
	struct view v = {.dir = c->dir};

	if (answer == CONTROL_YES)
		return;
	code = answer == CONTROL_LATER && wait.patient ? LATE : FAILED;
	if (answer == CONTROL_ERROR) {
		msg_error("%s: %s: %m", c->dir.name, c->dir.why);
		return;
	}
	look(&v);
	if (answer == CONTROL_LATER)
		msg_error("%s: still %s after %lu ms%s%s", c->dir.name, v.state.state, wait_ms,
		          *v.state.reason ? ": " : "", v.state.reason);
	else if (wait.goal == CONTROL_RELOADED)
		msg_error("%s: not reloaded: exit code %d", c->dir.name, v.state.reload_code);
	else
		msg_error("%s failed: %s", c->dir.name, *v.state.reason ? v.state.reason : v.state.result);
}

static int await(struct control *all, size_t count)
{
	wait.until_ms = wait_ms ? clock_ms() + (int64_t)wait_ms : INT64_MAX;
	wait.report = report;
	control_await(all, count, &wait);
	return code;
}

static int wait_ready(char **names, size_t count)
{
	struct control *all = count ? calloc(count, sizeof *all) : NULL;

	if (!all)
		die_usage(USAGE, "a service is missing");
	for (size_t i = 0; i < count; i++)
		open_service(&all[i].dir, names[i]);
	wait.goal = CONTROL_READY;
	wait.patient = true;
	return await(all, count);
}

static int status(struct svdir *dir)
{
	char mem[2 * TEXT_MAX + 3 * OWN_MAX], own[OWN_MAX];
	struct fmt f;
	struct view v = {.dir = *dir};

	look(&v);
	fmt_open(&f, mem, sizeof mem);
	fmt_add(&f, "Service: %s\n Status: ", dir->path);
	if (*v.state.state == '-')
		fmt_str(&f, v.note);
	else
		svstate_words(&v.state, &v.status, svdir_normally_up(dir, v.status.pid),
		              *v.state.result || svdir_has(dir, "notification-fd"), clock_wall().tv_sec, &f);
	fmt_char(&f, '\n');
	if (*v.state.result && *v.state.reason)
		fmt_add(&f, "  %s\n", v.state.reason);
	if (own_text(&v, own))
		for (char *p = own, *end; *p; p = end + (*end == '\n')) {
			end = strchrnul(p, '\n');
			fmt_str(&f, "  ");
			for (; p < end; p++)
				fmt_char(&f, (unsigned char)*p < ' ' || *p == 0x7f ? '?' : *p);
			fmt_char(&f, '\n');
		}
	out_text(FAILED, mem);
	return *v.state.state == '-';
}

static int send_letters(struct svdir *s, const char *letters)
{
	if (svdir_send(s, letters))
		die(FAILED, "%s: %s: %m", s->name, s->why);
	return 0;
}

/* By the supervisor if it knows the signal, so that control/ has its say. */
static int send_signal(struct svdir *s, const char *word)
{
	static const char letters[][2] = {
	        [SIGHUP] = "h",  [SIGINT] = "i",  [SIGQUIT] = "q", [SIGKILL] = "k", [SIGUSR1] = "1",
	        [SIGUSR2] = "2", [SIGALRM] = "a", [SIGTERM] = "t", [SIGCONT] = "c", [SIGSTOP] = "p"};
	int number = word ? signals_number(word) : -1;
	struct status st;

	if (number <= 0)
		die_usage(USAGE, "'%s' is no signal", word ? word : "");
	if (number < (int)sizeof letters / 2 && letters[number][0])
		return send_letters(s, letters[number]);
	if (svdir_status(s, &st))
		die(FAILED, "%s: %s: %m", s->name, s->why);
	if (!st.pid || kill((pid_t)st.pid, number))
		die(FAILED, "%s: %s", s->name, st.pid ? strerror(errno) : "not running");
	return 0;
}

static int show_log(const struct svdir *s, bool follow)
{
	if (tail_service(s, follow, 1))
		die(FAILED, "%s: no log: %m", s->name);
	return 0;
}

/* It has times of its own. */
static void wait_for_unit(struct svdir *dir)
{
	struct view v = {.dir = *dir};

	look(&v);
	if (*v.state.result)
		wait_ms = 0;
}

static int command(char **words, bool follow, bool patient)
{
	static const struct {
		char name[12], letters[4];
		unsigned char goal;
	} verbs[] = {{"start", "u", CONTROL_READY},       {"stop", "d", CONTROL_DOWN},
	             {"restart", "tcu", CONTROL_RENEWED}, {"try-restart", "tc", CONTROL_TRIED},
	             {"reload", "h", CONTROL_RELOADED},   {"once", "o", CONTROL_ONCE}};
	const char *verb = words[1] ? words[1] : "status";
	struct control c = {0};

	open_service(&c.dir, words[0]);
	if (strcmp(verb, "status") == 0)
		return status(&c.dir);
	if (strcmp(verb, "kill") == 0)
		return send_signal(&c.dir, words[2]);
	if (strcmp(verb, "log") == 0)
		return show_log(&c.dir, follow);
	for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
		if (strcmp(verb, verbs[i].name) != 0)
			continue;
		wait.began = clock_wall();
		wait.goal = (enum control_goal)verbs[i].goal;
		if (patient)
			wait_for_unit(&c.dir);
		send_letters(&c.dir, verbs[i].letters);
		return await(&c, 1);
	}
	die_as_sagebind("Unknown command", verb);
}

static void put_text(const char *text)
{
	out_text(FAILED, text);
}

static int rescan(void)
{
	pid_t runsvdir = svdir_runsvdir();

	if (runsvdir < 0 || kill(runsvdir, SIGHUP))
		die(FAILED, "no runsvdir to tell: %m");
	return 0;
}

/* verify, cat */

static bool ours(const char *name)
{
	const struct applet *a = applets;

	while (a->name && strcmp(a->name, name) != 0)
		a++;
	return a->name;
}

int service_main(int argc, char **argv)
{
	enum { JSON = 256, STRICT };
	static const struct opts_long longs[] = {{"json", JSON, 0}, {"strict", STRICT, 0}, {0}};
	struct verify how = {.ours = ours};
	struct opts o = {.argc = argc, .argv = argv};
	const char *time = getenv("SVWAIT");
	char **words = argv;
	bool follow = false;
	size_t count = 0;

	/* options may stand behind the words */
	for (int c; (c = opts_next(&o, "t:f", longs)) != -1 || o.index < argc;)
		switch (c) {
		case -1:
			words[count++] = argv[o.index++];
			break;
		case JSON:
			json = true;
			break;
		case STRICT:
			how.strict = true;
			break;
		case 'f':
			follow = true;
			break;
		case 't':
			time = o.arg;
			break;
		default:
			die_usage(USAGE, "%s", o.why);
		}
	words[count] = NULL;
	wait_ms = WAIT_MS;
	if (count && strcmp(words[0], "wait") == 0 && time == getenv("SVWAIT"))
		time = "0";
	if (time && num_duration(time, 1000, &wait_ms))
		die_usage(USAGE, "'%s' is no time", time);
	if (!count || strcmp(words[0], "list") == 0)
		return list();
	if (strcmp(words[0], "check") == 0)
		return check(words + 1);
	if (strcmp(words[0], "wait") == 0)
		return wait_ready(words + 1, count - 1);
	if (top_run && strcmp(words[0], "top") == 0)
		return top();
	if (plot_services && strcmp(words[0], "plot") == 0) {
		plot_services(service_names(), put_text);
		return 0;
	}
	if (strcmp(words[0], "rescan") == 0)
		return rescan();
	how.cat = strcmp(words[0], "cat") == 0;
	how.json = json;
	if (verify_all && (how.cat || strcmp(words[0], "verify") == 0))
		return verify_all(&how, words + 1);
	return command(words, follow, !time);
}
