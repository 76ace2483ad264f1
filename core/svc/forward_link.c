/* forward_link - the connection to the server: made, lost and made again; see forward.h */
#include "svc/forward.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/msg.h"
#include "svc/flow.h"
#include "sys/clock.h"

/* Times in ms. PROOF is how long a connection lasts that is one, and not a proxy's without a server behind it. */
enum {
	CONNECT = 10000,
	ANSWER = 60000,
	PROOF = 2000,
	FAREWELL = 1000,
	BACK_OFF_LEAST = 100,
	BACK_OFF_MOST = 30000,
	SEND_MOST = 128 << 10,
	SILENT_S = 30, /* a server whose machine is gone is noticed after so long */
};

static void earliest(int64_t *at, int64_t ms)
{
	if (!*at || ms < *at)
		*at = ms;
}

/* The next thing that is due without an event. */
static void arm(struct forward *f, int64_t at)
{
	if (f->until_ms)
		earliest(&at, f->until_ms);
	if (f->state == FORWARD_UP) {
		if (f->since_ms && (f->nr || !f->datagrams))
			earliest(&at, f->up_ms + PROOF);
		if (forward_has_window(f) && (f->out || !f->greeted))
			earliest(&at, f->heard_ms + ANSWER);
		if (!forward_has_window(f) && !f->datagrams && f->queue.ring.head->first < f->next)
			earliest(&at, f->settled_ms + FORWARD_MOMENT);
	}
	loop_at(&f->timer, at);
}

static void hang_up(struct forward *f)
{
	resolve_cancel(&f->resolve);
	if (f->watch.fd < 0)
		return;
	loop_remove(&f->watch);
	close(f->watch.fd);
	f->watch.fd = -1;
}

static void over(struct forward *f)
{
	const struct ring_head *h = f->queue.ring.head;
	unsigned long long left = f->queue.ring.count;
	bool spooled = f->queue.spool.fd >= 0;

	forward_wire_settle(f, true);
	hang_up(f);
	f->state = FORWARD_OVER;
	loop_at(&f->timer, 0);
	forward_report(&f->report);
	if (left)
		flow_say("forward %s: %llu lines %s", f->sink.url, left,
		         spooled ? "wait in the spool" : "lost: the server did not take them in time");
	if (msg_verbose > 1)
		flow_say("forward %s: %llu sent, %llu of them again; %llu arrived", f->sink.url,
		         (unsigned long long)h->sent, (unsigned long long)h->resent, (unsigned long long)h->acked);
}

/* There is no connection, or no more. */
static void fail(struct forward *f, const char *why)
{
	bool known = f->since_ms;
	size_t len;

	forward_wire_settle(f, f->state == FORWARD_LEAVING);
	hang_up(f);
	if (f->state == FORWARD_LEAVING || (f->until_ms && known)) {
		over(f);
		return;
	}
	for (uint64_t at = f->queue.ring.head->first; at < f->next; f->queue.ring.head->resent++)
		ring_next(&f->queue.ring, &at, &len);
	f->next = 0;
	f->state = FORWARD_WAITING;
	if (!known) {
		f->since_ms = clock_ms();
		f->back_off_ms = BACK_OFF_LEAST;
		flow_say("forward %s: %s; trying again", f->sink.url, why);
	}
	arm(f, clock_ms() + f->back_off_ms);
	f->back_off_ms = 2 * f->back_off_ms < BACK_OFF_MOST ? 2 * f->back_off_ms : BACK_OFF_MOST;
}

/* The connection is a real one. */
static void prove(struct forward *f)
{
	flow_say("forward %s: connected again after %u s, %u lines waited", f->sink.url,
	         (unsigned)((f->up_ms - f->since_ms + 500) / 1000), f->waited);
	f->since_ms = 0;
	if (f->datagrams) { /* that was the proof */
		f->queue.ring.head->acked++;
		forward_drop(f);
	}
	forward_report(&f->report);
}

/* All is said that there was to say: how the server can know depends on the protocol. */
static void leave(struct forward *f)
{
	char bye[FORWARD_HEAD];
	size_t len = f->protocol->bye ? f->protocol->bye(f, bye) : 0;

	if (f->datagrams || !f->greeted) {
		over(f);
		return;
	}
	f->state = FORWARD_LEAVING;
	if (forward_has_window(f))
		earliest(&f->until_ms, clock_ms() + FAREWELL);
	if (len)
		send(f->watch.fd, bye, len, MSG_DONTWAIT | MSG_NOSIGNAL);
	else
		shutdown(f->watch.fd, SHUT_WR);
	loop_change(&f->watch, EPOLLIN | EPOLLOUT | EPOLLET); /* wakes us also when our end has arrived there */
	arm(f, 0);
}

void forward_link_pump(struct forward *f)
{
	const char *why;

	if (f->state != FORWARD_UP)
		return;
	why = forward_wire_send(f);
	if (why) {
		fail(f, why);
		return;
	}
	if (f->until_ms &&
	    (forward_has_window(f) || f->datagrams ? !f->queue.ring.count : f->next == f->queue.ring.head->end))
		leave(f);
	else
		arm(f, 0);
}

static void up(struct forward *f)
{
	char hello[FORWARD_GREET];

	f->state = FORWARD_UP;
	f->next = f->queue.ring.head->first;
	f->nr = f->sent = f->done = 0;
	f->out = f->count = 0;
	f->proven = false;
	f->cut = f->heard_len = 0;
	f->up_ms = f->heard_ms = f->settled_ms = clock_ms();
	f->window = 0;
	f->waited = (unsigned)f->queue.ring.count;
	f->greeted = !f->protocol->greet;
	f->blocked = true;
	forward_wire_block(f, false);
	if (f->protocol->greet)
		send(f->watch.fd, hello, f->protocol->greet(f, hello), MSG_DONTWAIT | MSG_NOSIGNAL);
	forward_link_pump(f);
}

