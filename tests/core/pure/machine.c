/* Unit tests of pure/machine: a service's life without a process. */
#include "pure/machine.h"

#include <stdlib.h>
#include <string.h>

#include "../../lib/unit.h"

/* Takes a machine from DOWN to RUN at `now`; what RUN gives is returned. */
static unsigned run_at(struct machine *m, int64_t now)
{
	assert_int_equal(machine_event(m, EV_UP, 0, now), DO_ALLOW);
	assert_int_equal(m->state, MACHINE_WAIT);
	assert_int_equal(machine_event(m, EV_ALLOWED, 0, now), DO_SETUP);
	return machine_event(m, EV_SETUP, 0, now);
}

/* Its main process ends, ./finish too. */
static unsigned die_at(struct machine *m, int code, int64_t now)
{
	assert_int_equal(machine_event(m, EV_ENDED, code, now), DO_SWEEP | DO_FINISH);
	return machine_event(m, EV_FINISH, 0, now);
}

static void starts_and_is_up(void **state)
{
	struct machine m = {0};

	(void)state;
	assert_int_equal(run_at(&m, 1000), DO_RUN | DO_SAY_UP);
	assert_int_equal(m.state, MACHINE_RUN);
	assert_true(m.ready);
	assert_string_equal(machine_state_name(&m), "up");
	assert_int_equal(machine_event(&m, EV_UP, 0, 1001), 0);
	assert_int_equal(machine_event(&m, EV_READY, 0, 1001), 0);
}

static void ready_when_it_says_so(void **state)
{
	struct machine m = {.has_notify = true};

	(void)state;
	assert_int_equal(run_at(&m, 1000), DO_RUN);
	assert_string_equal(machine_state_name(&m), "starting");
	assert_int_equal(machine_event(&m, EV_READY, 0, 1100), DO_SAY_UP);
	assert_string_equal(machine_state_name(&m), "ready");
	die_at(&m, 0, 9000);
	assert_false(m.ready);
}

static void restarts_at_once_after_a_second(void **state)
{
	struct machine m = {0};

	(void)state;
	run_at(&m, 1000);
	assert_int_equal(die_at(&m, 1, 2000), DO_SETUP);
	assert_int_equal(m.restarts, 1);
}

static void waits_longer_each_time(void **state)
{
	static const int waits[] = {1000, 2000, 4000, 8000, 16000, 30000, 30000};
	struct machine m = {0};
	int64_t now = 5000;

	(void)state;
	run_at(&m, now);
	for (size_t i = 0; i < sizeof waits / sizeof *waits; i++) {
		assert_int_equal(die_at(&m, 1, now), 0);
		assert_int_equal(m.state, MACHINE_BACKOFF);
		assert_int_equal(m.at_ms, now + waits[i]);
		now = m.at_ms;
		assert_int_equal(machine_event(&m, EV_TIMER, 0, now), DO_SETUP);
		machine_event(&m, EV_SETUP, 0, now);
	}
	now += 1000; /* it lived: the next wait begins anew */
	assert_int_equal(die_at(&m, 1, now), DO_SETUP);
	machine_event(&m, EV_SETUP, 0, now);
	die_at(&m, 1, now);
	assert_int_equal(m.at_ms, now + 1000);
}

static void a_restart_asked_for_is_no_death(void **state)
{
	struct machine m = {0};

	(void)state;
	run_at(&m, 1000);
	assert_int_equal(machine_event(&m, EV_TERM, 0, 1001), DO_STOP);
	assert_int_equal(die_at(&m, 143, 1002), DO_SETUP);
}

static void too_many_deaths_fail(void **state)
{
	int64_t ring[3] = {0}, now = 1000;
	struct machine m = {.deaths = ring, .death_max = 3};

	(void)state;
	run_at(&m, now);
	for (int i = 0; i < 2; i++) {
		die_at(&m, 1, now += 1500);
		machine_event(&m, EV_SETUP, 0, now);
		assert_int_equal(m.state, MACHINE_RUN);
	}
	assert_int_equal(die_at(&m, 1, now + 1500), DO_SAY_END);
	assert_int_equal(m.state, MACHINE_FAILED);
	assert_int_equal(m.want, WANT_DOWN); /* so that "sv up" sends its byte */
	assert_int_equal(machine_event(&m, EV_UP, 0, now), DO_ALLOW);
}

static void slow_deaths_do_not_fail(void **state)
{
	int64_t ring[3] = {0}, now = 1000;
	struct machine m = {.deaths = ring, .death_max = 3};

	(void)state;
	run_at(&m, now);
	for (int i = 0; i < 20; i++) {
		now += MACHINE_TALLY_MS / 2 + 1;
		assert_int_equal(die_at(&m, 1, now), DO_SETUP);
		machine_event(&m, EV_SETUP, 0, now);
	}
}

