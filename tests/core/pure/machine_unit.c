/* Unit tests of pure/machine_unit: the life of a unit without a process: each type with each of its ends. */
#include <signal.h>
#include <stdlib.h>

#include "../../lib/unit.h"
#include "pure/machine.h"

enum { EXIT_1 = 1 << 8, SKIPPED = UNITLIFE_SKIP << 8, CORE = SIGSEGV | 0x80, KILL_MS = 500, START_MS = 700 };

static struct unitlife unit;
static struct machine m;
static int64_t now;

static void fresh(enum unitlife_type type, unsigned has)
{
	unitlife_default(&unit);
	unit.type = (uint8_t)type;
	unit.has = (uint8_t)(has | UNITLIFE_START);
	unit.start_ms = START_MS;
	m = (struct machine){.unit = &unit, .kill_ms = KILL_MS, .finish_ms = KILL_MS};
	now = 1000;
}

/* An event, and what it gives. */
#define SEND(event, value, todo) assert_int_equal(machine_event(&m, event, value, now), todo)
#define IS(name, what)                                                                                                 \
	do {                                                                                                           \
		assert_int_equal(m.state, MACHINE_##name);                                                             \
		assert_int_equal(m.result, UNITLIFE_##what);                                                           \
	} while (0)

static void starts(unsigned run)
{
	SEND(EV_UP, 0, DO_ALLOW);
	SEND(EV_ALLOWED, 0, DO_SETUP);
	assert_int_equal(m.at_ms, now + START_MS);
	SEND(EV_SETUP, 0, run);
}

/* What happens after the main process has gone, up to the end. */
static void goes(unsigned end)
{
	SEND(EV_EMPTY, 0, DO_FINISH);
	SEND(EV_FINISH, 0, end);
}

static void simple_is_up_at_once(void **state)
{
	(void)state;
	fresh(UNITLIFE_SIMPLE, 0);
	starts(DO_RUN | DO_SAY_UP);
	assert_true(m.ready && m.done && machine_reached(&m));
	assert_int_equal(m.at_ms, 0);
	SEND(EV_ENDED, 0, DO_SWEEP);
	assert_string_equal(machine_state_name(&m), "stopping");
	goes(DO_SAY_END | DO_SAY_UP);
	IS(DOWN, SUCCESS);
	assert_true(machine_reached(&m)); /* it had its time */

	starts(DO_RUN | DO_SAY_UP);
	SEND(EV_ENDED, EXIT_1, DO_SWEEP);
	goes(DO_SAY_END);
	IS(FAILED, EXIT_CODE);
	assert_int_equal(m.code, 1);
	assert_false(machine_reached(&m));

	starts(DO_RUN | DO_SAY_UP);
	SEND(EV_ENDED, CORE, DO_SWEEP);
	goes(DO_SAY_END);
	IS(FAILED, CORE_DUMP);
	assert_int_equal(m.signal, SIGSEGV);
}

static void exec_and_notify_wait_for_a_word(void **state)
{
	static const enum unitlife_type types[] = {UNITLIFE_EXEC, UNITLIFE_NOTIFY};

	(void)state;
	for (int i = 0; i < 2; i++) {
		fresh(types[i], 0);
		starts(DO_RUN);
		assert_false(machine_reached(&m));
		SEND(EV_READY, 0, DO_SAY_UP);
		SEND(EV_READY, 0, 0);
		SEND(EV_ENDED, EXIT_1, DO_SWEEP);
		goes(DO_SAY_END);
		IS(FAILED, EXIT_CODE);

		fresh(types[i], 0);
		starts(DO_RUN);
		SEND(EV_ENDED, SIGKILL, DO_SWEEP);
		goes(DO_SAY_END);
		IS(FAILED, SIGNAL);

		fresh(types[i], 0);
		starts(DO_RUN);
		now = m.at_ms;
		SEND(EV_TIMER, 0, DO_STOP);
		assert_int_equal(m.at_ms, now + KILL_MS);
		SEND(EV_READY, 0, 0); /* too late */
		SEND(EV_ENDED, SIGTERM, DO_SWEEP);
		goes(DO_SAY_END);
		IS(FAILED, TIMEOUT);
	}
	fresh(UNITLIFE_NOTIFY, 0);
	starts(DO_RUN);
	SEND(EV_ENDED, 0, DO_SWEEP);
	goes(DO_SAY_END);
	IS(FAILED, PROTOCOL);

	fresh(UNITLIFE_SIMPLE, 0);
	starts(DO_RUN | DO_SAY_UP);
	m.ready = false;
	SEND(EV_READY, 0, 0); /* says nothing of a simple one */
}

static void forking_has_a_starter(void **state)
{
	(void)state;
	fresh(UNITLIFE_FORKING, 0);
	starts(DO_RUN);
	SEND(EV_MAIN, 0, 0); /* not yet */
	SEND(EV_ENDED, 0, DO_FIND);
	SEND(EV_MAIN, 1, DO_SAY_UP);
	SEND(EV_ENDED, EXIT_1, DO_SWEEP);
	goes(DO_SAY_END);
	IS(FAILED, EXIT_CODE);

	fresh(UNITLIFE_FORKING, 0);
	starts(DO_RUN);
	SEND(EV_ENDED, EXIT_1, DO_SWEEP);
	goes(DO_SAY_END);
	IS(FAILED, EXIT_CODE);

	fresh(UNITLIFE_FORKING, 0); /* none is left before it is known */
	starts(DO_RUN);
	SEND(EV_ENDED, 0, DO_FIND);
	SEND(EV_EMPTY, 0, DO_SWEEP);
	goes(DO_SAY_END);
	IS(FAILED, PROTOCOL);

	fresh(UNITLIFE_FORKING, 0); /* it is not known, then nothing is left */
	starts(DO_RUN);
	SEND(EV_ENDED, 0, DO_FIND);
	SEND(EV_MAIN, 0, DO_SAY_UP);
	SEND(EV_EMPTY, 0, DO_SWEEP);
	goes(DO_SAY_END | DO_SAY_UP);
	IS(DOWN, SUCCESS);
}

static void oneshot_is_done(void **state)
{
	(void)state;
	fresh(UNITLIFE_ONESHOT, UNITLIFE_STOP);
	starts(DO_RUN);
	SEND(EV_ENDED, 0, DO_ASK);
	assert_false(machine_reached(&m)); /* what follows waits until all of it is over */
	SEND(EV_STOPPED, 0, DO_SWEEP);
	goes(DO_SAY_END | DO_SAY_UP);
	IS(DOWN, SUCCESS);
	assert_true(machine_reached(&m));
	SEND(EV_DOWN, 0, 0);
	assert_false(machine_reached(&m));

	fresh(UNITLIFE_ONESHOT, 0);
	unit.remain = true;
	starts(DO_RUN);
	SEND(EV_ENDED, 0, DO_SAY_UP);
	IS(RUN, SUCCESS);
	SEND(EV_EMPTY, 0, 0);
	SEND(EV_DOWN, 0, DO_SWEEP);
	goes(DO_SAY_END);
	IS(DOWN, SUCCESS);
	assert_false(machine_reached(&m));

	fresh(UNITLIFE_ONESHOT, UNITLIFE_STOP);
	starts(DO_RUN);
	SEND(EV_ENDED, SIGTERM, DO_SWEEP);
	goes(DO_SAY_END);
	IS(FAILED, SIGNAL);
}

static void a_target_needs_no_process(void **state)
{
	(void)state;
	fresh(UNITLIFE_SIMPLE, 0);
	unit.has = 0;
	starts(DO_SAY_UP);
	assert_true(machine_reached(&m));
	SEND(EV_DOWN, 0, DO_SWEEP);
	goes(DO_SAY_END);
	IS(DOWN, SUCCESS);
}

static void pre_may_skip_or_fail(void **state)
{
	(void)state;
	fresh(UNITLIFE_SIMPLE, UNITLIFE_PRE);
	unit.restart = UNITLIFE_ALWAYS;
	SEND(EV_UP, 0, DO_ALLOW);
	SEND(EV_ALLOWED, 0, DO_SETUP);
	SEND(EV_SETUP, SKIPPED, DO_SAY_UP | DO_SAY_END);
	IS(DOWN, CONDITION);
	assert_true(machine_reached(&m));

	unit.restart = UNITLIFE_NO;
	SEND(EV_UP, 0, DO_ALLOW);
	SEND(EV_ALLOWED, 0, DO_SETUP);
	SEND(EV_SETUP, EXIT_1, DO_SWEEP);
	goes(DO_SAY_END);
	IS(FAILED, EXIT_CODE);
	assert_int_equal(m.code, -1); /* there was no main process */

	SEND(EV_UP, 0, DO_ALLOW);
	SEND(EV_ALLOWED, 0, DO_SETUP);
	now = m.at_ms;
	SEND(EV_TIMER, 0, DO_STOP);
	now = m.at_ms;
	SEND(EV_TIMER, 0, DO_KILL);
	SEND(EV_SETUP, SIGKILL, DO_SWEEP);
	goes(DO_SAY_END);
	IS(FAILED, TIMEOUT);

	SEND(EV_UP, 0, DO_ALLOW);
	SEND(EV_ALLOWED, 0, DO_SETUP);
	SEND(EV_DOWN, 0, DO_STOP);
	SEND(EV_SETUP, 0, DO_SWEEP); /* ended well, but nobody wants it any more */
	goes(DO_SAY_END);
	IS(DOWN, SUCCESS);
}

static void post_belongs_to_the_start(void **state)
{
	(void)state;
	fresh(UNITLIFE_SIMPLE, UNITLIFE_POST);
	starts(DO_RUN | DO_POST);
	assert_false(machine_reached(&m));
	SEND(EV_POST, 0, DO_SAY_UP);

	fresh(UNITLIFE_SIMPLE, UNITLIFE_POST | UNITLIFE_STOP);
	starts(DO_RUN | DO_POST);
	SEND(EV_POST, EXIT_1, DO_STOP); /* without ExecStop=: it was never up */
	SEND(EV_ENDED, SIGTERM, DO_SWEEP);
	goes(DO_SAY_END);
	IS(FAILED, EXIT_CODE);

	fresh(UNITLIFE_SIMPLE, UNITLIFE_POST); /* the main process ends first */
	starts(DO_RUN | DO_POST);
	SEND(EV_ENDED, EXIT_1, 0);
	SEND(EV_POST, 0, DO_SWEEP);
	goes(DO_SAY_END);
	IS(FAILED, EXIT_CODE);

	fresh(UNITLIFE_ONESHOT, UNITLIFE_POST);
	starts(DO_RUN);
	SEND(EV_ENDED, 0, DO_POST);
	SEND(EV_POST, 0, DO_SWEEP);
	goes(DO_SAY_UP | DO_SAY_END);
	IS(DOWN, SUCCESS);

	fresh(UNITLIFE_NOTIFY, UNITLIFE_POST);
	starts(DO_RUN);
	SEND(EV_READY, 0, DO_POST);
	SEND(EV_READY, 0, 0);
	now = m.at_ms;
	SEND(EV_TIMER, 0, DO_STOP);
	SEND(EV_POST, 0, 0); /* its job was killed; nothing comes of it */
	SEND(EV_ENDED, SIGTERM, DO_SWEEP);
	goes(DO_SAY_END);
	IS(FAILED, TIMEOUT);
}

static void stop_goes_step_by_step(void **state)
{
	(void)state;
	fresh(UNITLIFE_SIMPLE, UNITLIFE_STOP);
	starts(DO_RUN | DO_SAY_UP);
	SEND(EV_DOWN, 0, DO_ASK);
	IS(STOP, SUCCESS);
	assert_false(m.ready);
	SEND(EV_ENDED, 0, 0);
	SEND(EV_STOPPED, 0, DO_SWEEP);
	goes(DO_SAY_END);
	IS(DOWN, SUCCESS);

	starts(DO_RUN | DO_SAY_UP);
	SEND(EV_DOWN, 0, DO_ASK);
	now = m.at_ms;
	SEND(EV_TIMER, 0, DO_STOP); /* ExecStop= hangs */
	IS(RUN, TIMEOUT);
	assert_int_equal(m.at_ms, now + KILL_MS);
	now = m.at_ms;
	SEND(EV_TIMER, 0, DO_KILL);
	SEND(EV_ENDED, SIGKILL, DO_SWEEP);
	goes(DO_SAY_END);
	IS(FAILED, TIMEOUT);

	starts(DO_RUN | DO_SAY_UP);
	SEND(EV_ENDED, EXIT_1, DO_SWEEP); /* it failed: no ExecStop= */
	now = m.at_ms;
	SEND(EV_TIMER, 0, DO_KILL); /* what it left behind hangs */
	now = m.at_ms;
	SEND(EV_TIMER, 0, DO_FINISH); /* in the kernel */
	now = m.at_ms;
	SEND(EV_TIMER, 0, DO_KILL);
	SEND(EV_FINISH, SIGKILL, DO_SAY_END);
	IS(FAILED, EXIT_CODE);

	unit.send_kill = false;
	starts(DO_RUN | DO_SAY_UP);
	SEND(EV_DOWN, 0, DO_ASK);
	SEND(EV_STOPPED, EXIT_1, DO_STOP);
	now = m.at_ms;
	SEND(EV_TIMER, 0, DO_FINISH); /* left alone */
	SEND(EV_FINISH, 0, DO_SAY_END);
	IS(FAILED, EXIT_CODE);
}

static void kill_mode_says_whom(void **state)
{
	(void)state;
	fresh(UNITLIFE_SIMPLE, 0);
	unit.kill_mode = UNITLIFE_KILL_MIXED;
	starts(DO_RUN | DO_SAY_UP);
	SEND(EV_DOWN, 0, DO_STOP);
	SEND(EV_ENDED, SIGTERM, DO_SWEEP);
	goes(DO_SAY_END);
	IS(DOWN, SUCCESS);
	unit.kill_mode = UNITLIFE_KILL_PROCESS;
	starts(DO_RUN | DO_SAY_UP);
	SEND(EV_DOWN, 0, DO_STOP);
	SEND(EV_ENDED, SIGTERM, DO_FINISH);
	SEND(EV_FINISH, 0, DO_SAY_END);
	unit.kill_mode = UNITLIFE_KILL_NONE;
	starts(DO_RUN | DO_SAY_UP);
	SEND(EV_DOWN, 0, DO_FINISH);
	SEND(EV_FINISH, 0, DO_SAY_END);
	IS(DOWN, SUCCESS);
}

static void restart_waits_its_time(void **state)
{
	(void)state;
	fresh(UNITLIFE_SIMPLE, 0);
	unit.restart = UNITLIFE_ON_FAILURE;
	unit.restart_ms = 300;
	starts(DO_RUN | DO_SAY_UP);
	SEND(EV_ENDED, EXIT_1, DO_SWEEP);
	goes(0);
	IS(BACKOFF, EXIT_CODE);
	assert_int_equal(m.at_ms, now + 300);
	SEND(EV_TIMER, 0, DO_SETUP);
	assert_int_equal(m.restarts, 1);
	SEND(EV_SETUP, 0, DO_RUN | DO_SAY_UP);
	IS(RUN, SUCCESS);
	SEND(EV_DOWN, 0, DO_STOP); /* told to stop is no failure, whatever it ends with */
	SEND(EV_ENDED, EXIT_1, DO_SWEEP);
	goes(DO_SAY_END);
	IS(FAILED, EXIT_CODE);

	starts(DO_RUN | DO_SAY_UP);
	SEND(EV_ENDED, EXIT_1, DO_SWEEP);
	goes(0);
	SEND(EV_DOWN, 0, DO_SAY_END);
	assert_int_equal(m.state, MACHINE_DOWN);

	unit.restart = UNITLIFE_NO;
	starts(DO_RUN | DO_SAY_UP);
	SEND(EV_TERM, 0, DO_STOP); /* told to restart */
	SEND(EV_ENDED, SIGTERM, DO_SWEEP);
	goes(DO_SETUP);
	SEND(EV_SETUP, 0, DO_RUN | DO_SAY_UP);
	SEND(EV_DOWN, 0, DO_STOP);
	SEND(EV_UP, 0, 0); /* told to stop, then to start */
	SEND(EV_ENDED, SIGTERM, DO_SWEEP);
	goes(DO_SETUP);
}

static void too_many_starts_fail(void **state)
{
	int64_t ring[3] = {0};

	(void)state;
	fresh(UNITLIFE_SIMPLE, 0);
	m.deaths = ring;
	m.death_max = 3;
	unit.limit_ms = 1000;
	unit.restart = UNITLIFE_ALWAYS;
	unit.restart_ms = 0;
	starts(DO_RUN | DO_SAY_UP);
	for (int i = 0; i < 2; i++) {
		SEND(EV_ENDED, 0, DO_SWEEP);
		goes(DO_SETUP);
		SEND(EV_SETUP, 0, DO_RUN | DO_SAY_UP);
	}
	SEND(EV_ENDED, 0, DO_SWEEP);
	goes(DO_SAY_END);
	IS(FAILED, START_LIMIT);
	SEND(EV_UP, 1, DO_ALLOW); /* for another's sake: the limit still holds */
	SEND(EV_ALLOWED, 0, DO_SAY_END);
	IS(FAILED, START_LIMIT);
	starts(DO_RUN | DO_SAY_UP);
	for (int i = 0; i < 5; i++) { /* slowly */
		now += 500;
		SEND(EV_ENDED, 0, DO_SWEEP);
		goes(DO_SETUP);
		SEND(EV_SETUP, 0, DO_RUN | DO_SAY_UP);
	}
}

static void others_end_it(void **state)
{
	(void)state;
	fresh(UNITLIFE_SIMPLE, UNITLIFE_STOP);
	unit.run_max_ms = 5000;
	starts(DO_RUN | DO_SAY_UP);
	assert_int_equal(m.at_ms, now + 5000);
	SEND(EV_FAIL, UNITLIFE_WATCHDOG, DO_STOP);
	SEND(EV_FAIL, UNITLIFE_WATCHDOG, 0);
	SEND(EV_ENDED, SIGABRT, DO_SWEEP);
	goes(DO_SAY_END);
	IS(FAILED, WATCHDOG);

	starts(DO_RUN | DO_SAY_UP);
	now = m.at_ms;
	SEND(EV_TIMER, 0, DO_ASK); /* RuntimeMaxSec= */
	SEND(EV_STOPPED, 0, DO_STOP);
	SEND(EV_ENDED, SIGTERM, DO_SWEEP);
	goes(DO_SAY_END);
	IS(FAILED, TIMEOUT);

	SEND(EV_UP, 0, DO_ALLOW);
	SEND(EV_FAIL, UNITLIFE_DEPENDENCY, DO_SAY_END);
	IS(FAILED, DEPENDENCY);

	SEND(EV_UP, 0, DO_ALLOW);
	SEND(EV_ALLOWED, 0, DO_SETUP);
	SEND(EV_FAIL, UNITLIFE_RESOURCES, DO_SWEEP);
	goes(DO_SAY_END);
	IS(FAILED, RESOURCES);

	starts(DO_RUN | DO_SAY_UP);
	SEND(EV_STOPPING, 0, 0);
	assert_int_equal(m.at_ms, now + KILL_MS);
	assert_false(m.ready);
	SEND(EV_ENDED, 0, DO_SWEEP);
	goes(DO_SAY_UP | DO_SAY_END);
	IS(DOWN, SUCCESS);

	unit.refused = "it cannot";
	SEND(EV_UP, 0, DO_SAY_END);
	IS(FAILED, RESOURCES);
}

static void a_deadline_moves(void **state)
{
	(void)state;
	fresh(UNITLIFE_NOTIFY, 0);
	starts(DO_RUN);
	SEND(EV_EXTEND, 10, 0);
	assert_int_equal(m.at_ms, now + START_MS);
	SEND(EV_EXTEND, 5000, 0);
	assert_int_equal(m.at_ms, now + 5000);
	SEND(EV_READY, 0, DO_SAY_UP);
	SEND(EV_EXTEND, 5000, 0);
	assert_int_equal(m.at_ms, 0);
}

/* Random events, fixed seed: a deadline is never left over where nothing waits, what told to exit goes. */
static void random_lives(void **state)
{
	int64_t ring[4] = {0};
	bool told = false;

	(void)state;
	srandom(7);
	fresh(UNITLIFE_SIMPLE, 0);
	m.deaths = ring;
	m.death_max = 4;
	unit.limit_ms = 50;
	for (int i = 0; i < 600000; i++) {
		enum machine_event e = (enum machine_event)(random() % MACHINE_EVENTS);
		int value = e == EV_FAIL ? (int)(1 + random() % (UNITLIFE_RESULTS - 1)) : (int)(random() % 300);
		unsigned todo;

		if (m.state == MACHINE_WAIT || m.state == MACHINE_DOWN) {
			unit.type = (uint8_t)(random() % (UNITLIFE_NOTIFY + 1));
			unit.has = (uint8_t)random();
			unit.restart = (uint8_t)(random() % (UNITLIFE_ALWAYS + 1));
			unit.kill_mode = (uint8_t)(random() % (UNITLIFE_KILL_NONE + 1));
			unit.remain = random() % 2;
			unit.send_kill = random() % 2;
		}
		if (e == EV_CLOSE || (e == EV_EXIT && random() % 100)) /* CLOSE is for loggers */
			continue;
		if (e == EV_TIMER)
			now = m.at_ms ? m.at_ms : now;
		todo = machine_event(&m, e, value, now += random() % 40);
		told |= e == EV_EXIT;
		if (m.state == MACHINE_DOWN || m.state == MACHINE_FAILED || m.state == MACHINE_WAIT) {
			assert_int_equal(m.at_ms, 0);
			assert_false(m.ready || m.stopping);
		}
		if (m.state == MACHINE_SWEEP || m.state == MACHINE_FINISH || m.state == MACHINE_STOP)
			assert_true(m.stopping && (m.at_ms || m.killed));
		if (m.state == MACHINE_FAILED)
			assert_int_not_equal(m.result, UNITLIFE_SUCCESS);
		if (m.ready)
			assert_true(m.state == MACHINE_RUN && m.done);
		assert_true(machine_state_name(&m) != NULL);
		assert_true(!(todo & DO_FORGET) || told);
		if (todo & DO_FORGET) {
			m.want = WANT_DOWN;
			told = false;
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(simple_is_up_at_once),      cmocka_unit_test(exec_and_notify_wait_for_a_word),
	        cmocka_unit_test(forking_has_a_starter),     cmocka_unit_test(oneshot_is_done),
	        cmocka_unit_test(a_target_needs_no_process), cmocka_unit_test(pre_may_skip_or_fail),
	        cmocka_unit_test(post_belongs_to_the_start), cmocka_unit_test(stop_goes_step_by_step),
	        cmocka_unit_test(kill_mode_says_whom),       cmocka_unit_test(restart_waits_its_time),
	        cmocka_unit_test(too_many_starts_fail),      cmocka_unit_test(others_end_it),
	        cmocka_unit_test(a_deadline_moves),          cmocka_unit_test(random_lives),
	};

	return RUN(tests);
}
