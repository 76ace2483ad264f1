/* syslogd - write syslog messages to a file
 *
 * config:  SYSLOGD
 * group:   logs
 * install: /sbin
 *
 * usage: syslogd [-nSDtL] [-O FILE] [-l N] [-s KB] [-b N] [-R HOST[:PORT]]
 *
 * For images that have their own; under init logd listens at /dev/log itself.
 *
 *   -n         stay in the foreground
 *   -O FILE    write there (/var/log/messages); - is stdout
 *   -l N       only severities below N, 1 to 8 (SYSLOG_LEVEL, or 8)
 *   -S         shorter lines, without host, facility and severity
 *   -s KB      begin a new file at that size (200), 0: never
 *   -b N       keep so many old files, FILE.0 is the latest (1)
 *   -D         drop a message that equals the one before
 *   -t         stamp with the time of receipt: always so, in UTC
 *   -R HOST    send them there by UDP, port 514, instead
 *   -L         and write them too
 *
 * HUP opens FILE again. There is no -C and no logread.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h> /* rename */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/die.h"
#include "base/fmt.h"
#include "base/msg.h"
#include "base/num.h"
#include "base/opts.h"
#include "base/setting.h"
#include "pure/line.h"
#include "pure/syslog.h"
#include "svc/devlog.h"
#include "svc/flow.h"
#include "svc/sink_stdio.h"
#include "svc/sinks.h"
#include "sys/clock.h"
#include "sys/files.h"
#include "sys/hostname.h"
#include "sys/loop.h"

#define PID_FILE "/var/run/syslogd.pid"

/* A byte of text may become two. */
enum { LEVELS = 8, HEAD_MAX = 640, TEXT_MAX = HEAD_MAX + 2 * FLOW_TEXT_MAX, AGAIN_MS = 1000, FLUSH_MS = 2000 };

static const char *file = "/var/log/messages";
static unsigned long size_max = 200, backups = 1;
static bool small, no_doubles, locally = true, ending;

static struct sink_stdio out; /* of raw lines, which are made here */
static unsigned long long size;
static bool rotates;
static struct loop_fd room;
static struct loop_timer again;

static char *text, *last; /* TEXT_MAX bytes: the line, and the one before */
static size_t last_len;

static void open_file(void)
{
	struct stat st;
	int fd = open(file, O_WRONLY | O_CREAT | O_APPEND | O_NOCTTY | O_NONBLOCK | O_CLOEXEC, 0666);

	if (fd < 0) {
		msg_error("%s: %m", file);
		return;
	}
	if (out.fd != STDOUT_FILENO)
		close(out.fd);
	rotates = size_max && fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
	size = rotates ? (unsigned long long)st.st_size : 0;
	out.fd = room.fd = fd;
}

static void settle(void)
{
	if (out.closed)
		die(1, "%s: %s", file, strerror(out.error));
	if (out.stuck && (out.full || (loop_add(&room, EPOLLOUT) && errno != EEXIST)))
		loop_at(&again, clock_ms() + AGAIN_MS);
}

/* FILE becomes FILE.0, that FILE.1, and so on; whatever is missing. */
static void rotate(void)
{
	char from[1024], to[1024];

	if (sink_stdio_write(&out))
		return;
	for (unsigned long i = backups; i-- > 0;) {
		fmt_into(to, sizeof to, "%s.%lu", file, i);
		fmt_into(from, sizeof from, i ? "%s.%lu" : "%s", file, i - 1);
		rename(from, to);
	}
	if (!backups)
		unlink(file);
	open_file();
}

/* A message is one line: newlines are blanks, other control characters as ^A. */
static char *put_text(char *to, const char *p, const char *end)
{
	for (;; p++) {
		to = bytes_copy_plain(to, &p, end);
		if (p == end)
			return to;
		if (*p == '\n') {
			*to++ = ' ';
		} else if ((unsigned char)*p < ' ' && *p != '\t') {
			*to++ = '^';
			*to++ = (char)(*p + '@');
		} else {
			*to++ = *p;
		}
	}
}

/* Into `text`; its length. */
static size_t make(const struct line *l)
{
	const char *tag = syslog_tag(l);
	struct fmt f;

	fmt_open(&f, text, HEAD_MAX);
	syslog_stamp(&f, l->time.tv_sec);
	fmt_char(&f, ' ');
	if (!small)
		fmt_add(&f, "%.*s %s.%s ", 64, l->host ? l->host : hostname_get(), syslog_facility_name(l->facility),
		        syslog_severity_name(l->severity));
	if (tag)
		fmt_str(&f, tag);
	if (tag && l->pid)
		fmt_add(&f, "[%d]", (int)l->pid);
	if (tag)
		fmt_str(&f, ": ");
	return (size_t)(put_text(text + f.len, l->text, l->text + l->len) - text);
}

static void write_line(const struct line *l)
{
	size_t len = make(l);
	struct line raw = {.service = "", .text = text, .len = len, .newline = true};
	char *swap = last;

	if (no_doubles && len == last_len && memcmp(last, text, len) == 0)
		return;
	if (rotates && size > size_max * 1024)
		rotate();
	sink_stdio_put(&out, &raw);
	if (sink_stdio_full(&out))
		sink_stdio_write(&out);
	size += len + 1;
	last = text;
	last_len = len;
	text = swap;
}

static bool put(const struct line *l)
{
	if (out.stuck || sinks_stuck())
		return false;
	if (locally)
		write_line(l);
	sinks_line(l);
	return true;
}

