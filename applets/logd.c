/* logd - gather the lines of all services
 *
 * config:  LOGD
 * group:   logs
 * install: /sbin
 *
 * usage: logd [-c] [-n NAME]
 *        logd -t [FILE]
 *
 * init starts it to gather what the services write: their stdout goes to its
 * stdout, their stderr to its stderr, line by line. By hand it is a filter: the
 * lines of stdin are those of the service NAME.
 *
 *   -c  others write to our stdout too: no line may be mixed with theirs
 *   -t  only check the settings: variables, and FILE or the usual one
 *
 *   INIT_LOG_FORMAT      text (NAME | line; NAME + goes on), json, logfmt, raw
 *   INIT_LOG_TIMESTAMPS  none, rfc3339, tai64n or unix: before lines of text
 *   INIT_LOG_LEVEL       such as info: nothing less urgent
 *   INIT_LOG_FORWARD     URLs of servers and directories to send all lines to
 *   INIT_LOG_CONFIG      file of more settings (/etc/logd.conf), see README
 *   NO_COLOR             no colours on a terminal
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/die.h"
#include "base/fmt.h"
#include "base/msg.h"
#include "base/opts.h"
#include "base/setting.h"
#include "pure/logconf.h"
#include "pure/logseeds.h"
#include "svc/filter.h"
#include "svc/flow.h"
#include "svc/follow.h"
#include "svc/forward.h"
#include "svc/input.h"
#include "svc/sink_stdio.h"
#include "svc/sinks.h"
#include "svc/source.h"
#include "sys/clock.h"
#include "sys/files.h"
#include "sys/lend.h"
#include "sys/loop.h"
#include "sys/spawn.h"

enum { LENDERS = 3 };

int logd_main(int argc, char **argv);

__typeof__(logseeds_read) logseeds_read __attribute__((weak)); /* it may be left out of the choice */

static void on_message(struct loop_fd *, uint32_t);

static struct logconf conf;
static char mistakes[4096];
static struct loop_fd lenders = {.fd = LENDERS, .ready = on_message};
static bool leaving;       /* the lenders have closed: drain what there is */
static bool again;         /* another logd is started, which goes on */
static int64_t stopped_ms; /* when init said so */

static void drain(void)
{
	leaving = true;
	stopped_ms = clock_ms();
	loop_remove(&lenders);
	input_stop();
	for (size_t i = source_count(); i-- > 0;)
		flow_end(source_at(i), true);
}

static void add(const struct lend *l, const int fds[2])
{
	struct source *s = source_add(l->id, l->name, fds, flow_ready);

	if (!s && errno == EEXIST)
		return;
	if (s) {
		flow_known(s->name);
		s->pid = l->pid;
		s->level = l->level;
		s->facility = l->facility;
	}
	for (int i = 0; s && i < 2; i++)
		if (s->pipes[i].watch.fd >= 0 && loop_add(&s->pipes[i].watch, EPOLLIN))
			s = NULL;
	if (!s)
		flow_say("%s: %m: its log waits unread", l->name);
}

/* A bounded number at a time: the pipes want their turn too. */
static void on_message(struct loop_fd *w, uint32_t events)
{
	struct lend l;
	struct source *s;
	int fds[2], got = 1;

	(void)events;
	for (int i = 0; i < 64 && (got = lend_receive(w->fd, &l, fds)) > 0; i++) {
		if (l.op == LEND_ADD) {
			add(&l, fds);
			continue;
		}
		for (int k = 0; k < 2; k++)
			if (fds[k] >= 0)
				close(fds[k]);
		if (l.op == LEND_LEAVE)
			conf.flush_ms = l.id < conf.flush_ms ? l.id : conf.flush_ms;
		again = again || l.op == LEND_AGAIN;
		s = source_find(l.id);
		if (s && l.op == LEND_END)
			flow_end(s, false);
		else if (s && l.op == LEND_PID)
			s->pid = l.pid;
	}
	if (got == 0)
		drain();
}

/* All settings; what is wrong with them, a line for each. */
static void read_settings(const char *path, struct fmt *wrong)
{
	const char *asked = path ? path : setting_text("INIT_LOG_CONFIG"), *name = asked ? asked : "/etc/logd.conf";
	size_t len;
	const char *text = files_load(AT_FDCWD, name, &len);

	fmt_open(wrong, mistakes, sizeof mistakes);
	logconf_init(&conf);
	if (text)
		logconf_file(&conf, name, text, len, wrong);
	else if (asked || errno != ENOENT)
		fmt_add(wrong, "%s: %m\n", name);
	logconf_variables(&conf, environ, wrong);
	if (logseeds_read)
		logseeds_read(&conf, environ, wrong);
}

static void tell(const struct fmt *wrong, void (*say)(const char *, ...))
{
	for (char *p = wrong->mem, *end; *p; p = end + 1) {
		end = p + strcspn(p, "\n");
		say("%.*s", (int)(end - p), p);
		if (!*end)
			break;
	}
	if (wrong->cut)
		say("… and more");
}

