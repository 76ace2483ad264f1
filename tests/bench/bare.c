/* bare - the least that an init can be: what the others are measured against.
 *
 * usage: bare [-f] [-s SIGNAL] N PROGRAM [ARG...]
 *
 * Starts N of PROGRAM by vfork and exec (-f: fork and exec), starts anew each that ends, reaps everybody else. On TERM
 * it sends them SIGNAL (TERM), waits until nobody is left, and exits. It checks nothing and controls nothing.
 */
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static bool fork_them;
static pid_t pids[8192];
static sigset_t before;

static pid_t start(char **argv)
{
	pid_t pid = fork_them ? fork() : vfork();

	if (pid)
		return pid;
	sigprocmask(SIG_SETMASK, &before, NULL);
	execv(argv[0], argv);
	_exit(127);
}

int main(int argc, char **argv)
{
	int end_by = SIGTERM, n, sig;
	sigset_t set;

	for (int c; (c = getopt(argc, argv, "+fs:")) != -1;) {
		if (c == 'f')
			fork_them = true;
		else
			end_by = atoi(optarg);
	}
	argv += optind;
	n = atoi(*argv++);
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, &before);
	for (int i = 0; i < n; i++)
		pids[i] = start(argv);
	while (sigwait(&set, &sig) == 0 && sig != SIGTERM)
		for (pid_t pid; (pid = waitpid(-1, NULL, WNOHANG)) > 0;)
			for (int i = 0; i < n; i++)
				if (pids[i] == pid)
					pids[i] = start(argv);
	for (int i = 0; i < n; i++)
		kill(pids[i], end_by);
	while (wait(NULL) > 0)
		;
	return 0;
}
