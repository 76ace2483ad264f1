/* probe - a child that tells what its init does to it: probe wait | probe die SIGNAL | probe where */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* All 64, those that libc keeps to itself too. */
static int wait_for_signal(void)
{
	sigset_t all;

	memset(&all, 0xff, sizeof all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	puts("ready");
	fflush(stdout);
	for (;;) {
		int n = sigwaitinfo(&all, NULL);
		if (n > 0 && n != SIGCHLD)
			return n;
	}
}

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "wait") == 0)
		return wait_for_signal();
	if (argc == 3 && strcmp(argv[1], "die") == 0) {
		setrlimit(RLIMIT_CORE, &(struct rlimit){0});
		signal(atoi(argv[2]), SIG_DFL);
		raise(atoi(argv[2]));
		return 0;
	}
	printf("leader=%d session=%d terminal=%d\n", getpgrp() == getpid(), getsid(0) == getpid(),
	       tcgetpgrp(0) < 0 ? -1 : tcgetpgrp(0) == getpgrp());
	return 0;
}
