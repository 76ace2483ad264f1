/* cronlog - see cronlog.h */
#include "svc/cronlog.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/msg.h"
#include "base/setting.h"
#include "pure/heading.h"
#include "pure/line.h"
#include "pure/lines.h"
#include "pure/logconf.h"
#include "svc/sink_stdio.h"
#include "sys/children.h"
#include "sys/clock.h"
#include "sys/loop.h"

/* PIECE: what one read makes fits into a sink that is not full, however short its lines are. ROUNDS of them empty a
 * pipe. */
enum { PIECE = 4096, ROUNDS = 17, AGAIN_MS = 1000, LINE_MOST = 65536, LEAST = 64, INFO = 6, ERR = 3 };

struct out {
	struct sink_stdio sink;
	struct loop_fd room;
	struct loop_timer again; /* for what epoll cannot tell: space on a disk */
	bool headings;
};

struct cronlog_pipe {
	struct loop_fd watch; /* in the loop unless `waits` */
	struct cronlog_pipe *next, **place;
	struct out *out;
	char *tail; /* of the heap: an unfinished line */
	size_t tail_len;
	unsigned part, part_id;
	bool is_stderr, waits;
	char name[]; /* cron/backup */
};

static struct out outs[2], *to[2] = {&outs[0], &outs[1]};
static struct cronlog_pipe *pipes;
static char *mem; /* of the heap while there are pipes: an unfinished line and what is read behind it */
static size_t line_max;
static unsigned lost;
static void (*on_room)(void);
const char *cronlog_prefix = "cron";
static const char *own = "crond"; /* whose line it is that is about no job */

/* What comes before the line's text. */
static void head(struct out *o, struct line *l)
{
	struct heading h = {.name = l->service,
	                    .name_len = strlen(l->service),
	                    .members = l->members,
	                    .members_len = l->members_len,
	                    .severity = l->severity,
	                    .part_id = l->part_id,
	                    .part = l->part,
	                    .last = l->last};
	struct fmt f;

	if (!o->headings) {
		sink_stdio_head(&o->sink, l);
		return;
	}
	fmt_open(&f, o->sink.format.head, FORMAT_HEAD_MAX);
	heading_write(&f, &h);
	o->sink.format.head_len = f.len;
	l->part = 0;
}

static void put(struct out *o, struct line *l)
{
	head(o, l);
	sink_stdio_put(&o->sink, l);
}

/* Writes what was put. */
static void settle(struct out *o)
{
	if (o->sink.stuck)
		return;
	if (sink_stdio_write(&o->sink) == 0) {
		for (int i = 0; i < 2 && !pipes; i++)
			if (!sink_stdio_left(&to[i]->sink))
				sink_stdio_calm(&to[i]->sink);
		return;
	}
	if (o->sink.full || loop_add(&o->room, EPOLLOUT))
		loop_at(&o->again, clock_ms() + AGAIN_MS);
}

/* It was stuck. */
static void try(struct out *o)
{
	unsigned n = lost;

	loop_remove(&o->room);
	loop_at(&o->again, 0);
	o->sink.stuck = false;
	settle(o);
	if (o->sink.stuck)
		return;
	for (struct cronlog_pipe *p = pipes; p; p = p->next)
		if (p->waits && p->out == o)
			p->waits = loop_add(&p->watch, EPOLLIN) != 0;
	lost = 0;
	if (n)
		cronlog_say(NULL, ERR, NULL, "%u lines about jobs lost: the log was full", n);
	if (on_room)
		on_room();
}

static void has_room(struct loop_fd *w, uint32_t events)
{
	(void)events;
	try(container_of(w, struct out, room));
}

static void once_more(struct loop_timer *t)
{
	try(container_of(t, struct out, again));
}

static void close_pipe(struct cronlog_pipe *p)
{
	struct cronlog_pipe **at = &pipes;

	while (*at != p)
		at = &(*at)->next;
	*at = p->next;
	if (p->place)
		*p->place = NULL;
	if (!p->waits)
		loop_remove(&p->watch);
	close(p->watch.fd);
	free(p->tail);
	free(p);
	if (pipes)
		return;
	free(mem);
	mem = NULL;
}

/* Hands on the lines that are whole; `end`: and the rest. */
static void hand_on(struct cronlog_pipe *p, struct lines *l, bool end)
{
	struct line one = {.time = clock_wall(),
	                   .service = p->name,
	                   .stream = p->is_stderr ? LINE_STDERR : LINE_STDOUT,
	                   .severity = p->is_stderr ? ERR : INFO};

	for (;;) {
		one.part = 0;
		head(p->out, &one);
		sink_stdio_lines(&p->out->sink, l);
		if (!lines_next(l, &one) && !(end && lines_rest(l, &one)))
			return;
		put(p->out, &one);
	}
}

/* What is unfinished. Without memory for it, it is a line. */
static void keep(struct cronlog_pipe *p, struct lines *l)
{
	size_t len = (size_t)(l->end - l->at);
	char *tail = len ? realloc(p->tail, len) : NULL;

	if (len && !tail)
		hand_on(p, l, true);
	if (tail)
		memcpy(tail, l->at, len);
	else
		free(p->tail);
	p->tail = tail;
	p->tail_len = tail ? len : 0;
	p->part = l->part;
	p->part_id = l->part_id;
}

