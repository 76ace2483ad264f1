/* wallclock - see wallclock.h */
#include "sys/wallclock.h"

#include <errno.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

/* What is pretended: since the real clocks stood at `real` and `real_steady` (ns) time runs `speed` times as fast, from
 * `start` (s) on. At first that is no pretence. */
static struct {
	int64_t start, real, real_steady, speed;
} pretence = {.speed = 1};

#define SECOND  INT64_C(1000000000)
#define LONGEST (7 * INT64_C(1000000000)) /* s; in ns it can be added to any time of our days */

static int64_t real_ns(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return t.tv_sec * SECOND + t.tv_nsec;
}

static void ready(struct loop_fd *w, uint32_t events)
{
	uint64_t count;

	(void)events;
	/* ECANCELED: the clock was set */
	if (read(w->fd, &count, sizeof count) < 0 && errno != ECANCELED)
		return;
	container_of(w, struct wallclock, watch)->fire(container_of(w, struct wallclock, watch));
}

int wallclock_open(struct wallclock *c, void (*fire)(struct wallclock *))
{
	c->fire = fire;
	c->watch.ready = ready;
	c->watch.fd = timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC);
	if (c->watch.fd < 0)
		return -1;
	wallclock_at(c, INT64_MAX);
	return loop_add(&c->watch, EPOLLIN);
}

void wallclock_at(struct wallclock *c, int64_t at)
{
	int64_t left = (at > 0 ? at : 0) - pretence.start;
	struct itimerspec t;
	int64_t ns;

	if (left > LONGEST)
		left = LONGEST;
	/* rounded up: it is not early */
	ns = pretence.real + (left * SECOND + pretence.speed - 1) / pretence.speed;
	if (ns < 1)
		ns = 1; /* 0 would mean: never */
	t = (struct itimerspec){.it_value = {.tv_sec = ns / SECOND, .tv_nsec = ns % SECOND}};
	timerfd_settime(c->watch.fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &t, NULL);
}

int64_t wallclock_now(void)
{
	return pretence.start + (real_ns(CLOCK_REALTIME) - pretence.real) * pretence.speed / SECOND;
}

int64_t wallclock_steady_ms(void)
{
	int64_t since = (real_ns(CLOCK_BOOTTIME) - pretence.real_steady) * pretence.speed;

	return (pretence.real_steady + since) / 1000000;
}

void wallclock_pretend(int64_t start, unsigned speed)
{
	pretence.real = real_ns(CLOCK_REALTIME);
	pretence.real_steady = real_ns(CLOCK_BOOTTIME);
	pretence.start = start;
	pretence.speed = speed;
}
