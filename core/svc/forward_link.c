/* forward_link - the connection to the server: made, lost and made again; see forward.h */
#include "svc/forward.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/msg.h"
#include "svc/flow.h"
#include "sys/clock.h"

/* Times in ms. MOMENT is what a server's program needs at most to read what its kernel has; PROOF how long a connection
 * lasts that is one, and not a proxy's without a server behind it. */
enum {
	CONNECT = 10000,
	ANSWER = 60000,
	MOMENT = 250,
	PROOF = 2000,
	FAREWELL = 1000,
	BACK_OFF_LEAST = 100,
	BACK_OFF_MOST = 30000,
	SEND_MOST = 128 << 10,
	TCPI_SND_WND = 57, /* of the kernel's struct tcp_info, in words, from Linux 5.4 on; libc's may lack it */
	SILENT_S = 30,     /* a server whose machine is gone is noticed after so long */
	BATCH = 32,        /* records a system call */
	TURN = 512,        /* system calls a turn: datagrams never wait */
};

/* Frames to be sent with one call. */
struct batch {
	unsigned count;
	uint64_t behind[BATCH]; /* position behind the record */
	size_t len[BATCH];
	struct iovec parts[2 * BATCH];
	char heads[BATCH][FORWARD_HEAD];
};

static bool has_window(const struct forward *f)
{
	return f->protocol->window;
}

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
		if (has_window(f) && (f->out || !f->greeted))
			earliest(&at, f->heard_ms + ANSWER);
		if (!has_window(f) && !f->datagrams && f->queue.ring.head->first < f->next)
			earliest(&at, f->settled_ms + MOMENT);
	}
	loop_at(&f->timer, at);
}

/* The oldest record is done. */
static void done(struct forward *f)
{
	f->queue.ring.head->acked++;
	forward_drop(f);
}

/* Bytes that the peer's kernel has and, so far as its window tells, its program has not read. */
static uint64_t unread(struct forward *f)
{
	uint32_t info[TCPI_SND_WND + 1], *now = &info[TCPI_SND_WND];
	socklen_t size = sizeof info;

	if (getsockopt(f->watch.fd, IPPROTO_TCP, TCP_INFO, info, &size) || size < sizeof info)
		return 0;
	if (*now > f->window)
		f->window = *now;
	return f->window - *now;
}

/* Without acknowledgements: lets go of what the peer's kernel has and its program has read, so far as its window tells,
 * and dealt with, that is, but for a quarter of our queue; and of all that its kernel has when a moment has passed, or
 * if there is nobody whom to send it again. */
static void settle(struct forward *f, bool all)
{
	const struct ring *r = &f->queue.ring;
	uint64_t limit = f->sent, at, young;
	int left = 0;
	size_t len;

	if (has_window(f) || f->datagrams || f->watch.fd < 0)
		return;
	f->settled_ms = clock_ms();
	if (ioctl(f->watch.fd, TIOCOUTQ, &left) == 0)
		limit = (uint64_t)left < limit ? limit - (uint64_t)left : 0;
	young = all || f->settled_ms - f->sent_ms >= MOMENT ? 0 : unread(f) + r->head->size / 4;
	limit = young < limit ? limit - young : 0;
	for (at = r->head->first; at < f->next; done(f)) {
		ring_next(r, &at, &len);
		if (f->done + len > limit)
			break;
		f->done += len;
	}
}

void forward_link_settle(struct forward *f)
{
	settle(f, false);
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

	settle(f, true);
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

	settle(f, f->state == FORWARD_LEAVING);
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
	if (f->datagrams)
		done(f); /* that was the proof */
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
	if (has_window(f))
		earliest(&f->until_ms, clock_ms() + FAREWELL);
	if (len)
		send(f->watch.fd, bye, len, MSG_DONTWAIT | MSG_NOSIGNAL);
	else
		shutdown(f->watch.fd, SHUT_WR);
	loop_change(&f->watch, EPOLLIN | EPOLLOUT | EPOLLET); /* wakes us also when our end has arrived there */
	arm(f, 0);
}

/* Fills in what may be sent now. */
static void gather(struct forward *f, struct batch *b)
{
	const struct forward_protocol *p = f->protocol;
	uint64_t at = f->next;
	unsigned most = BATCH;
	size_t cut = f->cut;

	if (p->batches && !f->out && !f->cut && f->nr == f->count) {
		f->nr = 0;
		f->count = f->queue.ring.count < p->window ? (unsigned)f->queue.ring.count : p->window;
	}
	if (p->window)
		most = p->batches ? f->count - (unsigned)f->nr : p->window - f->out;
	if (f->datagrams)
		most = !f->since_ms || !f->nr; /* while it refused, one shall tell whether it still does */
	for (b->count = 0; b->count < most && b->count < BATCH; b->count++) {
		struct iovec *v = b->parts + 2 * b->count;
		size_t len;
		const char *record = ring_next(&f->queue.ring, &at, &len);

		if (!record)
			break;
		v[0].iov_base = b->heads[b->count];
		v[0].iov_len = p->frame ? p->frame(f, v[0].iov_base, f->nr + b->count + 1, f->count, len) : 0;
		v[1].iov_base = (char *)(uintptr_t)record;
		v[1].iov_len = len;
		b->len[b->count] = v[0].iov_len + len;
		b->behind[b->count] = at;
	}
	for (struct iovec *v = b->parts; cut; v++) {
		size_t n = cut < v->iov_len ? cut : v->iov_len;
		v->iov_base = (char *)v->iov_base + n;
		v->iov_len -= n;
		cut -= n;
	}
}

