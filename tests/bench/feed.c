/* feed - what a program that reads lines needs for them.
 *
 * usage: feed MEGABYTES PROGRAM [ARGUMENT...]
 *
 * That many MB of lines of 100 bytes go to its stdin through a pipe, 64 KiB at a time. Prints "cpu SECONDS" and "wall
 * SECONDS" for each GB, of it and of all its children, until it has ended.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { LINE = 100, BLOCK = 65536, MEM = LINE * BLOCK };

static double seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void feed(int to, long left)
{
	static char mem[MEM];
	long at = 0;

	for (int i = 0; i < MEM; i++)
		mem[i] = i % LINE == LINE - 1 ? '\n' : (char)('!' + i % LINE * 31 % 90);
	while (left > 0) {
		ssize_t n = write(to, mem + at, left < BLOCK ? (size_t)left : BLOCK);
		if (n < 0)
			err(1, "write");
		at = (at + n) % MEM;
		if (at > MEM - BLOCK)
			at %= LINE; /* the same place in a line */
		left -= n;
	}
}

int main(int argc, char **argv)
{
	long bytes = argc > 2 ? atol(argv[1]) * 1000000 : 0;
	struct rusage used;
	int in[2], status;
	double start;
	pid_t pid;

	if (bytes <= 0)
		errx(2, "usage: feed MEGABYTES PROGRAM [ARGUMENT...]");
	if (pipe(in))
		err(1, "pipe");
	start = now();
	pid = fork();
	if (pid == 0) {
		dup2(in[0], 0);
		close(in[0]);
		close(in[1]);
		execvp(argv[2], argv + 2);
		err(127, "%s", argv[2]);
	}
	close(in[0]);
	feed(in[1], bytes);
	close(in[1]);
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status)
		errx(1, "%s failed", argv[2]);
	getrusage(RUSAGE_CHILDREN, &used);
	printf("cpu %.4f\nwall %.4f\n", (seconds(used.ru_utime) + seconds(used.ru_stime)) * 1e9 / (double)bytes,
	       (now() - start) * 1e9 / (double)bytes);
	return 0;
}
