/* devlog - see devlog.h */
#include "svc/devlog.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h> /* rename */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/fmt.h"
#include "pure/line.h"
#include "pure/syslog.h"
#include "svc/flow.h"
#include "sys/clock.h"
#include "sys/hostname.h"
#include "sys/loop.h"
#include "sys/pages.h"

/* SLOT: not a power of two, or the beginnings of all would share the same few lines of the processor's cache. */
enum { SLOTS = 16, SLOT = FLOW_TEXT_MAX + 256, TURNS = 32, QUIET_MS = 1000 };

union creds {
	struct cmsghdr head; /* for its alignment */
	char mem[CMSG_SPACE(sizeof(struct ucred))];
};

static void on_message(struct loop_fd *, uint32_t);
static void on_quiet(struct loop_timer *);

static struct loop_fd watch = {.fd = -1, .ready = on_message};
static struct loop_timer quiet = {.fire = on_quiet};
static const struct devlog_user *user;
static const char *at_path;
static struct stat our; /* the socket's file */
static char *mem;       /* SLOTS of SLOT bytes */
static struct mmsghdr *batch;
static int batch_at, batch_len; /* those not yet handed on */
static struct line held;        /* the first of them, if `holds`: parsing a message changes it */
static pid_t held_from;
static bool holds, closing;
static bool stays; /* the socket, and its file */
static struct timespec now;

static pid_t pid_of(struct msghdr *m)
{
	struct cmsghdr *c = CMSG_FIRSTHDR(m);
	struct ucred who;

	if (!c || c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_CREDENTIALS)
		return 0;
	memcpy(&who, CMSG_DATA(c), sizeof who);
	return who.pid;
}

/* Makes a line of the next message. */
static void hold(struct mmsghdr *m)
{
	held.time = now;
	syslog_parse(&held, m->msg_hdr.msg_iov->iov_base, m->msg_len, hostname_get());
	held_from = pid_of(&m->msg_hdr);
	if (!held.pid && user->service)
		held.pid = held_from;
	holds = (held.len || syslog_tag(&held)) && held.severity < user->below;
}

/* false: the user is stuck. */
static bool hand_on(void)
{
	const char *service = user->service ? user->service(held_from) : NULL;
	struct line l = held; /* whose service may be another when it is tried again */

	if (service)
		syslog_sent_by(&l, service);
	holds = !user->put(&l);
	return !holds;
}

/* All that was read. false: the user is stuck. */
static bool empty_batch(void)
{
	while (batch_at < batch_len || holds) {
		if (!holds)
			hold(&batch[batch_at++]);
		if (holds && !hand_on())
			return false;
	}
	return true;
}

static bool fill_batch(void)
{
	/* just enough: there is no room for descriptors that somebody might send us */
	for (int i = 0; i < SLOTS; i++)
		batch[i].msg_hdr.msg_controllen = user->service ? sizeof(union creds) : 0;
	batch_at = 0;
	do
		batch_len = recvmmsg(watch.fd, batch, SLOTS, MSG_DONTWAIT, NULL);
	while (batch_len < 0 && errno == EINTR);
	now = clock_wall();
	return batch_len > 0;
}

static void take(void)
{
	bool free = empty_batch();

	for (int i = 0; (i < TURNS || closing) && free && fill_batch(); i++)
		free = empty_batch();
	user->flush();
	if (!free)
		loop_change(&watch, 0);
	else if (closing) {
		loop_remove(&watch);
		if (!stays)
			close(watch.fd);
		watch.fd = -1;
	}
}

static void on_message(struct loop_fd *w, uint32_t events)
{
	(void)w, (void)events;
	if (!quiet.at_ms)
		loop_at(&quiet, clock_ms() + QUIET_MS);
	take();
}

static void on_quiet(struct loop_timer *t)
{
	if (holds)
		loop_at(t, clock_ms() + QUIET_MS);
	else
		pages_forget(mem, (size_t)SLOTS * SLOT);
}