static void flush(void)
{
	sink_stdio_write(&out);
	settle();
	sinks_flush();
}

static void resume(void)
{
	loop_remove(&room);
	loop_at(&again, 0);
	flush();
	if (!out.stuck && !sinks_stuck())
		devlog_resume();
}

static void on_room(struct loop_fd *w, uint32_t events)
{
	(void)w, (void)events;
	resume();
}

static void on_again(struct loop_timer *t)
{
	(void)t;
	resume();
}

static void on_signal(const struct signalfd_siginfo *got)
{
	if (got->ssi_signo != SIGHUP) {
		ending = true;
	} else if (locally && file[1]) {
		sink_stdio_write(&out);
		loop_remove(&room);
		open_file();
		resume();
	}
}

static void forward_to(const char *host)
{
	const char *why = "too long";
	char url[300];

	if (fmt_into(url, sizeof url, "syslog+udp://%s", host) || sinks_open(strdup(url), &why))
		die(1, "-R %s: %s", host, why);
	sinks_on_room(resume);
}

/* The parent leaves when the child is ready, or has said why it is not. */
static int go_into_background(void)
{
	int ends[2];
	char byte;

	if (pipe2(ends, O_CLOEXEC))
		die(1, "pipe: %m");
	switch (_Fork()) {
	case -1:
		die(1, "fork: %m");
	case 0:
		close(ends[0]);
		setsid();
		return ends[1];
	default:
		close(ends[1]);
		_exit(read(ends[0], &byte, 1) == 1 ? 0 : 1);
	}
}

static void let_go(int ready)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	for (int fd = 0; null >= 0 && fd < 3; fd++)
		if (fd != out.fd)
			dup2(null, fd);
	files_write_all(ready, "", 1);
	close(ready);
}

/* Where the messages go. */
static void open_out(void)
{
	text = malloc(TEXT_MAX + BYTES_MORE);
	last = malloc(TEXT_MAX + BYTES_MORE);
	out.fd = STDOUT_FILENO;
	if (locally && strcmp(file, "-") != 0)
		open_file();
	if (locally && out.fd == STDOUT_FILENO && strcmp(file, "-") != 0)
		exit(1);
	if (!text || !last || sink_stdio_open(&out, out.fd, "out", (int[]){-1, -1}, false))
		die(1, "out of memory");
	out.format.kind = FORMAT_RAW;
	room = (struct loop_fd){.fd = out.fd, .ready = on_room};
	again.fire = on_again;
}

static void serve(const struct devlog_user *user, const char *to, int ready)
{
	static const unsigned char wanted[] = {SIGTERM, SIGINT, SIGQUIT, SIGHUP};
	struct loop_timer late = {.fire = on_again};
	const char *why;
	sigset_t set;
	char pid[16];

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof wanted; i++)
		sigaddset(&set, wanted[i]);
	signal(SIGPIPE, SIG_IGN);
	if (loop_open(&set, on_signal))
		die(1, "cannot start: %m");
	if (to)
		forward_to(to);
	if (devlog_open("/dev/log", -1, user, &why))
		die(1, "/dev/log: %s", why);
	fmt_into(pid, sizeof pid, "%d\n", (int)getpid());
	files_replace(AT_FDCWD, PID_FILE, 0644, pid, strlen(pid)); /* without such a directory nobody looks for it */
	if (ready >= 0)
		let_go(ready);
	while (!ending)
		loop_turn(true);
	devlog_close();
	late.at_ms = 0;
	loop_at(&late, clock_ms() + FLUSH_MS);
	sinks_stop(late.at_ms);
	while (late.at_ms && (out.stuck || !sinks_idle()))
		loop_turn(true);
	unlink(PID_FILE);
}

static unsigned long number(const char *name, const char *word, unsigned long least, unsigned long most)
{
	unsigned long n;

	if (num_uint(word, most, &n) || n < least)
		die_usage(1, "%s %s: must be a number from %lu to %lu", name, word, least, most);
	return n;
}

int syslogd_main(int argc, char **argv)
{
	struct opts o = {.argc = argc, .argv = argv};
	static struct devlog_user user = {.put = put, .flush = flush, .takes_over = true, .below = LEVELS};
	const char *to = NULL, *level = setting_text("SYSLOG_LEVEL"), *level_name = "SYSLOG_LEVEL";
	bool foreground = false, both = false;

	for (int c; (c = opts_next(&o, "nO:l:Ss:b:DtR:L", NULL)) != -1;)
		switch (c) {
		case 'n':
			foreground = true;
			break;
		case 'O':
			file = o.arg;
			break;
		case 'l':
			level = o.arg;
			level_name = "-l";
			break;
		case 'S':
			small = true;
			break;
		case 's':
			size_max = number("-s", o.arg, 0, 1 << 30);
			break;
		case 'b':
			backups = number("-b", o.arg, 0, 99);
			break;
		case 'D':
			no_doubles = true;
			break;
		case 't':
			break;
		case 'R':
			to = o.arg;
			break;
		case 'L':
			both = true;
			break;
		default:
			die_usage(1, "%s", o.why);
		}
	if (o.index < argc)
		die_usage(1, "%s: unexpected word", argv[o.index]);
	if (level)
		user.below = (int)number(level_name, level, 1, LEVELS);
	locally = !to || both;
	open_out();
	serve(&user, to, foreground ? -1 : go_into_background());
	return 0;
}
