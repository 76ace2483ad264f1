/* syslog - how many messages a second a syslog daemon takes from one sender that waits, and whether it loses any.
 *
 * usage: syslog FILE COMMAND...     COMMAND listens at /dev/log; its stdout is FILE, or it writes there itself
 *        syslog -l FILE COMMAND...  with a lender's end of a socket pair as fd 3, as init starts logd
 *        syslog FILE                nothing but recv(2) and write(2)
 *
 * Prints "syslog NANOSECONDS": a message's, from the first sent until the last was taken. It is an error if FILE lacks
 * one when COMMAND has got TERM and has ended.
 */
#include <err.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "sys/lend.h"

enum { MESSAGES = 400000, BLOCK = 65536, LEAST = 40 };

static const struct sockaddr_un at = {.sun_family = AF_UNIX, .sun_path = "/dev/log"};

static void stop(int sig)
{
	(void)sig;
	_exit(0);
}

static void just_write(void)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	char mem[8192];
	ssize_t n;

	signal(SIGTERM, stop);
	if (fd < 0 || bind(fd, (const struct sockaddr *)&at, sizeof at))
		err(1, "/dev/log");
	while ((n = recv(fd, mem, sizeof mem - 1, 0)) >= 0) {
		mem[n++] = '\n';
		if (write(1, mem, (size_t)n) != n)
			err(1, "write");
	}
}

static int connected(void)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);

	if (fd < 0)
		err(1, "socket");
	for (int i = 0; connect(fd, (const struct sockaddr *)&at, sizeof at); i++) {
		if (i == 10000)
			err(1, "/dev/log");
		usleep(1000);
	}
	return fd;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double send_all(int fd)
{
	char text[128];
	double start = now();

	for (int i = 1; i <= MESSAGES; i++) {
		int n = snprintf(text, sizeof text, "<30>Nov 22 07:40:56 prog[13005]: message %06d of a run, and so on",
		                 i);
		if (send(fd, text, (size_t)n, 0) != n)
			err(1, "send");
	}
	return now() - start;
}

/* Of the lines that are messages of ours: no other has as many bytes as the shortest of these. */
static long count(const char *file)
{
	static char mem[BLOCK];
	long lines = 0, len = 0;
	int fd = open(file, O_RDONLY);
	ssize_t n;

	if (fd < 0)
		err(1, "%s", file);
	while ((n = read(fd, mem, sizeof mem)) > 0)
		for (ssize_t i = 0; i < n; i++, len++)
			if (mem[i] == '\n') {
				lines += len >= LEAST;
				len = -1;
			}
	return lines;
}

int main(int argc, char **argv)
{
	bool lend = argc > 1 && strcmp(argv[1], "-l") == 0;
	const char *file = argv[1 + lend];
	int ends[2] = {-1, -1}, fd;
	double seconds;
	pid_t pid;

	if (argc < 2 + lend)
		errx(2, "usage: syslog [-l] FILE [COMMAND...]");
	unlink(at.sun_path);
	unlink(file);
	if (lend && lend_pair(ends))
		err(1, "socketpair");
	pid = fork();
	if (pid < 0)
		err(1, "fork");
	if (!pid) {
		fd = open(file, O_WRONLY | O_CREAT | O_APPEND, 0644);
		if (fd < 0 || dup2(fd, 1) < 0)
			err(1, "%s", file);
		if (lend && ends[0] == 3)
			fcntl(3, F_SETFD, 0);
		else if (lend && dup2(ends[0], 3) < 0)
			err(1, "dup2");
		if (!argv[2 + lend])
			just_write();
		execvp(argv[2 + lend], argv + 2 + lend);
		err(1, "%s", argv[2 + lend]);
	}
	close(ends[0]);
	fd = connected();
	seconds = send_all(fd);
	close(ends[1]);
	if (!lend) {
		usleep(200000);
		kill(pid, SIGTERM);
	}
	waitpid(pid, NULL, 0);
	if (count(file) < MESSAGES)
		errx(1, "%s: %ld of %d messages were lost", file, MESSAGES - count(file), MESSAGES);
	printf("syslog %.0f\n", seconds / MESSAGES * 1e9);
	return 0;
}
