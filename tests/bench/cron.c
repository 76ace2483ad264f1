/* cron - runs a cron daemon once in a root of its own and measures it; without arguments it is a job, which says when
 * it began.
 *
 * usage: cron WHAT ROOT PROGRAM [ARG...]
 *
 *   WHAT   words, joined by +, measured in this order; a line "WORD VALUE" for each:
 *          load      ms of CPU from its exec until it is quiet
 *          memory    kB that it shares with nobody
 *          idle:N    how often it woke up in N s
 *          minute:N  ms from a minute's beginning to the first instruction of the last of N jobs due in it
 */
#include "stamps.h"

#include <err.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>

enum { MS = 1000000, QUIET_MS = 500, AHEAD_S = 10, PATIENCE_S = 50 };

static const char *root;
static pid_t daemon_pid;

static void sleep_ms(long ms)
{
	nanosleep(&(struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * MS}, NULL);
}

/* The number behind KEY in /proc/PID/NAME. */
static long number(const char *name, const char *key)
{
	char path[64], line[256];
	long value = -1;
	FILE *f;

	snprintf(path, sizeof path, "/proc/%d/%s", (int)daemon_pid, name);
	f = fopen(path, "r");
	while (f && value < 0 && fgets(line, sizeof line, f))
		if (strncmp(line, key, strlen(key)) == 0)
			value = atol(line + strlen(key));
	if (f)
		fclose(f);
	if (value < 0 || waitpid(daemon_pid, NULL, WNOHANG))
		errx(1, "it has ended");
	return value;
}

/* What it does by itself: who takes the CPU from it does not count. */
static long wakeups(void)
{
	return number("status", "voluntary_ctxt_switches:");
}

static void settle(void)
{
	long before = -1, now;

	for (; (now = number("schedstat", "")) != before; before = now)
		sleep_ms(QUIET_MS);
}

static int64_t realtime(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

static void minute(const struct stamps *stamps, unsigned jobs)
{
	int64_t length = INT64_C(60000) * MS, now = realtime(), begin = now / length * length + length, last = 0;

	sleep_ms((long)((begin - now) / MS));
	for (int ms = 0; stamps->count < jobs; ms += 10) {
		if (ms > PATIENCE_S * 1000)
			errx(1, "%u of %u jobs have begun", stamps->count, jobs);
		sleep_ms(10);
	}
	sleep_ms(100);
	for (unsigned i = 0; i < jobs; i++)
		last = stamps->of[i].at > last ? stamps->of[i].at : last;
	printf("minute %.1f\n", (double)(last + (realtime() - stamps_now()) - begin) / MS);
}

static void start(char **program)
{
	char *env[] = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", NULL};
	int null = open("/dev/null", O_RDWR);

	daemon_pid = fork();
	if (daemon_pid < 0)
		err(1, "fork");
	if (daemon_pid)
		return;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (chroot(root) || chdir("/"))
		err(127, "%s", root);
	setsid();
	for (int fd = 0; fd < 3; fd++)
		dup2(null, fd);
	close(null);
	execve(*program, program, env);
	_exit(127);
}

int main(int argc, char **argv)
{
	int64_t now = stamps_now();
	struct stamps *stamps;
	char path[512];
	const char *what;

	if (argc < 4) {
		stamps = stamps_open("/stamps", 0);
		if (stamps)
			stamps_put(stamps, now);
		return !stamps;
	}
	what = argv[1];
	root = argv[2];
	snprintf(path, sizeof path, "%s/stamps", root);
	unlink(path);
	stamps = stamps_open(path, O_CREAT);
	if (!stamps)
		err(1, "%s", path);
	if (strstr(what, "minute")) /* which is to come when it is ready */
		while (realtime() / 1000 / MS % 60 >= 60 - AHEAD_S)
			sleep_ms(100);
	start(argv + 3);
	settle();
	if (strstr(what, "load"))
		printf("load %.2f\n", (double)number("schedstat", "") / MS);
	if (strstr(what, "memory"))
		printf("memory %ld\n", number("smaps_rollup", "Anonymous:"));
	if (strstr(what, "idle")) {
		long before = wakeups();
		sleep_ms(1000 * atol(strstr(what, "idle:") + 5));
		printf("idle %ld\n", wakeups() - before);
	}
	if (strstr(what, "minute"))
		minute(stamps, (unsigned)atoi(strstr(what, "minute:") + 7));
	kill(daemon_pid, SIGTERM);
	waitpid(daemon_pid, NULL, 0);
	return 0;
}
