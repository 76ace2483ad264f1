/* logd - gather the lines of all services
 *
 * config:  LOGD
 * group:   logs
 * install: /sbin
 *
 * usage: logd [-c] [-n NAME]
 *
 * init starts it to gather what the services write: their stdout goes to its
 * stdout, their stderr to its stderr, line by line. By hand it is a filter: the
 * lines of stdin are those of the service NAME.
 *
 *   -c  others write to our stdout too: no line may be mixed with theirs
 *
 *   INIT_LOG_FORMAT      text (NAME | line; NAME + goes on), json or raw
 *   INIT_LOG_TIMESTAMPS  none, rfc3339, tai64n or unix: before lines of text
 *   INIT_LOG_MAX_LINE    bytes (16384): longer lines go on as further parts
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
#include "base/num.h"
#include "base/opts.h"
#include "svc/flow.h"
#include "svc/follow.h"
#include "svc/source.h"
#include "sys/lend.h"
#include "sys/loop.h"
#include "sys/spawn.h"

enum { LENDERS = 3, LINE_MAX_LEAST = 64, LINE_MAX_MOST = 1 << 20 };

int logd_main(int argc, char **argv);

static void on_message(struct loop_fd *, uint32_t);

static struct flow_style style = {.line_max = 16384};
static struct loop_fd lenders = {.fd = LENDERS, .ready = on_message};
static bool leaving; /* the lenders have closed: drain what there is */

static void end(struct source *s, bool going)
{
	bool has_err = s->pipes[1].watch.fd >= 0; /* asked now: s is freed with its last pipe */

	flow_end(&s->pipes[0], going);
	if (has_err)
		flow_end(&s->pipes[1], going);
}

static void drain(void)
{
	leaving = true;
	loop_remove(&lenders);
	for (size_t i = source_count(); i-- > 0;)
		end(source_at(i), true);
}

static void add(const struct lend *l, const int fds[2])
{
	struct source *s = source_add(l->id, l->name, fds, flow_ready);

	if (!s && errno == EEXIST)
		return;
	if (s)
		flow_known(s->name);
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
		s = source_find(l.id);
		if (s && l.op == LEND_END)
			end(s, false);
	}
	if (got == 0)
		drain();
}

/* What is set wrongly is named when there is a place to say it; the default stands for it. */
static const struct {
	const char *name, *wants;
} settings[] = {
        {"INIT_LOG_FORMAT", "text, json or raw"},
        {"INIT_LOG_TIMESTAMPS", "none, rfc3339, tai64n or unix"},
        {"INIT_LOG_MAX_LINE", "a number of bytes from 64 to 1048576"},
};

enum { FORMAT, STAMPS, MAX_LINE, SETTINGS };

static int set(int setting, const char *value)
{
	unsigned long n;

	if (setting == FORMAT)
		return format_kind(value, &style.kind);
	if (setting == STAMPS)
		return format_stamp(value, &style.stamp);
	if (num_uint(value, LINE_MAX_MOST, &n) || n < LINE_MAX_LEAST)
		return -1;
	style.line_max = n;
	return 0;
}

static void open_flow(void)
{
	const char *no_colour = getenv("NO_COLOR"), *term = getenv("TERM"), *value;
	bool wrong[SETTINGS] = {0};

	style.colour = !(no_colour && no_colour[0]) && !(term && strcmp(term, "dumb") == 0);
	for (int i = 0; i < SETTINGS; i++) {
		value = getenv(settings[i].name);
		wrong[i] = value && value[0] && set(i, value);
	}
	if (flow_open(&style))
		die(111, "out of memory");
	for (int i = 0; i < SETTINGS; i++)
		if (wrong[i])
			flow_say("%s=%s: must be %s; the default is used", settings[i].name, getenv(settings[i].name),
			         settings[i].wants);
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

static void gather(void)
{
	static const struct lend hello = {.op = LEND_HELLO};
	const char *dir = getenv("INIT_RUN_DIR");

	ignore_signals();
	spawn_raise_files();
	if (dir && dir[0])
		follow_open(dir, style.stamp); /* a directory we may not write to: there is nothing to ask, then */
	if (loop_add(&lenders, EPOLLIN))
		die(111, "cannot watch fd 3: %m");
	lend_send(LENDERS, &hello, -1, -1);
	while (!leaving || source_count() || !flow_idle())
		loop_turn(true);
}

static void filter(const char *name)
{
	struct source *s = source_add(1, name, (int[2]){0, -1}, flow_ready);
	bool waits = fcntl(STDIN_FILENO, F_GETFL) & O_NONBLOCK;

	if (!s)
		die(111, "out of memory");
	flow_known(s->name);
	if (waits && loop_add(&s->pipes[0].watch, EPOLLIN))
		die(111, "cannot watch stdin: %m");
	while (source_count() || !flow_idle())
		if (waits || !flow_idle())
			loop_turn(true);
		else
			flow_ready(&s->pipes[0].watch, EPOLLIN);
}

int logd_main(int argc, char **argv)
{
	struct opts o = {.argc = argc, .argv = argv};
	const char *name = NULL;
	sigset_t none;
	int fd;

	for (int c; (c = opts_next(&o, "cn:", NULL)) != -1;)
		if (c == 'n')
			name = o.arg;
		else if (c == 'c')
			style.shared = true;
		else
			die_usage(2, "%s", o.why);
	if (o.index < argc)
		die_usage(2, "%s: unexpected word", argv[o.index]);
	do /* a closed fd 1 must not become one of ours */
		fd = open("/", O_PATH | O_CLOEXEC);
	while (fd >= 0 && fd <= STDERR_FILENO);
	close(fd);
	sigemptyset(&none);
	if (loop_open(&none, NULL))
		die(111, "cannot start: %m");
	open_flow();
	prctl(PR_SET_NAME, "logd");
	if (!name && is_lent())
		gather();
	else
		filter(name ? name : "stdin");
	return 0;
}
