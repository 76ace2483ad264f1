/* powercut - kills a command again and again at random moments, and checks each time what it left behind
 *
 * usage: powercut TIMES CHECK COMMAND...
 *
 * First COMMAND runs uncut. Then it is killed TIMES times (-9, with all of its process group), after 0 to 1.2 times the
 * time that it takes uncut, by random numbers of a fixed seed; a run that ended before does not count. After each,
 * `sh -c CHECK` looks at what is there, and makes it ready for the next run if need be; its exit code decides. As root
 * all goes before the machine's other work, that a moment be that moment.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static sigset_t chld;

static long long now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

/* musl's sched_setscheduler(3) is none. */
static void urgent(int priority)
{
	syscall(SYS_sched_setscheduler, 0, SCHED_RR, &(struct sched_param){.sched_priority = priority});
}

/* Its output is of no interest, if there is a /dev. With a pipe the time counts from when the kernel has begun the
 * program. */
static pid_t start(char **argv)
{
	int begun[2], null = open("/dev/null", O_RDWR | O_CLOEXEC);
	char c;
	pid_t pid;

	if (pipe2(begun, O_CLOEXEC))
		exit(3);
	pid = fork();
	if (pid == 0) {
		urgent(1);
		setpgid(0, 0);
		for (int fd = 0; null >= 0 && fd < 3; fd++)
			dup2(null, fd);
		sigprocmask(SIG_UNBLOCK, &chld, NULL);
		execvp(argv[0], argv);
		_exit(127);
	}
	close(begun[1]);
	close(null);
	while (read(begun[0], &c, 1) < 0 && errno == EINTR)
		;
	close(begun[0]);
	return pid;
}

/* Ends it after so long, if it has not ended; whether it was killed. */
static int cut(pid_t pid, long long ns)
{
	struct timespec t = {ns / 1000000000, ns % 1000000000};
	int status;

	sigtimedwait(&chld, NULL, &t);
	kill(-pid, SIGKILL);
	waitpid(pid, &status, 0);
	return WIFSIGNALED(status);
}

static int check(const char *command, int run, long long ns)
{
	int status;

	sigprocmask(SIG_UNBLOCK, &chld, NULL); /* and what is pending is gone */
	status = system(command);
	sigprocmask(SIG_BLOCK, &chld, NULL);
	if (status == 0)
		return 0;
	fprintf(stderr, "powercut: run %d, cut after %lld us: the check ended with %d\n", run, ns / 1000, status);
	return -1;
}

int main(int argc, char **argv)
{
	int times = argc > 3 ? atoi(argv[1]) : 0, killed = 0, runs = 0, status;
	long long begin = now_ns(), length;

	if (times < 1)
		return 2;
	sigemptyset(&chld);
	sigaddset(&chld, SIGCHLD);
	sigprocmask(SIG_BLOCK, &chld, NULL);
	srandom(5);
	urgent(2);
	waitpid(start(argv + 3), &status, 0);
	length = now_ns() - begin;
	if (status)
		fprintf(stderr, "powercut: uncut it ended with %d\n", status);
	if (status || check(argv[2], -1, length))
		return 1;
	for (; killed < times; runs++) {
		long long after = (long long)((double)random() / RAND_MAX * 1.2 * (double)length);
		begin = now_ns();
		if (cut(start(argv + 3), after))
			killed++;
		else /* how busy the machine is changes */
			length += (now_ns() - begin - length) / 4;
		if (check(argv[2], runs, after))
			return 1;
		if (runs == 10 * times)
			return 3;
	}
	printf("killed %d times in %d runs of some %lld us\n", killed, runs, length / 1000);
	return 0;
}
