/* orphans - leaves 20,000 zombies to PID 1 at once and says how long it took until the last was reaped.
 *
 * A child makes them and does not wait for them; its own end makes them orphans.
 */
#include "stamps.h"

#include <signal.h>
#include <sys/wait.h>

enum { N = 20000 };

struct left {
	int64_t at; /* when their parent ended */
	pid_t pids[N];
};

static void make_and_leave(struct left *left)
{
	for (int i = 0; i < N; i++) {
		pid_t pid = vfork();
		if (pid == 0)
			_exit(0);
		left->pids[i] = pid;
		if (pid < 0)
			_exit(1);
	}
	left->at = stamps_now();
	_exit(0);
}

static void await_reaped(const pid_t *pids)
{
	const struct timespec little = {.tv_nsec = 200000};

	for (int i = 0; i < N; i++)
		while (kill(pids[i], 0) == 0)
			nanosleep(&little, NULL);
}

int main(void)
{
	int status;
	struct stamps *s = stamps_open("/stamps", 0);
	struct left *left = mmap(NULL, sizeof *left, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t pid;

	if (!s || left == MAP_FAILED || s->reaped)
		return 1;
	pid = fork();
	if (pid == 0)
		make_and_leave(left);
	waitpid(pid, &status, 0);
	if (status)
		s->reaped = -1;
	await_reaped(left->pids);
	if (!status)
		s->reaped = stamps_now() - left->at;
	for (;;)
		pause();
}
