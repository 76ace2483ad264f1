/* svlogd - keep log lines in rotated directories
 *
 * config:  SVLOGD
 * group:   logs
 * install: /usr/bin
 *
 * usage: svlogd [-tttv] [-r C] [-R CHARS] [-l LEN] [-b BYTES] DIR...
 *
 * Writes the lines of stdin to each DIR/current, by the rules in DIR/config:
 *
 *   sSIZE tAGE         rotate at so many bytes (1000000), seconds
 *   nNUM NMIN          old files kept (10), and on a full disk
 *   !CMD               sh -c CMD makes each old file of what was written
 *   uIP[:PORT] UIP     sends lines by UDP too, instead
 *   pPREFIX            before each line
 *   +PATTERN or -      takes, leaves out lines; * + stand for runs of bytes
 *   ePATTERN EPATTERN  prints lines on stderr, does not
 *
 *   -t  stamps lines: TAI64N; -tt 2026-11-22_07:40:56.12345; -ttt with a T
 *   -r  replaces what is not printable by C, -R these CHARS too (by _)
 *   -l  bytes of a line that patterns see, UDP and stderr get (1000)
 *   -b  reads so much at once (at least 65536)
 *   -v  tells each step
 *
 * TERM ends at the end of a line, HUP opens all anew, ALRM rotates. Lines read
 * at once share a stamp. Files are synced when they are rotated or closed.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/date.h"
#include "base/die.h"
#include "base/fmt.h"
#include "base/msg.h"
#include "base/num.h"
#include "base/opts.h"
#include "svc/logdir.h"
#include "sys/clock.h"
#include "sys/files.h"
#include "sys/loop.h"
#include "sys/pages.h"
#include "sys/spawn.h"

enum { READ = 65536, PIPE = 262144, MOST = 1 << 24, BIG = 8192, QUIET_MS = 500, STAMP_MAX = 32, HEAD_MAX = 1100 };

int svlogd_main(int argc, char **argv);

struct target {
	struct logdir dir;
	bool taken; /* the line that goes on in the next batch is written there */
	int udp;    /* a socket; 0: none yet */
};

static void on_input(struct loop_fd *, uint32_t);
static void on_quiet(struct loop_timer *);

static struct target *targets;
static size_t count;

/* The batch [in, batch_end) is whole lines, or a part of one longer than READ; it is handed to one target after the
 * other. Behind it is what was read of the next line. */
static char *in, *out;
static size_t have;
static const char *batch_end;
static const char *at; /* the target whose turn it is has taken what is before */
static size_t turn;
static bool inside; /* the batch begins within a line */

static struct loop_fd input = {.fd = STDIN_FILENO, .ready = on_input};
static struct loop_timer quiet = {.fire = on_quiet};
static bool polled;  /* stdin is no regular file */
static bool leaving; /* TERM: to the end of this line */
static bool over;    /* nothing more is read */

static int stamps;
static bool replaces;
static char replaced[256]; /* by what; 0: not */
static unsigned long line_max = 1000, read_max = READ;

static char head[HEAD_MAX + BYTES_MORE];
static size_t head_len;
static char stamp[STAMP_MAX];

static bool has_batch(void)
{
	return turn < count;
}

static void make_stamp(void)
{
	struct timespec now;
	struct date d;
	struct fmt f;

	if (!stamps)
		return;
	now = clock_wall();
	fmt_open(&f, stamp, sizeof stamp);
	if (stamps == 1) {
		date_tai64n(&f, &now);
	} else {
		d = date_of(now.tv_sec);
		fmt_add(&f, "%04u-%02u-%02u%c%02u:%02u:%02u.%05u", d.year, d.month, d.day, stamps == 2 ? '_' : 'T',
		        d.hour, d.minute, d.second, (unsigned)now.tv_nsec / 10000);
	}
	fmt_char(&f, ' ');
}

static char *compose(char *to, const char *line, size_t len, const char *end)
{
	to = bytes_copy(to, head, head_len);
	to = bytes_copy(to, line, len);
	return bytes_copy(to, end, strlen(end));
}

