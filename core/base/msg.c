/* msg - see msg.h */
#include "base/msg.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include "base/fmt.h"

const char *msg_name;
int msg_fd = 2;
bool msg_quick;
int msg_verbose = 1;

static unsigned dropped;

/* A pipe that polls writable takes up to PIPE_BUF bytes at once; with O_NONBLOCK it may still say EAGAIN. */
static bool put(const char *text, size_t len)
{
	struct pollfd p = {.fd = msg_fd, .events = POLLOUT};

	if (msg_quick && (poll(&p, 1, 0) != 1 || !(p.revents & POLLOUT)))
		return false;
	return write(msg_fd, text, len) >= 0 || errno != EAGAIN;
}

static void say(const char *text, va_list ap)
{
	int saved = errno;
	char mem[1024];
	struct fmt f;

	if (dropped) {
		fmt_open(&f, mem, sizeof mem);
		fmt_add(&f, "%u messages lost: the log was full\n", dropped);
		if (put(mem, f.len))
			dropped = 0;
	}
	fmt_open(&f, mem, sizeof mem - 1);
	if (msg_name && msg_name[0])
		fmt_add(&f, "%s: ", msg_name);
	errno = saved;
	fmt_va(&f, text, ap);
	f.cap++; /* the room kept for the newline */
	fmt_char(&f, '\n');
	if (!put(mem, f.len))
		dropped++;
	errno = saved;
}

#define SAY(text)                                                                                                      \
	va_list ap;                                                                                                    \
	va_start(ap, text);                                                                                            \
	say(text, ap);                                                                                                 \
	va_end(ap)

void msg_error(const char *text, ...)
{
	SAY(text);
}

void msg_warn(const char *text, ...)
{
	if (msg_verbose < 1)
		return;
	SAY(text);
}

void msg_info(const char *text, ...)
{
	if (msg_verbose < 2)
		return;
	SAY(text);
}