/* Those bytes of the batch were taken. */
static void account(struct forward *f, const struct batch *b, size_t n)
{
	f->sent_ms = clock_ms();
	f->sent += n;
	if (!f->out)
		f->heard_ms = f->sent_ms;
	if (!f->nr && f->datagrams)
		f->up_ms = f->sent_ms;
	n += f->cut;
	for (unsigned i = 0; i < b->count && n >= b->len[i]; i++) {
		n -= b->len[i];
		f->next = b->behind[i];
		f->nr++;
		f->queue.ring.head->sent++;
		if (has_window(f))
			f->out++;
		else if (f->datagrams && !f->since_ms)
			done(f);
	}
	f->cut = n;
}

static void block(struct forward *f, bool blocked)
{
	if (f->blocked != blocked)
		loop_change(&f->watch, blocked ? EPOLLIN | EPOLLOUT : EPOLLIN);
	f->blocked = blocked;
}

/* The records that were acknowledged. false: there were not so many. */
static bool acknowledge(struct forward *f, unsigned acked)
{
	if (acked > f->out)
		return false;
	f->out -= acked;
	for (; acked; acked--)
		done(f);
	return true;
}

/* What was heard, answer by answer. false: the connection is given up. */
static bool understand(struct forward *f)
{
	const char *why = "it acknowledged what was not sent";
	bool proven = false;
	ptrdiff_t used;

	do {
		unsigned acked = 0;
		used = f->protocol->hear(f, f->heard, f->heard_len, &acked, &why);
		proven = proven || acked;
		if (used < 0 || !acknowledge(f, acked)) {
			fail(f, why);
			return false;
		}
		f->heard_len -= (size_t)used;
		memmove(f->heard, f->heard + used, f->heard_len);
	} while (used && f->heard_len);
	if (proven && f->since_ms)
		prove(f);
	if (f->heard_len < sizeof f->heard)
		return true;
	fail(f, "its answer is too long");
	return false;
}

/* Reads all there is. err: sending has failed so. false: the connection is over. */
static bool hear(struct forward *f, int err)
{
	for (;;) {
		ssize_t n = recv(f->watch.fd, f->heard + f->heard_len, sizeof f->heard - f->heard_len, MSG_DONTWAIT);
		if (n > 0 && f->protocol->hear) {
			f->heard_ms = clock_ms();
			f->heard_len += (size_t)n;
			if (!understand(f))
				return false;
		}
		if (n > 0 || (n < 0 && errno == EINTR) || (n == 0 && f->datagrams))
			continue;
		if (n < 0 && errno == EAGAIN && !err)
			return true;
		if (n < 0 && errno != EAGAIN && errno != ENOTCONN)
			err = errno;
		fail(f, err ? strerror(err) : "the server closed the connection");
		return false;
	}
}

/* One system call. false: that is all for now. */
static bool send_some(struct forward *f)
{
	struct batch b;
	struct msghdr m = {.msg_iov = b.parts};
	size_t all = 0;
	ssize_t n;

	gather(f, &b);
	if (!b.count)
		return false;
	m.msg_iovlen = 2 * b.count;
	for (unsigned i = 0; i < b.count; i++)
		all += b.len[i];
	all -= f->cut;
	n = sendmsg(f->watch.fd, &m, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (n >= 0) {
		account(f, &b, (size_t)n);
		block(f, (size_t)n < all);
		return !f->blocked;
	}
	if (errno == EMSGSIZE) {
		f->queue.ring.head->dropped++;
		f->next = b.behind[0];
		forward_drop(f);
		return true;
	}
	if (errno == EAGAIN || errno == ENOBUFS)
		block(f, true);
	else if (errno != EINTR)
		hear(f, errno);
	return errno == EINTR;
}

void forward_link_pump(struct forward *f)
{
	int turns = 0;

	if (f->state != FORWARD_UP)
		return;
	if (f->sink.stuck)
		settle(f, false);
	while (f->greeted && !f->blocked && f->state == FORWARD_UP && send_some(f))
		if (++turns == TURN)
			block(f, true);
	if (f->state != FORWARD_UP)
		return;
	if (f->until_ms && (has_window(f) || f->datagrams ? !f->queue.ring.count : f->next == f->queue.ring.head->end))
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
	f->cut = f->heard_len = 0;
	f->up_ms = f->heard_ms = f->settled_ms = clock_ms();
	f->window = 0;
	f->waited = (unsigned)f->queue.ring.count;
	f->greeted = !f->protocol->greet;
	f->blocked = true;
	block(f, false);
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
	if (fd >= 0 && !f->datagrams && !has_window(f))
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
	if (events & ~(uint32_t)EPOLLOUT && !hear(f, 0))
		return;
	if (f->state == FORWARD_LEAVING) {
		settle(f, true);
		if (!has_window(f) && !f->queue.ring.count)
			over(f);
		return;
	}
	if (events & EPOLLOUT)
		block(f, false);
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
		         strerror(f->error));
	f->error = 0;
	if (f->until_ms && now >= f->until_ms) {
		over(f);
	} else if (f->state == FORWARD_WAITING) {
		try(f);
	} else if (f->state == FORWARD_TRYING) {
		f->address++;
		connect_next(f, ETIMEDOUT);
	} else if (has_window(f) && (f->out || !f->greeted) && now >= f->heard_ms + ANSWER) {
		fail(f, "the server does not answer");
	} else {
		settle(f, false);
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
