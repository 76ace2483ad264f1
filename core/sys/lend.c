/* lend - see lend.h */
#include "sys/lend.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

union control {
	struct cmsghdr head; /* for its alignment */
	char mem[CMSG_SPACE(2 * sizeof(int))];
};

int lend_pair(int ends[2])
{
	return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends);
}

int lend_send(int sock, const struct lend *l, int out, int err)
{
	struct iovec part = {.iov_base = (void *)(uintptr_t)l,
	                     .iov_len = offsetof(struct lend, name) + strlen(l->name) + 1};
	struct msghdr m = {.msg_iov = &part, .msg_iovlen = 1};
	int fds[2] = {out, err};
	size_t size = sizeof(int) * (out < 0 ? 0 : err < 0 ? 1 : 2);
	union control c;

	memset(&c, 0, sizeof c);
	if (size) {
		m.msg_control = &c;
		m.msg_controllen = (socklen_t)CMSG_SPACE(size);
		c.head = (struct cmsghdr){.cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS};
		c.head.cmsg_len = (socklen_t)CMSG_LEN(size);
		memcpy(CMSG_DATA(&c.head), fds, size);
	}
	return sendmsg(sock, &m, MSG_NOSIGNAL | MSG_DONTWAIT) < 0 ? -1 : 0;
}

int lend_receive(int sock, struct lend *l, int fds[2])
{
	struct iovec part = {.iov_base = l, .iov_len = sizeof *l - 1};
	union control c;
	struct msghdr m = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = &c, .msg_controllen = sizeof c};
	struct cmsghdr *h;
	ssize_t n;

	memset(l, 0, sizeof *l);
	fds[0] = fds[1] = -1;
	do /* ECONNRESET: the other side left without reading all we sent; what it sent is still there */
		n = recvmsg(sock, &m, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	while (n < 0 && (errno == EINTR || errno == ECONNRESET));
	if (n <= 0)
		return (int)n;
	if ((size_t)n < offsetof(struct lend, name))
		l->op = LEND_NONE;
	h = CMSG_FIRSTHDR(&m);
	if (h && h->cmsg_level == SOL_SOCKET && h->cmsg_type == SCM_RIGHTS)
		memcpy(fds, CMSG_DATA(h), h->cmsg_len - CMSG_LEN(0) < sizeof(int) * 2 ? sizeof(int) : sizeof(int) * 2);
	if (!(m.msg_flags & MSG_CTRUNC))
		return 1;
	for (int i = 0; i < 2; i++) {
		if (fds[i] >= 0)
			close(fds[i]);
		fds[i] = -1;
	}
	return 1;
}
