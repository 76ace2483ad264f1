/* lender - what a test does with a real logd (svc/flow.h): lends it pipes as init and runsvdir do, reads its output. */
#ifndef LENDER_H
#define LENDER_H

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sys/lend.h"
#include "unit.h"

static int ends[2];           /* of the lending pair: logd's, ours */
static int out[2], err[2];    /* logd's stdout and stderr: read end, write end */
static int kept[5];           /* its memory file and stages, which outlive it */
static bool stdout_is_file;   /* for the next set_up() */
static bool stdout_is_shared; /* until tear_down(): with a CMD */
static pid_t logd;

/* A service: its number, and both ends of its two pipes. */
struct service {
	struct lend lend;
	int out[2], err[2];
};

static inline void start_logd(void)
{
	const char *binary = getenv("INITBOX");

	logd = fork();
	assert_true(logd >= 0);
	if (logd)
		return;
	int high[6] = {fcntl(ends[0], F_DUPFD, 100)};
	for (int i = 0; i < 5; i++)
		high[i + 1] = fcntl(kept[i], F_DUPFD, 100);
	dup2(out[1], 1);
	dup2(err[1], 2);
	for (int i = 0; i < 6; i++) {
		dup2(high[i], 3 + i);
		close(high[i]);
	}
	setenv("INIT_LOG_SYSLOG", "off", 0); /* what others on this machine have to say is no part of a test */
	execl(binary ? binary : "out/initbox", "logd", stdout_is_shared ? "-c" : NULL, (char *)NULL);
	_exit(127);
}

enum { LONGEST = 240 }; /* seconds that a test may take: one that waits for ever fails */

static inline int set_up(void **state)
{
	(void)state;
	alarm(LONGEST);
	signal(SIGPIPE, SIG_IGN);
	if (lend_pair(ends) || pipe2(out, O_CLOEXEC) || pipe2(err, O_CLOEXEC))
		return -1;
	if (stdout_is_file) {
		close(out[1]);
		out[1] = memfd_create("stdout", MFD_CLOEXEC);
	}
	kept[0] = memfd_create("logd", MFD_CLOEXEC);
	for (int i = 1; i < 5; i += 2)
		if (pipe2(kept + i, O_CLOEXEC | O_NONBLOCK))
			return -1;
	start_logd();
	return 0;
}

static inline int tear_down(void **state)
{
	(void)state;
	alarm(0);
	if (logd > 0) {
		kill(logd, SIGKILL);
		waitpid(logd, NULL, 0);
	}
	for (int i = 0; i < 2; i++) {
		close(ends[i]);
		close(out[i]);
		close(err[i]);
	}
	for (int i = 0; i < 5; i++)
		close(kept[i]);
	stdout_is_shared = false;
	ends[0] = ends[1] = out[0] = out[1] = err[0] = err[1] = -1;
	return 0;
}

static inline void tell(enum lend_op op, struct service *s)
{
	bool add = op == LEND_ADD;

	s->lend.op = op;
	while (lend_send(ends[1], &s->lend, add ? s->out[0] : -1, add ? s->err[0] : -1)) {
		assert_int_equal(errno, EAGAIN);
		poll(&(struct pollfd){.fd = ends[1], .events = POLLOUT}, 1, -1);
	}
}

static inline void open_service(struct service *s, unsigned id, const char *name)
{
	s->lend = (struct lend){.id = id};
	strcpy(s->lend.name, name);
	assert_int_equal(pipe2(s->out, O_CLOEXEC), 0);
	assert_int_equal(pipe2(s->err, O_CLOEXEC), 0);
	tell(LEND_ADD, s);
}

static inline void close_service(struct service *s)
{
	for (int i = 0; i < 2; i++) {
		close(s->out[i]);
		close(s->err[i]);
	}
}

static inline void put(int fd, const char *text)
{
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
}

/* What comes next from logd is this. */
static inline void expect(int fd, const char *text)
{
	char mem[1024];
	size_t len = 0;

	while (len < strlen(text)) {
		struct pollfd p = {.fd = fd, .events = POLLIN};
		if (poll(&p, 1, 10000) != 1)
			break;
		ssize_t n = read(fd, mem + len, strlen(text) - len);
		if (n <= 0)
			break;
		len += (size_t)n;
	}
	mem[len] = '\0';
	assert_string_equal(mem, text);
}

/* A message of logd's, or -1 if none comes. */
static inline int heard(void)
{
	struct pollfd p = {.fd = ends[1], .events = POLLIN};
	struct lend l;
	int fds[2];

	if (poll(&p, 1, 10000) != 1 || lend_receive(ends[1], &l, fds) != 1)
		return -1;
	return (int)l.op;
}

static inline void leave(void)
{
	int status;

	close(ends[1]);
	ends[1] = -1;
	assert_int_equal(waitpid(logd, &status, 0), logd);
	logd = 0;
	assert_int_equal(status, 0);
}

#endif
