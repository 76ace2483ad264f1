/* follow - see follow.h */
#include "svc/follow.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/fmt.h"
#include "pure/heading.h"
#include "pure/line.h"
#include "pure/lines.h"
#include "sys/loop.h"

enum { HALF = FOLLOW_KEPT / 2, LINE_MOST = HALF - FORMAT_HEAD_MAX - 1 };

struct client {
	struct loop_fd watch; /* fd -1: none */
	size_t at;            /* where in `kept` it goes on */
	unsigned lost;        /* lines, not said yet */
	bool inside;          /* at is inside a line */
	bool asked;           /* its name is complete */
	bool leaving;         /* it wants no more than is kept */
	unsigned char len;
	char name[255];
};

static void on_client(struct loop_fd *, uint32_t);
static void on_connect(struct loop_fd *, uint32_t);

static struct loop_fd listener = {.fd = -1, .ready = on_connect};
static struct client clients[FOLLOW_CLIENTS];
static unsigned count;

static struct format format;
static char kept[FOLLOW_KEPT + BYTES_MORE]; /* whole lines of text */
static size_t len;

static void leave(struct client *c)
{
	loop_remove(&c->watch);
	close(c->watch.fd);
	c->watch.fd = -1;
	count--;
}

/* Is the line at `at` of its service? */
static bool wanted(const struct client *c, size_t at)
{
	size_t end;

	if (!c->len)
		return true;
	if (format.stamp != FORMAT_NONE)
		at = (size_t)(bytes_find(kept + at, kept + len, ' ') - kept) + 1;
	for (end = at; end < len && memcmp(kept + end, " | ", 3) != 0 && memcmp(kept + end, " + ", 3) != 0; end++)
		;
	return heading_owns(c->name, c->len, kept + at, end - at);
}

static size_t next_line(size_t at)
{
	return (size_t)(bytes_find(kept + at, kept + len, '\n') - kept) + 1;
}

/* false: it takes nothing now, or is gone. */
static bool give(struct client *c, const char *text, size_t n, size_t *done)
{
	ssize_t sent = send(c->watch.fd, text, n, MSG_NOSIGNAL | MSG_DONTWAIT);

	*done = sent > 0 ? (size_t)sent : 0;
	if (sent < 0 && errno != EAGAIN)
		leave(c);
	return sent == (ssize_t)n;
}

/* Sends what there is for it; the rest when it is ready for more. */
static void serve(struct client *c)
{
	char mem[64];
	struct fmt f;
	size_t done;

	if (c->lost) {
		fmt_open(&f, mem, sizeof mem);
		fmt_add(&f, "%s... %u lines lost\n", c->inside ? "\n" : "", c->lost);
		if (!give(c, mem, f.len, &done))
			goto later;
		c->lost = 0;
		c->inside = false;
	}
	while (c->at < len) {
		size_t end = next_line(c->at);
		if (c->inside || wanted(c, c->at)) {
			while (end < len && wanted(c, end))
				end = next_line(end);
			if (!give(c, kept + c->at, end - c->at, &done)) {
				c->at += done;
				c->inside = c->at && kept[c->at - 1] != '\n';
				goto later;
			}
			c->inside = false;
		}
		c->at = end;
	}
	if (c->leaving)
		leave(c);
	else
		loop_change(&c->watch, EPOLLIN);
	return;
later:
	if (c->watch.fd >= 0)
		loop_change(&c->watch, (c->leaving ? 0 : EPOLLIN) | EPOLLOUT);
}

static void serve_all(void)
{
	for (struct client *c = clients; count && c < clients + FOLLOW_CLIENTS; c++)
		if (c->watch.fd >= 0 && c->asked)
			serve(c);
}

/* The older half goes. Clients that had not got there lose those lines. */
static void make_room(void)
{
	size_t cut = next_line(HALF);

	serve_all();
	for (struct client *c = clients; count && c < clients + FOLLOW_CLIENTS; c++) {
		if (c->watch.fd < 0 || !c->asked)
			continue;
		if (c->at < cut && c->inside) {
			c->lost++;
			c->at = next_line(c->at);
		}
		for (; c->at < cut; c->at = next_line(c->at))
			c->lost += wanted(c, c->at);
		c->at -= cut;
	}
	len -= cut;
	memmove(kept, kept + cut, len);
}