/* What cannot be sent to its address is noted in the file. Returns the end of the note. */
static char *send_line(struct target *t, char *to, const char *line, size_t len, const char *end)
{
	static const char note[] = "warning: failure sending through udp: ";
	const union address *a = &t->dir.rules.to;
	char *text = to + sizeof note - 1;

	if (t->udp <= 0)
		t->udp = socket(a->any.sa_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	end = compose(text, line, len, end);
	if (sendto(t->udp, text, (size_t)(end - text), 0, &a->any, address_size(a)) == end - text)
		return to;
	memcpy(to, note, sizeof note - 1);
	return to + (end - to);
}

/* One line of [at, batch_end), to `to`. */
static char *line(struct target *t, char *to)
{
	const struct logrules *r = &t->dir.rules;
	const char *newline = bytes_find(at, batch_end, '\n'), *text = at;
	size_t len = (size_t)(newline - at), cut = len < line_max ? len : line_max;
	const char *end = len < line_max ? "\n" : "...\n";
	bool alert;

	at = newline < batch_end ? newline + 1 : newline;
	t->taken = logrules_take(r, text, cut, &alert);
	if (alert)
		files_write_all(STDERR_FILENO, to, (size_t)(compose(to, text, cut, end) - to));
	if (!t->taken)
		return to;
	if (r->udp)
		to = send_line(t, to, text, cut, end);
	t->taken = !r->only_udp;
	return t->taken ? compose(to, text, len, newline < batch_end ? "\n" : "") : to;
}

/* Takes of the batch what fits into `out`, as this target wants it. */
static void fill(struct target *t)
{
	const struct logrules *r = &t->dir.rules;
	char *to = out, *room = out + 2 * READ;
	bool simple = !r->selective && !r->udp;
	struct fmt f;

	if (simple && !stamps && !r->prefix[0]) {
		t->dir.file.at = at;
		t->dir.file.end = at = batch_end;
		return;
	}
	fmt_open(&f, head, HEAD_MAX);
	fmt_str(&f, stamp);
	fmt_str(&f, r->prefix);
	head_len = f.len;
	if (at == in && inside) {
		const char *end = bytes_find(at, batch_end, '\n');
		end += end < batch_end;
		if (t->taken)
			to = bytes_copy(to, at, (size_t)(end - at));
		at = end;
	}
	while (at < batch_end && to < room) {
		const char *was = at;
		if (simple)
			to = bytes_prefix(to, room, head, head_len, &at, batch_end, SIZE_MAX);
		if (at == was)
			to = line(t, to);
	}
	t->dir.file.at = out;
	t->dir.file.end = to;
}

static void end_if_told(void)
{
	if (!leaving || have || inside)
		return;
	over = true;
	loop_remove(&input);
}

/* Hands the batch on, until a target is stuck. */
static void give(void)
{
	for (; turn < count; turn++, at = in) {
		struct target *t = &targets[turn];
		while (t->dir.lock >= 0) {
			if (logfile_write(&t->dir.file)) {
				loop_remove(&input);
				return;
			}
			if (at == batch_end)
				break;
			fill(t);
		}
	}
	inside = batch_end[-1] != '\n';
	have -= (size_t)(batch_end - in);
	memmove(in, batch_end, have);
	end_if_told();
}

static void moved(struct logfile *f)
{
	(void)f;
	if (!has_batch())
		return;
	give();
	if (!has_batch() && polled && !over)
		loop_add(&input, EPOLLIN);
}

static void begin_batch(const char *end)
{
	batch_end = end;
	at = in;
	turn = 0;
	make_stamp();
	give();
}

/* No more is read: an unterminated last line gets its newline. */
static void end_input(void)
{
	over = true;
	loop_remove(&input);
	if (have || inside) {
		in[have++] = '\n';
		begin_batch(in + have);
	}
}

static void replace(char *p, size_t n)
{
	for (; replaces && n--; p++)
		if (replaced[(unsigned char)*p])
			*p = replaced[(unsigned char)*p];
}

static void on_input(struct loop_fd *w, uint32_t events)
{
	ssize_t n = read(w->fd, in + have, leaving ? 1 : read_max);
	char *end;

	(void)events;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n < 0)
		msg_error("warning: cannot read stdin: %m");
	if (n <= 0) {
		end_input();
		return;
	}
	if (n > BIG)
		loop_at(&quiet, clock_ms() + QUIET_MS);
	replace(in + have, (size_t)n);
	have += (size_t)n;
	for (end = in + have; end > in + have - n && end[-1] != '\n'; end--)
		;
	if (end > in + have - n)
		begin_batch(end);
	else if (have >= read_max)
		begin_batch(in + have);
}

