/* logd - what a prefix to each line costs: the CPU time of logd, as a multiple of cat's at the same place.
 *
 * usage: logd INITBOX pipe|null
 *
 * A million lines of 80 bytes go through a pipe to cat, then to logd, to which that pipe is lent as init does it; from
 * there to a reader that checks every byte, or to /dev/null. Prints "log RATIO".
 */
#include <err.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sys/lend.h"

enum { LINES = 3000000, LINE = 80, BLOCK = 800 * LINE };

static const char prefix[] = "nginx | ";

static void fill(char *line)
{
	for (int i = 0; i < LINE - 1; i++)
		line[i] = (char)('!' + i);
	line[LINE - 1] = '\n';
}

static void make_pipe(int p[2])
{
	if (pipe2(p, O_CLOEXEC))
		err(1, "pipe");
}

static pid_t child(void)
{
	pid_t pid = fork();

	if (pid < 0)
		err(1, "fork");
	return pid;
}

static pid_t feed(int to)
{
	static char block[BLOCK];
	pid_t pid = child();

	if (pid)
		return pid;
	for (int i = 0; i < BLOCK; i += LINE)
		fill(block + i);
	for (long left = (long)LINES * LINE; left > 0;) {
		ssize_t n = write(to, block, left < BLOCK ? (size_t)left : BLOCK);
		if (n != BLOCK && n != left)
			_exit(1);
		left -= n;
	}
	_exit(0);
}

/* Reads to the end: exits with 0 if that was each line, with the prefix before it. */
static pid_t check(const int out[2], const char *head)
{
	static char mem[65536 + 2 * LINE];
	char expected[2 * LINE];
	size_t len = strlen(head) + LINE, have = 0, at;
	long lines = 0;
	pid_t pid = child();
	ssize_t n;

	if (pid)
		return pid;
	close(out[1]);
	memcpy(expected, head, len - LINE);
	fill(expected + len - LINE);
	while ((n = read(out[0], mem + have, 65536)) > 0) {
		have += (size_t)n;
		for (at = 0; have - at >= len; at += len, lines++)
			if (memcmp(mem + at, expected, len) != 0)
				_exit(1);
		have -= at;
		memmove(mem, mem + at, have);
	}
	_exit(lines != LINES || have != 0);
}

static void ended_well(pid_t pid, const char *who)
{
	int status;

	if (waitpid(pid, &status, 0) != pid || status)
		errx(1, "%s: wrong output, or none", who);
}

static double cpu(pid_t pid, const char *who)
{
	struct rusage used;
	int status;

	if (wait4(pid, &status, 0, &used) != pid || status)
		errx(1, "%s failed", who);
	return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
	       (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

/* Seconds of CPU; binary: of logd, NULL: of cat. */
static double measure(const char *binary, bool null)
{
	struct lend add = {.op = LEND_ADD, .id = 1, .name = "nginx"};
	int in[2], out[2], ends[2] = {-1, -1};
	pid_t feeder, reader = 0, subject;

	make_pipe(out); /* the reader first, and nothing else open: it waits for the end of what is */
	if (!null)
		reader = check(out, binary ? prefix : "");
	make_pipe(in);
	if (null) {
		close(out[1]);
		out[1] = open("/dev/null", O_WRONLY | O_CLOEXEC);
	}
	if (binary && (lend_pair(ends) || lend_send(ends[1], &add, in[0], -1)))
		err(1, "lend");
	subject = child();
	if (!subject) {
		dup2(in[0], 0);
		dup2(out[1], 1);
		if (binary) {
			dup2(ends[0], 30);
			dup2(30, 3);
			execl(binary, "logd", (char *)NULL);
		} else {
			execlp("cat", "cat", (char *)NULL);
		}
		err(127, "exec");
	}
	feeder = feed(in[1]);
	for (int i = 0; i < 2; i++) {
		close(in[i]);
		close(out[i]);
	}
	ended_well(feeder, "feeder");
	close(ends[0]);
	close(ends[1]);
	double used = cpu(subject, binary ? "logd" : "cat");
	if (!null)
		ended_well(reader, binary ? "logd" : "cat");
	return used;
}

int main(int argc, char **argv)
{
	double cat, logd;
	bool null;

	if (argc != 3)
		errx(2, "usage: logd INITBOX pipe|null");
	null = strcmp(argv[2], "null") == 0;
	cat = measure(NULL, null);
	logd = measure(argv[1], null);
	printf("log %.3f\n", logd / cat);
	return 0;
}