static int make_socket(const struct forward *f, const union address *to)
{
	static const struct {
		int level, name, value;
	} set[] = {
	        {SOL_SOCKET, SO_KEEPALIVE, 1},
	        {IPPROTO_TCP, TCP_KEEPIDLE, SILENT_S / 2},
	        {IPPROTO_TCP, TCP_KEEPINTVL, SILENT_S / 6},
	        {IPPROTO_TCP, TCP_KEEPCNT, 3},
	        {IPPROTO_TCP, TCP_USER_TIMEOUT, SILENT_S * 1000},
	        {IPPROTO_TCP, TCP_NODELAY, 1},
	};
	int wants = f->queue.ring.head->size / 8 < SEND_MOST ? (int)f->queue.ring.head->size / 8 : SEND_MOST;
	int fd = socket(to->any.sa_family, (f->datagrams ? SOCK_DGRAM : SOCK_STREAM) | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	for (size_t i = 0; fd >= 0 && !f->datagrams && i < sizeof set / sizeof *set; i++)
		setsockopt(fd, set[i].level, set[i].name, &set[i].value, sizeof set[i].value);
	/* so small that it becomes full and has room again: how we hear that its peer has read on */
	if (fd >= 0 && !f->datagrams && !forward_has_window(f))
		setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &wants, sizeof wants);
	return fd;
}

/* The next address, from f->address on; `err` is what was wrong with the one before. */
static void connect_next(struct forward *f, int err)
{
	for (; f->address < f->resolve.count; f->address++) {
		const union address *to = f->resolve.list + f->address;
		hang_up(f);
		f->watch.fd = make_socket(f, to);
		if (f->watch.fd >= 0 &&
		    (connect(f->watch.fd, &to->any, address_size(to)) == 0 || errno == EINPROGRESS) &&
		    loop_add(&f->watch, EPOLLOUT) == 0) {
			arm(f, clock_ms() + CONNECT);
			return;
		}
		err = errno;
	}
	fail(f, strerror(err));
}

static void on_resolved(struct resolve *r)
{
	struct forward *f = container_of(r, struct forward, resolve);

	if (r->count)
		connect_next(f, 0);
	else
		fail(f, r->why);
}

static void try(struct forward *f)
{
	f->state = FORWARD_TRYING;
	f->address = 0;
	f->resolve.done = on_resolved;
	arm(f, 0);
	if (resolve_start(&f->resolve, f->url.host, f->url.port))
		on_resolved(&f->resolve);
}

static void on_ready(struct loop_fd *w, uint32_t events)
{
	struct forward *f = container_of(w, struct forward, watch);
	const char *why = NULL;
	int err = 0;
	socklen_t size = sizeof err;

	if (f->state == FORWARD_TRYING) {
		getsockopt(w->fd, SOL_SOCKET, SO_ERROR, &err, &size);
		f->address++;
		if (err)
			connect_next(f, err);
		else
			up(f);
		return;
	}
	if (events & ~(uint32_t)EPOLLOUT)
		why = forward_wire_hear(f);
	if (f->proven && f->since_ms)
		prove(f);
	if (why) {
		fail(f, why);
		return;
	}
	if (f->state == FORWARD_LEAVING) {
		forward_wire_settle(f, true);
		if (!forward_has_window(f) && !f->queue.ring.count)
			over(f);
		return;
	}
	if (events & EPOLLOUT)
		forward_wire_block(f, false);
	forward_link_pump(f);
}

static void on_timer(struct loop_timer *t)
{
	struct forward *f = container_of(t, struct forward, timer);
	int64_t now = clock_ms();

	if (!forward_ready(f)) {
		flow_say("forward %s: out of memory: nothing is sent there", f->sink.url);
		f->state = FORWARD_OVER;
		return;
	}
	if (f->error)
		flow_say("forward %s: spool %s: %s; lines wait in memory", f->sink.url, f->spool_dir,
		         f->error == EWOULDBLOCK ? "another process has it" : strerror(f->error));
	f->error = 0;
	if (f->until_ms && now >= f->until_ms) {
		over(f);
	} else if (f->state == FORWARD_WAITING) {
		try(f);
	} else if (f->state == FORWARD_TRYING) {
		f->address++;
		connect_next(f, ETIMEDOUT);
	} else if (forward_has_window(f) && (f->out || !f->greeted) && now >= f->heard_ms + ANSWER) {
		fail(f, "the server does not answer");
	} else {
		forward_wire_settle(f, false);
		if (f->since_ms && now >= f->up_ms + PROOF && (f->nr || !f->datagrams))
			prove(f);
		forward_link_pump(f);
	}
}

void forward_link_open(struct forward *f)
{
	f->watch = (struct loop_fd){.fd = -1, .ready = on_ready};
	f->timer.fire = on_timer;
	loop_at(&f->timer, 1);
}

void forward_link_stop(struct forward *f, int64_t until_ms)
{
	f->until_ms = until_ms;
	if (!forward_ready(f))
		f->state = FORWARD_OVER;
	else if (f->state == FORWARD_UP)
		forward_link_pump(f);
	else if (!f->queue.ring.count)
		over(f);
	else if (f->state == FORWARD_WAITING)
		loop_at(&f->timer, 1);
	else
		arm(f, f->timer.at_ms);
}
