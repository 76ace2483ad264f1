/* narrow - see narrow.h */
#include "sys/narrow.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* The kernel's numbers: musl comes without its headers. */
enum { SLOTS = 12, CLOSE_RANGE = 436, UNSHARE = 2, WAIT = 0, WAKE = 1 };

static int slots[SLOTS][NARROW_FDS];
static unsigned above; /* the first number that no child keeps */
static int *busy;      /* shared with the children: 1 while one has not left the common table */
static unsigned used;  /* a bit for each slot that holds what a child got */
static int nothing;    /* what an unused one holds */

int narrow_open(void)
{
	nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (nothing < 0)
		nothing = fcntl(0, F_DUPFD_CLOEXEC, 3);
	for (int i = 0; i < SLOTS * NARROW_FDS; i++) {
		int fd = fcntl(nothing, F_DUPFD_CLOEXEC, 10);
		if (fd < 0)
			return -1;
		slots[i / NARROW_FDS][i % NARROW_FDS] = fd;
		above = (unsigned)fd + 1;
	}
	busy = mmap(NULL, sizeof(int) * SLOTS, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (busy != MAP_FAILED)
		return 0;
	busy = NULL;
	return -1;
}

static void leave_common_table(int *mine)
{
	if (syscall(CLOSE_RANGE, above, ~0U, UNSHARE) && unshare(CLONE_FILES))
		_exit(126);
	__atomic_store_n(mine, 0, __ATOMIC_RELEASE);
	syscall(SYS_futex, mine, WAKE, 1, NULL, NULL, 0);
}

/* A child killed before it left never says so: a second is for ever. */
static void await_child(int *mine)
{
	static const struct timespec patience = {.tv_sec = 1};

	if (__atomic_load_n(mine, __ATOMIC_ACQUIRE))
		syscall(SYS_futex, mine, WAIT, 1, &patience, NULL, 0);
}

void narrow_forget(void)
{
	for (int i = 0; i < SLOTS; i++) {
		if (!(used & 1U << i))
			continue;
		await_child(&busy[i]);
		for (int k = 0; k < NARROW_FDS; k++)
			dup3(nothing, slots[i][k], O_CLOEXEC);
	}
	used = 0;
}

pid_t narrow_fork(int fds[NARROW_FDS])
{
	static unsigned turn;
	unsigned slot = turn++ % SLOTS;
	int *mine = &busy[slot];
	pid_t pid;

	await_child(mine);
	used |= 1U << slot;
	for (int i = 0; i < NARROW_FDS; i++) {
		if (fds[i] < 0)
			continue;
		if (dup3(fds[i], slots[slot][i], O_CLOEXEC) < 0)
			return -1;
		fds[i] = slots[slot][i];
	}
	*mine = 1;
	pid = (pid_t)syscall(SYS_clone, CLONE_FILES | SIGCHLD, 0, 0, 0, 0);
	if (pid == 0)
		leave_common_table(mine);
	else if (pid < 0)
		*mine = 0;
	return pid;
}
