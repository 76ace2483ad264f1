/* Unit tests of pure/svstate. */
#include "pure/svstate.h"

#include <string.h>

#include "../../lib/unit.h"
#include "base/fmt.h"
#include "pure/status.h"

static struct svstate of(const char *text)
{
	static char mem[1024];
	struct svstate s;

	strcpy(mem, text);
	svstate_read(&s, mem);
	return s;
}

static void test_all_keys(void **state)
{
	struct svstate s = of(
	        "state=backoff\nwanted=yes\nready=no\npid=12\nsince=1795309788.483\nrestarts=3\nexit=7\n"
	        "essential=yes\npeak_kb=1684\nfirst_ms=1 20 345\nreason=run: not found = bad\ndescription=the door\n");

	(void)state;
	assert_string_equal(s.state, "backoff");
	assert_true(s.wanted && !s.ready && s.essential);
	assert_int_equal(s.pid, 12);
	assert_int_equal(s.since.tv_sec, 1795309788);
	assert_int_equal(s.since.tv_nsec, 483000000);
	assert_int_equal(s.restarts, 3);
	assert_int_equal(s.exit_code, 7);
	assert_int_equal(s.signal, 0);
	assert_int_equal(s.peak_kb, 1684);
	assert_int_equal(s.first_ms[0], 1);
	assert_int_equal(s.first_ms[1], 20);
	assert_int_equal(s.first_ms[2], 345);
	assert_string_equal(s.reason, "run: not found = bad");
	assert_string_equal(s.description, "the door");
}

static void test_nothing(void **state)
{
	struct svstate s = of("");

	(void)state;
	assert_string_equal(s.state, "");
	assert_string_equal(s.reason, "");
	assert_string_equal(s.description, "");
	assert_int_equal(s.exit_code, -1);
	assert_int_equal(s.signal, 0);
	assert_false(s.wanted || s.ready || s.essential);
}

static void test_first_cut(void **state)
{
	struct svstate s = of("first_ms=7 x");

	(void)state;
	assert_int_equal(s.first_ms[0], 7);
	assert_int_equal(s.first_ms[1] + s.first_ms[2], 0);
}

static void test_signal(void **state)
{
	struct svstate s = of("signal=TERM");

	(void)state;
	assert_int_equal(s.signal, 15);
	assert_int_equal(s.exit_code, -1);
}

static void test_garbage_counts_as_absent(void **state)
{
	struct svstate s =
	        of("nonsense\n\n=\nexit=256\nexit=-1\npid=x\nsignal=FOO\nsignal=0\nsince=x.y\nrestarts=99999999999\n"
	           "wanted=maybe\nnew_key=1\nstate=up");

	(void)state;
	assert_string_equal(s.state, "up");
	assert_int_equal(s.exit_code, -1);
	assert_int_equal(s.signal, 0);
	assert_int_equal(s.pid, 0);
	assert_int_equal(s.restarts, 0);
	assert_int_equal(s.since.tv_sec, 0);
	assert_false(s.wanted);
}

static void expect(const char *text, struct status st, bool normally_up, bool notifies, const char *words)
{
	char mem[256];
	struct fmt f;
	struct svstate s = of(text);

	fmt_open(&f, mem, sizeof mem);
	svstate_words(&s, &st, normally_up, notifies, 105, &f);
	assert_string_equal(mem, words);
}

static void test_words(void **state)
{
	struct status up = {.since = {100, 0}, .pid = 12, .want = STATUS_WANT_UP, .state = STATUS_RUN};
	struct status down = {.since = {100, 0}, .want = STATUS_WANT_DOWN, .state = STATUS_DOWN};
	struct status finish = {.since = {50, 0}, .pid = 13, .want = STATUS_WANT_UP, .state = STATUS_FINISH};

	(void)state;
	expect("", up, true, false, "up (pid 12) 5 seconds");
	expect("ready=yes\nsince=103.0", up, false, true, "up (pid 12) 5 seconds, normally down, ready 2 seconds");
	expect("ready=no", up, true, true, "up (pid 12) 5 seconds");
	up.paused = true;
	up.want = STATUS_WANT_DOWN;
	expect("ready=yes", up, true, false, "up (pid 12) 5 seconds, paused, want down");
	expect("", down, false, false, "down (exitcode 0) 5 seconds, ready 5 seconds");
	expect("exit=3", down, true, false, "down (exitcode 3) 5 seconds, normally up, ready 5 seconds");
	expect("signal=TERM\nsince=104.5", finish, true, false,
	       "down (signal SIGTERM) 1 seconds, normally up, want up");
}

static void test_age(void **state)
{
	(void)state;
	assert_int_equal(svstate_age(100, 105), 5);
	assert_int_equal(svstate_age(105, 100), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_all_keys),
	        cmocka_unit_test(test_nothing),
	        cmocka_unit_test(test_first_cut),
	        cmocka_unit_test(test_signal),
	        cmocka_unit_test(test_garbage_counts_as_absent),
	        cmocka_unit_test(test_words),
	        cmocka_unit_test(test_age),
	};

	return RUN(tests);
}
