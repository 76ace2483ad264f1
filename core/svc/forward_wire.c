/* forward_wire - records on their way to the server, and its answers; see forward.h */
#include "svc/forward.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "sys/clock.h"

enum {
	BATCH = 32,        /* records a system call */
	TURN = 512,        /* system calls a turn: datagrams never wait */
	TCPI_SND_WND = 57, /* of the kernel's struct tcp_info, in words, from Linux 5.4 on; libc's may lack it */
};

/* Frames to be sent with one call. */
struct batch {
	unsigned count;
	uint64_t behind[BATCH]; /* position behind the record */
	size_t len[BATCH];
	struct iovec parts[2 * BATCH];
	char heads[BATCH][FORWARD_HEAD];
};

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
 * and dealt with, that is, but for a quarter of our queue; of all that its kernel has when a moment has passed, unless
 * the program visibly stands still (a window that was read half empty would have been announced); and if there is
 * nobody whom to send it again. */
void forward_wire_settle(struct forward *f, bool all)
{
	const struct ring *r = &f->queue.ring;
	uint64_t limit = f->sent, at, young;
	int left = 0;
	size_t len;

	if (forward_has_window(f) || f->datagrams || f->watch.fd < 0)
		return;
	f->settled_ms = clock_ms();
	if (ioctl(f->watch.fd, TIOCOUTQ, &left) == 0)
		limit = (uint64_t)left < limit ? limit - (uint64_t)left : 0;
	young = all ? 0 : unread(f);
	if (f->settled_ms - f->sent_ms < FORWARD_MOMENT)
		young += all ? 0 : r->head->size / 4;
	else if (young <= f->window / 2)
		young = 0;
	limit = young < limit ? limit - young : 0;
	for (at = r->head->first; at < f->next; done(f)) {
		ring_next(r, &at, &len);
		if (f->done + len > limit)
			break;
		f->done += len;
	}
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
	for (struct iovec *v = b->parts; cut && v < b->parts + 2 * b->count; v++) {
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
		if (forward_has_window(f))
			f->out++;
		else if (f->datagrams && !f->since_ms)
			done(f);
	}
	f->cut = n;
}

void forward_wire_block(struct forward *f, bool blocked)
{
	if (f->blocked != blocked)
		loop_change(&f->watch, blocked ? EPOLLIN | EPOLLOUT : EPOLLIN);
	f->blocked = blocked;
}

/* What was heard, answer by answer. NULL, or why the connection is to be given up. */
static const char *understand(struct forward *f)
{
	const char *why = "it acknowledged what was not sent";
	ptrdiff_t used;

	do {
		unsigned acked = 0;
		used = f->protocol->hear(f, f->heard, f->heard_len, &acked, &why);
		if (used < 0 || acked > f->out)
			return why;
		f->out -= acked;
		f->proven = f->proven || acked;
		for (; acked; acked--)
			done(f);
		f->heard_len -= (size_t)used;
		memmove(f->heard, f->heard + used, f->heard_len);
	} while (used && f->heard_len);
	return f->heard_len < sizeof f->heard ? NULL : "its answer is too long";
}

/* err: sending has failed so. */
static const char *hear(struct forward *f, int err)
{
	for (;;) {
		ssize_t n = recv(f->watch.fd, f->heard + f->heard_len, sizeof f->heard - f->heard_len, MSG_DONTWAIT);
		if (n > 0 && f->protocol->hear) {
			const char *why;
			f->heard_ms = clock_ms();
			f->heard_len += (size_t)n;
			why = understand(f);
			if (why)
				return why;
		}
		if (n > 0 || (n < 0 && errno == EINTR) || (n == 0 && f->datagrams))
			continue;
		if (n < 0 && errno == EAGAIN && !err)
			return NULL;
		if (n < 0 && errno != EAGAIN && errno != ENOTCONN)
			err = errno;
		return err ? strerror(err) : "the server closed the connection";
	}
}

const char *forward_wire_hear(struct forward *f)
{
	return hear(f, 0);
}

/* One system call. false: nothing more can be sent until something happens; *why: or on another connection. */
static bool send_some(struct forward *f, const char **why)
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
		forward_wire_block(f, (size_t)n < all);
		return !f->blocked;
	}
	if (errno == EMSGSIZE) {
		f->queue.ring.head->dropped++;
		f->next = b.behind[0];
		forward_drop(f);
		return true;
	}
	if (errno == EAGAIN || errno == ENOBUFS)
		forward_wire_block(f, true);
	else if (errno != EINTR)
		*why = hear(f, errno); /* the last answers first */
	return errno == EINTR;
}

const char *forward_wire_send(struct forward *f)
{
	const char *why = NULL;
	int turns = 0;

	if (f->sink.stuck)
		forward_wire_settle(f, false);
	while (f->greeted && !f->blocked && send_some(f, &why))
		if (++turns == TURN)
			forward_wire_block(f, true);
	return why;
}