static void keep(const struct line *l)
{
	bool grows = l->syslog || l->joined;
	size_t most = grows ? LINE_MOST / 6 - 32 : LINE_MOST;
	struct line cut = *l;

	if (cut.len > most)
		cut.len = most;
	if (len + (grows ? format_room(cut.len) : format.head_len + cut.len + 1) > FOLLOW_KEPT)
		make_room();
	len = (size_t)(format_line(&format, &cut, kept + len) - kept);
}

void follow_line(const struct line *l)
{
	if (listener.fd < 0)
		return;
	format_head(&format, l);
	keep(l);
	serve_all();
}

void follow_lines(const struct line *head, const struct lines *all)
{
	struct lines lines = *all;
	struct line l = *head;

	if (listener.fd < 0)
		return;
	if (!count && lines.end - lines.at > HALF) { /* no more than will be left of it, and nothing before it */
		lines.at = bytes_find(lines.end - HALF, lines.end, '\n');
		lines.at += lines.at < lines.end;
		lines.fresh = lines.at;
		lines.part = 0;
		len = 0;
	}
	format_head(&format, head);
	for (;;) {
		len = (size_t)(format_lines(&format, &lines, kept + len, kept + FOLLOW_KEPT) - kept);
		if (!lines_next(&lines, &l))
			break;
		keep(&l);
	}
	serve_all();
}

/* Reads the name, byte by byte as it were; what comes behind it has no meaning but its end. */
static void on_client(struct loop_fd *w, uint32_t events)
{
	struct client *c = container_of(w, struct client, watch);
	char mem[256];
	ssize_t n;

	if (events & EPOLLIN) {
		n = recv(w->fd, mem, sizeof mem, MSG_DONTWAIT);
		if (n == 0)
			c->leaving = true;
		for (ssize_t i = 0; i < n && !c->asked; i++)
			if (mem[i] == '\n')
				c->asked = true;
			else if (c->len < sizeof c->name)
				c->name[c->len++] = mem[i];
	}
	if (events & (EPOLLERR | EPOLLHUP) || (c->leaving && !c->asked))
		leave(c);
	else if (c->asked)
		serve(c);
}

static bool allowed(int fd)
{
	struct ucred peer;
	socklen_t size = sizeof peer;

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && (peer.uid == 0 || peer.uid == geteuid());
}

static void on_connect(struct loop_fd *w, uint32_t events)
{
	struct client *c = clients;
	int fd = accept4(w->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	(void)events;
	if (fd < 0) {
		if (errno == EMFILE || errno == ENFILE)
			loop_remove(w); /* else it would wake us for ever */
		return;
	}
	while (c < clients + FOLLOW_CLIENTS && c->watch.fd >= 0)
		c++;
	if (c == clients + FOLLOW_CLIENTS || !allowed(fd)) {
		close(fd);
		return;
	}
	*c = (struct client){.watch = {.fd = fd, .ready = on_client}};
	count++;
	if (loop_add(&c->watch, EPOLLIN))
		leave(c);
}

int follow_open(const char *dir, enum format_stamp stamp)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	mode_t mask;
	int fd, bound;

	for (int i = 0; i < FOLLOW_CLIENTS; i++)
		clients[i].watch.fd = -1;
	if (fmt_into(to.sun_path, sizeof to.sun_path, "%s/log", dir))
		return -1;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -1;
	unlink(to.sun_path);
	mask = umask(0177);
	bound = bind(fd, (void *)&to, sizeof to);
	umask(mask);
	listener.fd = fd;
	if (bound == 0 && listen(fd, FOLLOW_CLIENTS) == 0 && loop_add(&listener, EPOLLIN) == 0) {
		format.stamp = stamp;
		return 0;
	}
	close(fd);
	listener.fd = -1;
	return -1;
}