/* Those with a wrong URL are left out; their number. Nothing is made or connected before the loop runs. */
static int open_sinks(void (*say)(const char *, ...))
{
	const char *p = conf.forward, *why = "out of memory";
	int wrong = 0;

	sinks_drop = conf.full == LOGCONF_DROP;
	forward_defaults(conf.queue, conf.spool, conf.spool_size);
	for (size_t n; p && (n = logconf_word(&p)); p += n) {
		char *url = strndup(p, n);
		if (url && sinks_open(url, &why) == 0)
			continue;
		say("INIT_LOG_FORWARD: %.*s: %s; it is left out", (int)n, p, why);
		wrong++;
	}
	return wrong;
}

static int check(const char *path)
{
	struct fmt wrong;

	read_settings(path, &wrong);
	tell(&wrong, msg_error);
	return open_sinks(msg_error) + input_check(&conf, msg_error) || wrong.len > 0;
}

static void open_flow(bool lent, bool shared)
{
	struct flow_style style = {.conf = &conf, .lent = lent, .shared = shared};
	struct fmt wrong;

	read_settings(NULL, &wrong);
	style.colour = sink_stdio_colour();
	if (flow_open(&style))
		die(111, "out of memory");
	tell(&wrong, flow_say);
	open_sinks(flow_say);
}

static bool is_lent(void)
{
	int type;
	socklen_t len = sizeof type;

	return getsockopt(LENDERS, SOL_SOCKET, SO_TYPE, &type, &len) == 0 && type == SOCK_SEQPACKET;
}

/* init ends all processes at once when it stops, but the log has to see the others out. */
static void ignore_signals(void)
{
	static const unsigned char ignored[] = {SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM, SIGPIPE};

	for (size_t i = 0; i < sizeof ignored; i++)
		signal(ignored[i], SIG_IGN);
}

static void on_late(struct loop_timer *t)
{
	(void)t; /* the loop has turned */
}

/* Everything was taken: what other servers have not got yet may take its time, but not for ever. */
static void flush(void)
{
	int64_t until = stopped_ms + (int64_t)conf.flush_ms;
	struct loop_timer late = {.fire = on_late};

	loop_at(&late, until);
	sinks_stop(until);
	while (!sinks_idle() && clock_ms() < until)
		loop_turn(true);
}

static void gather(void)
{
	static const struct lend hello = {.op = LEND_HELLO};
	const char *dir = getenv("INIT_RUN_DIR");

	ignore_signals();
	spawn_raise_files();
	if (dir && dir[0]) /* one we may not write to: there is nothing to ask, then */
		follow_open(dir, (enum format_stamp)conf.style.timestamps);
	if (loop_add(&lenders, EPOLLIN))
		die(111, "cannot watch fd 3: %m");
	input_open(&conf);
	flow_recall();
	lend_send(LENDERS, &hello, -1, -1);
	while (!again && (!leaving || source_count() || !input_idle() || !flow_idle()))
		loop_turn(true);
	if (again)
		flow_hand_over();
}

static void filter(const char *name)
{
	struct source *s = source_add(1, name, (int[2]){0, -1}, flow_ready);
	bool timed = sinks_used() || conf.text_len || conf.style.rate || conf.style.join || conf.full == LOGCONF_DROP;
	bool waits = timed || fcntl(STDIN_FILENO, F_GETFL) & O_NONBLOCK;

	if (!s)
		die(111, "out of memory");
	flow_known(s->name);
	if (waits && loop_add(&s->pipes[0].watch, EPOLLIN)) {
		if (errno != EPERM)
			die(111, "cannot watch stdin: %m");
		waits = false; /* a regular file never does */
	}
	while (source_count() || !flow_idle()) {
		if (!waits && flow_idle())
			flow_ready(&s->pipes[0].watch, EPOLLIN);
		if (waits || !flow_idle() || timed)
			loop_turn(waits || !flow_idle());
	}
	stopped_ms = clock_ms();
}

int logd_main(int argc, char **argv)
{
	struct opts o = {.argc = argc, .argv = argv};
	const char *name = NULL;
	bool shared = false, checks = false, lent;
	sigset_t none;
	int fd;

	for (int c; (c = opts_next(&o, "cn:t", NULL)) != -1;)
		if (c == 'n')
			name = o.arg;
		else if (c == 'c')
			shared = true;
		else if (c == 't')
			checks = true;
		else
			die_usage(2, "%s", o.why);
	if (o.index + checks < argc)
		die_usage(2, "%s: unexpected word", argv[o.index + checks]);
	if (checks)
		return check(argv[o.index]);
	do /* a closed fd 1 must not become one of ours */
		fd = open("/", O_PATH | O_CLOEXEC);
	while (fd >= 0 && fd <= STDERR_FILENO);
	close(fd);
	sigemptyset(&none);
	if (loop_open(&none, NULL))
		die(111, "cannot start: %m");
	setting_verbose();
	lent = !name && is_lent();
	open_flow(lent, shared);
	prctl(PR_SET_NAME, "logd");
	if (lent)
		gather();
	else
		filter(name ? name : "stdin");
	filter_close();
	if (!again && sinks_used())
		flush();
	return 0;
}
