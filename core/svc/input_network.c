/* input_network - messages of syslog from the network: UDP, TCP and RELP.
 *
 * config: INPUT_NETWORK
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "pure/listen.h"
#include "pure/logconf.h"
#include "svc/flow.h"
#include "svc/input.h"
#include "svc/peer.h"
#include "svc/received.h"
#include "sys/loop.h"

enum { DATAGRAM = 65536, TURNS = 32, LAST_TURNS = 4096, BACKLOG = 64 };

/* A socket. */
struct place {
	struct loop_fd watch;
	enum listen_kind kind;
	struct place *next;
	struct received received; /* UDP's */
	bool stalled;
	char *mem; /* a datagram */
};

static struct place *places;
static bool stopping;

static bool take_datagram(struct place *p)
{
	union address from;
	socklen_t len = sizeof from;
	ssize_t n = recvfrom(p->watch.fd, p->mem, DATAGRAM, MSG_DONTWAIT, &from.any, &len);

	if (n < 0)
		return errno == EINTR;
	received_from(&p->received, &from);
	if (n > 0)
		received_hold(&p->received, p->mem, (size_t)n);
	return true;
}

static void take_datagrams(struct place *p)
{
	p->stalled = !received_put(&p->received);
	for (int i = stopping ? LAST_TURNS : TURNS; i > 0 && !p->stalled && take_datagram(p); i--)
		p->stalled = !received_put(&p->received);
	loop_change(&p->watch, p->stalled ? 0 : EPOLLIN);
	flow_flush(); /* at last: it may resume us */
}

static void on_datagram(struct loop_fd *w, uint32_t events)
{
	(void)events;
	take_datagrams(container_of(w, struct place, watch));
}

static void on_room(struct flow_input *in)
{
	take_datagrams(container_of(in, struct place, received.input));
}

/* Edge-triggered: one that cannot be accepted for want of descriptors waits for the next, and does not keep waking us.
 */
static void on_connection(struct loop_fd *w, uint32_t events)
{
	union address from;
	socklen_t len = sizeof from;

	(void)events;
	for (int fd; (fd = accept4(w->fd, &from.any, &len, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0; len = sizeof from)
		peer_add(fd, &from, container_of(w, struct place, watch)->kind == LISTEN_RELP);
}

static int bind_to(const struct listen *l)
{
	bool udp = l->kind == LISTEN_UDP;
	int yes = 1,
	    fd = socket(l->at.any.sa_family, (udp ? SOCK_DGRAM : SOCK_STREAM) | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	if (!udp)
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
	if (bind(fd, &l->at.any, address_size(&l->at)) == 0 && (udp || listen(fd, BACKLOG) == 0))
		return fd;
	close(fd);
	return -1;
}

static int open_place(const struct listen *l)
{
	bool udp = l->kind == LISTEN_UDP;
	struct place *p = calloc(1, sizeof *p);

	if (!p || (udp && !(p->mem = malloc(DATAGRAM))))
		return -1;
	p->kind = l->kind;
	p->watch = (struct loop_fd){.fd = bind_to(l), .ready = udp ? on_datagram : on_connection};
	p->received.input.resume = on_room;
	if (p->watch.fd < 0 || loop_add(&p->watch, udp ? EPOLLIN : EPOLLIN | EPOLLET))
		return -1;
	p->next = places;
	places = p;
	return 0;
}

/* Each URL of the list, which is opened if `places_too`. How many are wrong. */
static int each_url(const struct logconf *c, void (*say)(const char *, ...), bool places_too)
{
	const char *url = c->listen, *why;
	struct listen l;
	int wrong = 0;

	for (size_t n; url && (n = logconf_word(&url)); url += n)
		if (listen_read(&l, url, n, &why)) {
			say("INIT_LOG_LISTEN: %.*s: %s; it is left out", (int)n, url, why);
			wrong++;
		} else if (places_too && open_place(&l)) {
			say("INIT_LOG_LISTEN: %.*s: %m: nothing is received there; choose another address or port",
			    (int)n, url);
		}
	return wrong;
}

static int check_network(const struct logconf *c, void (*say)(const char *, ...))
{
	return each_url(c, say, false);
}

static void open_network(const struct logconf *c)
{
	received_below(c->syslog_level);
	each_url(c, flow_say, true);
}

static void stop_network(void)
{
	stopping = true;
	for (struct place *p = places; p; p = p->next)
		if (p->kind == LISTEN_UDP && !p->stalled) {
			take_datagrams(p);
		} else if (p->kind != LISTEN_UDP) {
			on_connection(&p->watch, EPOLLIN);
			loop_remove(&p->watch);
			close(p->watch.fd);
		}
	peer_stop();
}

static bool network_idle(void)
{
	for (const struct place *p = places; p; p = p->next)
		if (p->stalled)
			return false;
	return peer_idle();
}

static const struct input_kind kind = {
        .check = check_network,
        .open = open_network,
        .stop = stop_network,
        .idle = network_idle,
};
INPUT(kind);