/* Reads once; how much. 0: nothing now, or it has ended. */
static size_t take(struct cronlog_pipe *p)
{
	struct lines l = {.at = mem, .max = line_max, .part = p->part, .part_id = p->part_id};
	ssize_t n = read(p->watch.fd, mem + p->tail_len, PIECE);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (p->tail_len)
		memcpy(mem, p->tail, p->tail_len);
	l.fresh = mem + p->tail_len;
	l.end = l.fresh + (n > 0 ? n : 0);
	hand_on(p, &l, n <= 0);
	if (n <= 0) {
		close_pipe(p);
		return 0;
	}
	keep(p, &l);
	return (size_t)n;
}

static void ready(struct loop_fd *w, uint32_t events)
{
	struct cronlog_pipe *p = container_of(w, struct cronlog_pipe, watch);
	struct out *o = p->out;

	(void)events;
	if (o->sink.stuck) {
		loop_remove(w);
		p->waits = true;
		return;
	}
	for (int i = 1; take(p) == PIECE && i < ROUNDS && !sink_stdio_full(&o->sink); i++)
		;
	settle(o);
}

int cronlog_add(struct cronlog_pipe **place, int fd, bool is_stderr, const char *label)
{
	size_t len = strlen(cronlog_prefix) + strlen(label) + 2;
	struct cronlog_pipe *p = calloc(1, sizeof *p + len);

	if (!mem)
		mem = malloc(line_max + PIECE);
	if (p && mem) {
		p->watch = (struct loop_fd){.fd = fd, .ready = ready};
		p->out = to[is_stderr];
		p->is_stderr = is_stderr;
		fmt_into(p->name, len, "%s/%s", cronlog_prefix, label);
		fcntl(fd, F_SETFL, O_NONBLOCK);
		if (loop_add(&p->watch, EPOLLIN) == 0) {
			p->next = pipes;
			pipes = p;
			p->place = place;
			*place = p;
			return 0;
		}
	}
	close(fd);
	free(p);
	return -1;
}

bool cronlog_leave(struct cronlog_pipe *p)
{
	struct cronlog_pipe **place = p ? p->place : NULL;
	struct out *o = p ? p->out : NULL;
	size_t n = PIECE;
	int held = 0;

	if (!p)
		return true;
	for (int i = 0; i < ROUNDS && n == PIECE && !o->sink.stuck; i++) {
		n = take(p);
		if (n < PIECE || sink_stdio_full(&o->sink))
			settle(o);
	}
	if (!*place)
		return true;
	if (o->sink.stuck && ioctl(p->watch.fd, FIONREAD, &held) == 0 && held)
		return false;
	*place = NULL;
	p->place = NULL;
	return true;
}

void cronlog_say(const char *label, int severity, const char *members, const char *text, ...)
{
	char name[128], line[1024];
	struct line l = {.time = clock_wall(),
	                 .service = label ? name : own,
	                 .stream = LINE_STDERR,
	                 .severity = severity,
	                 .members = members,
	                 .members_len = members ? strlen(members) : 0,
	                 .text = line,
	                 .newline = true};
	struct out *o = to[1];
	struct fmt f;
	va_list ap;

	if (sink_stdio_full(&o->sink)) {
		lost++;
		return;
	}
	fmt_into(name, sizeof name, "%s/%s", cronlog_prefix, label ? label : "");
	fmt_open(&f, line, sizeof line);
	va_start(ap, text);
	fmt_va(&f, text, ap);
	va_end(ap);
	l.len = f.len;
	put(o, &l);
	settle(o);
}

int cronlog_open(const char *path, void (*room)(void))
{
	static const int no_stage[2] = {-1, -1};
	int fd = path ? open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0644) : 1;
	bool beneath = !path && setting_is("INIT_SERVICE_LOG", "logd");
	const char *service = setting_text("INIT_SERVICE");
	struct logconf conf;
	char wrong[400];
	sigset_t pipe_gone;
	struct fmt f;

	if (service) {
		own = service;
		msg_name = NULL;
		msg_quick = true;
	}
	sigemptyset(&pipe_gone);
	sigaddset(&pipe_gone, SIGPIPE);
	sigprocmask(SIG_BLOCK, &pipe_gone, NULL);
	if (fd < 0)
		return -1;
	fmt_open(&f, wrong, sizeof wrong);
	logconf_init(&conf);
	logconf_variables(&conf, environ, &f);
	if (f.len && !beneath)
		msg_warn("%.*s", (int)f.len - 1, wrong);
	line_max = conf.line_max < LINE_MOST ? conf.line_max : LINE_MOST;
	if (beneath) /* logd cuts what is longer with its heading */
		line_max = line_max > 2 * HEADING_MAX ? line_max - HEADING_MAX : LEAST;
	on_room = room;
	for (int i = 0; i < (path ? 1 : 2); i++) {
		struct out *o = to[i];
		o->room = (struct loop_fd){.fd = fd + i, .ready = has_room};
		o->again.fire = once_more;
		o->sink.shared = true;
		if (sink_stdio_open(&o->sink, fd + i, cronlog_prefix, no_stage, sink_stdio_colour()))
			return -1;
		o->headings = beneath && o->sink.waits && !o->sink.tty;
		o->sink.format.kind = o->headings ? FORMAT_TEXT : (enum format_kind)conf.style.format;
		o->sink.format.stamp = (enum format_stamp)conf.style.timestamps;
	}
	if (path)
		to[1] = to[0];
	return 0;
}

static bool is_busy(const struct child *unused)
{
	(void)unused;
	for (int i = 0; i < 2; i++)
		if (!outs[i].sink.closed && sink_stdio_left(&outs[i].sink))
			return true;
	return pipes;
}

bool cronlog_flush(int64_t until_ms)
{
	return children_wait(is_busy, NULL, until_ms);
}