static void finish_125_fails(void **state)
{
	struct machine m = {0};

	(void)state;
	run_at(&m, 1000);
	machine_event(&m, EV_ENDED, 3, 9000);
	assert_int_equal(machine_event(&m, EV_FINISH, MACHINE_NO_RESTART, 9001), DO_SAY_END);
	assert_int_equal(m.state, MACHINE_FAILED);
}

static void stop_sweeps_then_finishes(void **state)
{
	struct machine m = {.kill_ms = 700, .finish_ms = 300};

	(void)state;
	run_at(&m, 1000);
	assert_int_equal(machine_event(&m, EV_DOWN, 0, 5000), DO_STOP);
	assert_int_equal(m.at_ms, 5700);
	assert_int_equal(machine_event(&m, EV_DOWN, 0, 5100), DO_STOP);
	assert_int_equal(m.at_ms, 5700); /* asking twice is no grace */
	assert_int_equal(machine_event(&m, EV_TIMER, 0, 5700), DO_KILL);
	assert_int_equal(machine_event(&m, EV_ENDED, 137, 5701), DO_SWEEP);
	assert_int_equal(m.state, MACHINE_SWEEP);
	assert_int_equal(machine_event(&m, EV_EMPTY, 0, 5702), DO_FINISH);
	assert_int_equal(m.at_ms, 6002);
	assert_int_equal(machine_event(&m, EV_TIMER, 0, 6002), DO_KILL);
	assert_int_equal(machine_event(&m, EV_FINISH, 137, 6003), DO_SAY_END);
	assert_int_equal(m.state, MACHINE_DOWN);
	assert_int_equal(m.at_ms, 0);
}

static void what_cannot_be_killed_is_left(void **state)
{
	struct machine m = {.kill_ms = 700};

	(void)state;
	run_at(&m, 1000);
	machine_event(&m, EV_DOWN, 0, 5000);
	machine_event(&m, EV_ENDED, 143, 5001);
	assert_int_equal(m.at_ms, 5700);
	assert_int_equal(machine_event(&m, EV_TIMER, 0, 5700), DO_KILL);
	assert_int_equal(m.at_ms, 6700);
	assert_int_equal(machine_event(&m, EV_TIMER, 0, 6700), DO_FINISH);
}

static void once_ends_for_good(void **state)
{
	struct machine m = {0};

	(void)state;
	assert_int_equal(machine_event(&m, EV_ONCE, 0, 1000), DO_ALLOW);
	machine_event(&m, EV_ALLOWED, 0, 1000);
	machine_event(&m, EV_SETUP, 0, 1000);
	assert_int_equal(m.want, WANT_DOWN);
	assert_int_equal(die_at(&m, 0, 1001), DO_SAY_END);
	assert_int_equal(m.state, MACHINE_DOWN);
}

static void down_while_starting(void **state)
{
	struct machine m = {0};

	(void)state;
	machine_event(&m, EV_UP, 0, 1000);
	machine_event(&m, EV_ALLOWED, 0, 1000);
	assert_int_equal(machine_event(&m, EV_DOWN, 0, 1001), DO_STOP); /* setup is told */
	assert_int_equal(machine_event(&m, EV_SETUP, 143, 1002), DO_SAY_END);
	assert_int_equal(m.state, MACHINE_DOWN);
}

static void asked_anew_while_starting(void **state)
{
	struct machine m = {.kill_ms = 700};

	(void)state;
	machine_event(&m, EV_UP, 0, 0);
	machine_event(&m, EV_ALLOWED, 0, 0);
	m.waiting = true;
	assert_string_equal(machine_state_name(&m), "waiting");
	assert_int_equal(machine_event(&m, EV_DOWN, 0, 1000), DO_STOP);
	assert_int_equal(machine_event(&m, EV_UP, 0, 1001), 0);
	/* what was told to end may end well all the same: the start begins again, and can be stopped like any other */
	assert_int_equal(machine_event(&m, EV_SETUP, 0, 1002), DO_SETUP);
	m.waiting = false;
	assert_string_equal(machine_state_name(&m), "starting");
	machine_event(&m, EV_SETUP, 0, 1003);
	assert_int_equal(m.state, MACHINE_RUN);
	assert_int_equal(machine_event(&m, EV_DOWN, 0, 5000), DO_STOP);
	assert_int_equal(m.at_ms, 5700);
}