/* What a burst needed is given back. */
static void on_quiet(struct loop_timer *t)
{
	if (has_batch())
		loop_at(t, clock_ms() + QUIET_MS);
	else
		pages_forget(in + have, 2 * read_max - have), pages_forget(out, 2 * read_max);
}

static void open_all(void)
{
	struct logrules rules;
	size_t opened = 0;
	const char *what;

	logrules_default(&rules);
	for (size_t i = 0; i < count; i++) {
		struct logdir *d = &targets[i].dir;
		logdir_close(d);
		if (logdir_open(d, &rules, &what) == 0)
			opened++;
		else
			msg_error("warning: cannot %s %s: %m", what, d->file.name);
	}
	if (!opened)
		die(111, "no functional log directories");
}

static void on_signal(const struct signalfd_siginfo *s)
{
	switch (s->ssi_signo) {
	case SIGALRM:
		for (size_t i = 0; i < count; i++)
			logdir_rotate(&targets[i].dir);
		break;
	case SIGHUP:
		open_all();
		moved(NULL);
		break;
	default:
		leaving = true;
		for (size_t i = 0; i < count; i++)
			targets[i].dir.leaving = true;
		end_if_told();
	}
}

static bool is_busy(void)
{
	for (size_t i = 0; i < count; i++)
		if (logdir_busy(&targets[i].dir) || targets[i].dir.file.stuck)
			return true;
	return has_batch();
}

static void run(void)
{
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGHUP);
	sigaddset(&signals, SIGALRM);
	if (spawn_open() || loop_open(&signals, on_signal))
		die(111, "cannot start: %m");
	open_all();
	if (fcntl(STDIN_FILENO, F_GETPIPE_SZ) < PIPE)
		fcntl(STDIN_FILENO, F_SETPIPE_SZ, PIPE); /* fewer turns with a busy writer; no pipe: no matter */
	polled = loop_add(&input, EPOLLIN) == 0;
	while (!over || is_busy())
		if (loop_turn(polled || over || has_batch()) >= 0 && !polled && !over && !has_batch())
			on_input(&input, 0);
	for (size_t i = 0; i < count; i++)
		logdir_close(&targets[i].dir);
}

static unsigned long number(const char *word, unsigned long otherwise)
{
	unsigned long n;

	if (num_uint(word, MOST, &n))
		die_usage(111, "%s: must be a number of at most %d", word, MOST);
	return n ? n : otherwise;
}

static void set_replaced(char by, const char *more)
{
	replaces = true;
	for (int c = 0; c < 256; c++)
		if (c != '\n' && (c < ' ' || c > '~' || strchr(more, c)))
			replaced[c] = by;
}

int svlogd_main(int argc, char **argv)
{
	struct opts o = {.argc = argc, .argv = argv};
	const char *by = NULL, *more = NULL;

	for (int c; (c = opts_next(&o, "tvr:R:l:b:", NULL)) != -1;)
		switch (c) {
		case 't':
			stamps += stamps < 3;
			break;
		case 'v':
			msg_verbose = 2;
			break;
		case 'r':
			by = o.arg;
			break;
		case 'R':
			more = o.arg;
			break;
		case 'l':
			line_max = number(o.arg, line_max);
			break;
		case 'b':
			read_max = number(o.arg, READ);
			break;
		default:
			die_usage(111, "%s", o.why);
		}
	if (by && (!by[0] || by[1]))
		die_usage(111, "-r: must be one character");
	if (o.index == argc)
		die_usage(111, "no directory is given");
	if (read_max <= line_max)
		die_usage(111, "-b must be more than -l");
	if (read_max < READ)
		read_max = READ;
	if (by || more)
		set_replaced(by ? *by : '_', more ? more : "");
	count = (size_t)(argc - o.index);
	targets = calloc(count, sizeof *targets);
	in = malloc(2 * read_max + 1);
	out = malloc(2 * READ + 2 * read_max + 2 * HEAD_MAX);
	if (!targets || !in || !out)
		die(111, "out of memory");
	turn = count;
	for (size_t i = 0; i < count; i++) {
		logdir_init(&targets[i].dir, argv[o.index + (int)i], moved);
		targets[i].dir.file.slack = line_max;
	}
	run();
	return 0;
}
