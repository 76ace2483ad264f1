/* Tests of sys/wallclock. Nobody sets the clock of the machine: that read(2) says it was is made up. */
#include "sys/wallclock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "../../lib/unit.h"
#include "sys/clock.h"

static struct wallclock wallclock;
static unsigned fired;
static int made_up; /* errno of the next read(2) of the timer */

ssize_t read(int fd, void *mem, size_t len)
{
	if (made_up && fd == wallclock.watch.fd) {
		errno = made_up;
		made_up = 0;
		return -1;
	}
	return syscall(SYS_read, fd, mem, len);
}

static void fire(struct wallclock *c)
{
	assert_ptr_equal(c, &wallclock);
	fired++;
}

/* What the kernel says of the timer: flags of its setting, and how many seconds are left. */
static void look(unsigned *flags, long long *left)
{
	char path[64], text[512] = "";
	const char *at;
	int fd;

	snprintf(path, sizeof path, "/proc/self/fdinfo/%d", wallclock.watch.fd);
	fd = open(path, O_RDONLY);
	assert_true(fd >= 0);
	assert_true(syscall(SYS_read, fd, text, sizeof text - 1) > 0);
	close(fd);
	at = strstr(text, "settime flags:");
	assert_non_null(at);
	assert_int_equal(sscanf(at, "settime flags: %o", flags), 1);
	at = strstr(text, "it_value:");
	assert_non_null(at);
	assert_int_equal(sscanf(at, "it_value: (%lld,", left), 1);
}

static void arms_until_then_or_set(void **state)
{
	unsigned flags;
	long long left;

	(void)state;
	look(&flags, &left);
	assert_int_equal(flags, 3); /* an absolute time, and woken when the clock is set */
	assert_true(left > 10LL * 365 * 86400);
	wallclock_at(&wallclock, wallclock_now() + 1000);
	look(&flags, &left);
	assert_int_equal(flags, 3);
	assert_in_range(left, 900, 1000);
	wallclock_at(&wallclock, INT64_MAX);
	look(&flags, &left);
	assert_true(left > 10LL * 365 * 86400);
	assert_int_equal(loop_turn(false), 0);
	assert_int_equal(fired, 0);
}

static void what_is_past_fires_once(void **state)
{
	static const int64_t past[] = {-(INT64_C(1) << 40), 0, 1};

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		fired = 0;
		wallclock_at(&wallclock, past[i]);
		while (!fired)
			loop_turn(true);
		assert_int_equal(loop_turn(false), 0);
		assert_int_equal(fired, 1);
	}
}

static void clock_was_set(void **state)
{
	(void)state;
	fired = 0;
	made_up = ECANCELED;
	wallclock_at(&wallclock, 1);
	loop_turn(true);
	assert_int_equal(fired, 1);
	made_up = EAGAIN; /* armed anew in the meantime */
	loop_turn(true);
	assert_int_equal(fired, 1);
	loop_turn(true);
	assert_int_equal(fired, 2);
}

static void real_time(void **state)
{
	time_t before = time(NULL);
	int64_t steady = wallclock_steady_ms();
	struct timespec t;

	(void)state;
	assert_true(wallclock_now() >= before && wallclock_now() - before < 60);
	clock_gettime(CLOCK_BOOTTIME, &t);
	assert_in_range(t.tv_sec * 1000 + t.tv_nsec / 1000000 - steady, 0, 60000);
}

/* An hour takes 0.1 s then. */
static void pretended_time(void **state)
{
	enum { START = 1774745000, SPEED = 36000 };
	int64_t steady = wallclock_steady_ms(), real = clock_ms(), passed;

	(void)state;
	wallclock_pretend(START, SPEED);
	assert_true(wallclock_now() >= START);
	for (int hour = 1; hour <= 3; hour++) {
		fired = 0;
		wallclock_at(&wallclock, START + hour * 3600);
		while (!fired)
			loop_turn(true);
		assert_true(wallclock_now() >= START + hour * 3600);
	}
	real = clock_ms() - real;
	assert_true(real >= 299);
	passed = wallclock_steady_ms() - steady;
	assert_true(passed >= 3 * 3600 * 1000 && passed <= (real + 1000) * SPEED);
	assert_true(wallclock_now() - START <= (real + 1000) * SPEED / 1000);
	wallclock_pretend(0, 1); /* 1970, as slow as ever */
	assert_in_range(wallclock_now(), 0, 60);
	fired = 0;
	wallclock_at(&wallclock, 1);
	while (!fired)
		loop_turn(true);
	assert_in_range(wallclock_now(), 1, 60);
}

static void no_signal(const struct signalfd_siginfo *info)
{
	(void)info;
}

static int begin(void **state)
{
	sigset_t none;

	(void)state;
	sigemptyset(&none);
	alarm(60); /* rather than wait for a timer that never fires */
	return loop_open(&none, no_signal) || wallclock_open(&wallclock, fire);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(arms_until_then_or_set), cmocka_unit_test(what_is_past_fires_once),
	        cmocka_unit_test(clock_was_set),          cmocka_unit_test(real_time),
	        cmocka_unit_test(pretended_time),
	};
	return cmocka_run_group_tests(tests, begin, NULL);
}
