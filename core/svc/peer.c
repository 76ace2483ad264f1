/* peer - see peer.h */
#include "svc/peer.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/fmt.h"
#include "pure/frames.h"
#include "pure/relp.h"
#include "svc/received.h"
#include "sys/loop.h"
#include "sys/pages.h"

enum { PEERS = 64, READ = 16384, ROOM = RELP_MAX + RELP_AROUND, TURNS = 4, LAST_TURNS = 512, ANSWERS = 2048 };
enum { ANSWER_MAX = 160 };

struct peer {
	struct received received;
	struct loop_fd watch;
	struct peer *next;
	bool relp, open; /* its session */
	bool ended;      /* it sends no more */
	bool stalled;    /* flow is to resume it */
	struct frames frames;
	unsigned long nr;   /* of the RELP frame whose message is held */
	size_t at, end;     /* in mem: what is not parsed yet */
	struct fmt answers; /* not sent yet */
	char said[ANSWERS];
	char mem[ROOM];
};

/* What a peer goes on with. */
enum next { READS, WAITS_FOR_FLOW, WAITS_FOR_PEER, LEAVES };

static struct peer *peers;
static unsigned count;
static bool stopping;

static void drop(struct peer *p)
{
	struct peer **at = &peers;

	while (*at != p)
		at = &(*at)->next;
	*at = p->next;
	count--;
	loop_remove(&p->watch);
	close(p->watch.fd);
	free(p);
}

/* What was put is written first: an answer says so. */
static enum next answer(struct peer *p)
{
	struct fmt *a = &p->answers;
	ssize_t n;

	flow_flush();
	if (!a->len)
		return READS;
	if (flow_waits(&p->received.input))
		return WAITS_FOR_FLOW;
	n = send(p->watch.fd, a->mem, a->len, MSG_NOSIGNAL | MSG_DONTWAIT);
	if (n < 0 && errno != EAGAIN && errno != EINTR)
		return LEAVES;
	if (n > 0) {
		a->len -= (size_t)n;
		memmove(a->mem, a->mem + n, a->len);
	}
	return a->len ? WAITS_FOR_PEER : READS;
}

static void take_frame(struct peer *p, const struct relp_frame *f)
{
	struct fmt *a = &p->answers;

	if (f->command == RELP_OPEN) {
		p->open = true;
		relp_put_rsp(a, f->nr, RELP_OPENED);
	} else if (f->command == RELP_SYSLOG && p->open) {
		received_hold(&p->received, p->mem + (f->data - p->mem), f->len);
		p->nr = f->nr;
	} else if (f->command == RELP_CLOSE) {
		relp_put(a, f->nr, RELP_RSP, NULL, 0);
		p->ended = true;
	} else if (f->command != RELP_RSP) {
		relp_put_rsp(a, f->nr, RELP_DISABLED);
	}
}

/* The next message or frame. 1, 0: it is not all there yet; -1, and said: there is none. */
static int next(struct peer *p)
{
	const char *start = p->mem + p->at, *end = p->mem + p->end, *why = "no message length";
	struct frames_message m;
	struct relp_frame f;
	ssize_t n;

	if (p->relp) {
		n = relp_next(&f, start, p->end - p->at, RELP_MAX, &why);
		if (n > 0) {
			p->at += (size_t)n;
			take_frame(p, &f);
		}
	} else {
		n = frames_next(&p->frames, &start, end, RELP_MAX, &m);
		p->at = (size_t)(start - p->mem);
		if (n > 0)
			received_hold(&p->received, p->mem + (m.text - p->mem), m.len);
		if (n > 0 && m.cut && !p->frames.ended)
			received_complain(&p->received, "a message of more than 128 KiB: the rest is left out");
	}
	if (n < 0)
		received_complain(&p->received, why);
	return n < 0 ? -1 : n > 0;
}

/* All that is in its memory. */
static enum next empty(struct peer *p)
{
	enum next then;
	int got;

	for (;;) {
		if (!received_put(&p->received))
			return WAITS_FOR_FLOW;
		if (p->nr)
			relp_put_rsp(&p->answers, p->nr, RELP_OK);
		p->nr = 0;
		if (p->answers.len > ANSWERS - ANSWER_MAX && (then = answer(p)) != READS)
			return then;
		got = p->ended && p->relp ? 0 : next(p);
		if (got <= 0)
			return got < 0 ? LEAVES : READS;
	}
}

/* Reads more. false: there is nothing yet. */
static bool fill(struct peer *p)
{
	size_t room;
	ssize_t n;

	if (p->at == p->end && p->end > READ)
		pages_forget(p->mem, p->end);
	else
		memmove(p->mem, p->mem + p->at, p->end - p->at);
	p->end -= p->at;
	p->at = 0;
	room = ROOM - p->end;
	n = recv(p->watch.fd, p->mem + p->end, room < READ ? room : READ, MSG_DONTWAIT);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return false;
	if (n > 0)
		p->end += (size_t)n;
	else
		p->ended = p->frames.ended = true;
	return true;
}

static enum next work(struct peer *p)
{
	enum next then;

	for (int i = stopping ? LAST_TURNS : TURNS;; i--) {
		then = empty(p);
		if (then == READS)
			then = answer(p);
		if (then != READS)
			return then;
		if (p->ended)
			return LEAVES;
		if (!i || !fill(p))
			return stopping ? LEAVES : READS;
	}
}

static void serve(struct peer *p)
{
	/* a connection that broke would keep waking us, unless we look at news only */
	static const uint32_t events[] = {EPOLLIN, EPOLLET, EPOLLOUT};
	enum next then = work(p);

	p->stalled = then == WAITS_FOR_FLOW;
	if (then == LEAVES || (then == WAITS_FOR_PEER && stopping)) {
		if (p->relp && !p->answers.len)
			send(p->watch.fd, "0 serverclose 0\n", 16, MSG_NOSIGNAL | MSG_DONTWAIT);
		drop(p);
		return;
	}
	loop_change(&p->watch, events[then]);
	if (p->stalled)
		flow_flush(); /* at last: it may resume us */
}

static void on_ready(struct loop_fd *w, uint32_t events)
{
	struct peer *p = container_of(w, struct peer, watch);

	(void)events;
	if (!p->stalled)
		serve(p);
}

static void on_room(struct flow_input *in)
{
	serve(container_of(in, struct peer, received.input));
}

void peer_add(int fd, const union address *from, bool relp)
{
	struct peer *p = calloc(1, sizeof *p);
	int yes = 1;

	if (!p) {
		close(fd);
		return;
	}
	p->received.input.resume = on_room;
	p->watch = (struct loop_fd){.fd = fd, .ready = on_ready};
	p->relp = relp;
	fmt_open(&p->answers, p->said, sizeof p->said);
	received_from(&p->received, from);
	if (count == PEERS || loop_add(&p->watch, EPOLLIN)) {
		received_complain(&p->received, "there are 64 connections already: refused");
		close(fd);
		free(p);
		return;
	}
	/* who is gone without a word shall not keep others out for ever */
	setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &yes, sizeof yes);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes); /* answers are awaited */
	p->next = peers;
	peers = p;
	count++;
}

void peer_stop(void)
{
	stopping = true;
	for (struct peer *p = peers; p;) {
		if (p->stalled) {
			p = p->next;
			continue;
		}
		serve(p);
		p = peers;
	}
}

bool peer_idle(void)
{
	return !peers;
}