void devlog_resume(void)
{
	if (watch.fd < 0)
		return;
	loop_change(&watch, EPOLLIN);
	take();
}

void devlog_close(void)
{
	struct stat st;

	if (watch.fd < 0)
		return;
	if (!stays && lstat(at_path, &st) == 0 && st.st_dev == our.st_dev && st.st_ino == our.st_ino)
		unlink(at_path);
	closing = true;
	take();
}

/* Who has memory for it once has it for good. */
static int make_batch(void)
{
	struct iovec *parts = calloc(SLOTS, sizeof *parts);
	union creds *from = calloc(SLOTS, sizeof *from);

	batch = calloc(SLOTS, sizeof *batch);
	mem = malloc((size_t)SLOTS * SLOT);
	if (!parts || !from || !batch || !mem)
		return -1;
	for (int i = 0; i < SLOTS; i++) {
		parts[i] = (struct iovec){.iov_base = mem + (size_t)i * SLOT, .iov_len = FLOW_TEXT_MAX};
		batch[i].msg_hdr = (struct msghdr){.msg_iov = &parts[i], .msg_iovlen = 1, .msg_control = &from[i]};
	}
	return 0;
}

/* May we have that name? NULL, or why not. */
static const char *in_the_way(int fd, const struct sockaddr_un *a)
{
	struct stat st;

	if (lstat(a->sun_path, &st))
		return errno == ENOENT ? NULL : strerror(errno);
	if (!S_ISSOCK(st.st_mode))
		return "is no socket: left as it is";
	if (user->takes_over)
		return NULL;
	if (connect(fd, (const struct sockaddr *)a, sizeof *a) == 0)
		return "another program listens there: left to it";
	return errno == ECONNREFUSED ? NULL : strerror(errno);
}

/* Under a name of its own first: at its place it appears with the right mode, in one step with the old one's end. */
static int appear(int fd, const struct sockaddr_un *at, const char *path)
{
	int ask = user->service != NULL;

	unlink(at->sun_path);
	if (setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &ask, sizeof ask) ||
	    bind(fd, (const struct sockaddr *)at, sizeof *at) || chmod(at->sun_path, 0666) ||
	    rename(at->sun_path, path))
		return -1;
	return lstat(path, &our);
}

/* A datagram socket: 1 if it is bound to that, 0 if to nothing; -1: it is none that we can use. */
static int is_bound(int fd, const struct sockaddr_un *at)
{
	struct sockaddr_un a = {.sun_family = AF_UNSPEC};
	socklen_t size = sizeof a, len = sizeof(int);
	int type = 0;

	if (getsockname(fd, (struct sockaddr *)&a, &size) || a.sun_family != AF_UNIX ||
	    getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) || type != SOCK_DGRAM)
		return -1;
	if (size <= sizeof a.sun_family)
		return 0;
	return strncmp(a.sun_path, at->sun_path, sizeof a.sun_path) == 0 ? 1 : -1;
}

int devlog_open(const char *path, int lent, const struct devlog_user *who, const char **why)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX}, made = at;
	int fd = lent, bound;

	*why = "too long";
	if (fmt_into(at.sun_path, sizeof at.sun_path, "%s", path) ||
	    fmt_into(made.sun_path, sizeof made.sun_path, "%s.new", path))
		return -1;
	user = who;
	at_path = path;
	bound = is_bound(fd, &made);
	stays = bound >= 0;
	if (bound < 0)
		fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	else
		fcntl(fd, F_SETFD, FD_CLOEXEC);
	if (fd >= 0)
		errno = 0;
	*why = fd < 0 ? strerror(errno) : bound == 1 ? NULL : in_the_way(fd, &at);
	watch.fd = fd;
	if (!*why && make_batch() == 0 && (bound == 1 || appear(fd, &made, path) == 0) &&
	    loop_add(&watch, EPOLLIN) == 0)
		return 0;
	if (!*why)
		*why = strerror(errno);
	watch.fd = -1;
	if (!stays)
		close(fd);
	return -1;
}