static void failed_setup_is_a_failed_start(void **state)
{
	struct machine m = {0};

	(void)state;
	machine_event(&m, EV_UP, 0, 1000);
	machine_event(&m, EV_ALLOWED, 0, 1000);
	machine_event(&m, EV_SETUP, 4, 1001);
	assert_int_equal(m.state, MACHINE_BACKOFF);
	assert_int_equal(m.code, 4);
}

static void exit_from_every_state(void **state)
{
	(void)state;
	for (int s = 0; s < MACHINE_STOP; s++) {
		struct machine m = {.state = (enum machine_state)s, .want = WANT_UP, .started_ms = 1};
		unsigned todo = machine_event(&m, EV_EXIT, 0, 100);
		for (int i = 0; i < 6 && !(todo & DO_FORGET); i++) {
			static const enum machine_event ends[MACHINE_STATES] = {[MACHINE_SETUP] = EV_SETUP,
			                                                        [MACHINE_RUN] = EV_ENDED,
			                                                        [MACHINE_SWEEP] = EV_EMPTY,
			                                                        [MACHINE_FINISH] = EV_FINISH};
			todo = machine_event(&m, ends[m.state], 0, 200);
		}
		assert_true(todo & DO_FORGET);
		assert_int_equal(m.state, MACHINE_DOWN);
	}
}

static void nothing_keeps_what_was_told_to_exit(void **state)
{
	struct machine m = {0};

	(void)state;
	run_at(&m, 1000);
	machine_event(&m, EV_EXIT, 0, 2000);
	machine_event(&m, EV_DOWN, 0, 2001);
	machine_event(&m, EV_UP, 0, 2002);
	machine_event(&m, EV_ENDED, 143, 2003);
	machine_event(&m, EV_EMPTY, 0, 2003);
	assert_true(machine_event(&m, EV_FINISH, 0, 2003) & DO_FORGET);
}

static void a_logger_is_not_signalled(void **state)
{
	struct machine m = {.kill_ms = 500};

	(void)state;
	run_at(&m, 1000);
	assert_int_equal(machine_event(&m, EV_CLOSE, 0, 2000), 0);
	assert_int_equal(m.at_ms, 2500);
	assert_int_equal(machine_event(&m, EV_ENDED, 0, 2100), DO_SWEEP | DO_FINISH);
	assert_true(machine_event(&m, EV_FINISH, 0, 2100) & DO_FORGET);
}

/* Random events, fixed seed: a deadline is never left over where nothing waits, RUN is only entered by DO_RUN. */
static void random_lives(void **state)
{
	int64_t ring[4] = {0}, now = 1;
	struct machine m = {.kill_ms = 50, .finish_ms = 20, .deaths = ring, .death_max = 4, .has_notify = true};

	(void)state;
	srandom(7);
	for (int i = 0; i < 300000; i++) {
		enum machine_state before = m.state;
		enum machine_event e = (enum machine_event)(random() % MACHINE_EVENTS);
		unsigned todo = machine_event(&m, e, (int)(random() % 130), now += random() % 40);
		assert_int_equal(before != MACHINE_RUN && m.state == MACHINE_RUN, (todo & DO_RUN) != 0);
		if (m.state == MACHINE_DOWN || m.state == MACHINE_FAILED || m.state == MACHINE_WAIT)
			assert_int_equal(m.at_ms, 0);
		if (m.state == MACHINE_BACKOFF)
			assert_true(m.at_ms > 0);
		assert_true(machine_state_name(&m) != NULL);
		if (todo & DO_FORGET)
			m.want = WANT_DOWN;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(starts_and_is_up),
	        cmocka_unit_test(ready_when_it_says_so),
	        cmocka_unit_test(restarts_at_once_after_a_second),
	        cmocka_unit_test(waits_longer_each_time),
	        cmocka_unit_test(a_restart_asked_for_is_no_death),
	        cmocka_unit_test(too_many_deaths_fail),
	        cmocka_unit_test(slow_deaths_do_not_fail),
	        cmocka_unit_test(finish_125_fails),
	        cmocka_unit_test(stop_sweeps_then_finishes),
	        cmocka_unit_test(what_cannot_be_killed_is_left),
	        cmocka_unit_test(once_ends_for_good),
	        cmocka_unit_test(down_while_starting),
	        cmocka_unit_test(asked_anew_while_starting),
	        cmocka_unit_test(failed_setup_is_a_failed_start),
	        cmocka_unit_test(exit_from_every_state),
	        cmocka_unit_test(nothing_keeps_what_was_told_to_exit),
	        cmocka_unit_test(a_logger_is_not_signalled),
	        cmocka_unit_test(random_lives),
	};

	return RUN(tests);
}
