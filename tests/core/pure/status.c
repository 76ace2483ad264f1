/* Unit tests of pure/status. */
#include "pure/status.h"

#include <string.h>

#include "../../lib/unit.h"
#include "base/fmt.h"

/* What runit 2.1.2's runsv wrote for a service with pid 0x1234 that got TERM, at 2001-09-09T01:46:40.5Z. */
static const unsigned char runits[STATUS_SIZE] = {0x40, 0,    0,    0,    0x3b, 0x9a, 0xca, 0x0a, 0x1d, 0xcd,
                                                  0x65, 0x00, 0x34, 0x12, 0,    0,    0,    'u',  1,    1};

static void as_runit_writes(void **state)
{
	struct status s = {.since = {1000000000, 500000000},
	                   .pid = 0x1234,
	                   .got_term = true,
	                   .want = STATUS_WANT_UP,
	                   .state = STATUS_RUN};
	unsigned char mem[STATUS_SIZE];

	(void)state;
	status_write(&s, mem);
	assert_memory_equal(mem, runits, sizeof mem);
}

static void read_back(void **state)
{
	struct status s;

	(void)state;
	status_read(&s, runits);
	assert_int_equal(s.since.tv_sec, 1000000000);
	assert_int_equal(s.since.tv_nsec, 500000000);
	assert_int_equal(s.pid, 0x1234);
	assert_true(s.got_term);
	assert_false(s.paused);
	assert_int_equal(s.want, STATUS_WANT_UP);
	assert_int_equal(s.state, STATUS_RUN);
}

static void any_bytes_are_a_status(void **state)
{
	unsigned char mem[STATUS_SIZE];
	struct status s;

	(void)state;
	for (int byte = 0; byte < 256; byte++) {
		memset(mem, byte, sizeof mem);
		status_read(&s, mem);
		assert_in_range(s.state, STATUS_DOWN, STATUS_FINISH);
		assert_in_range(s.want, STATUS_WANT_UP, STATUS_WANT_DOWN);
	}
}

static const char *text(struct status s)
{
	static char mem[80];
	struct fmt f;

	fmt_open(&f, mem, sizeof mem);
	status_text(&s, &f);
	return mem;
}

static void lines(void **state)
{
	(void)state;
	assert_string_equal(text((struct status){.want = STATUS_WANT_DOWN}), "down\n");
	assert_string_equal(text((struct status){.want = STATUS_WANT_UP}), "down\n");
	assert_string_equal(text((struct status){.state = STATUS_RUN}), "run\n");
	assert_string_equal(text((struct status){.state = STATUS_RUN, .want = STATUS_WANT_DOWN, .got_term = true}),
	                    "run, got TERM, want down\n");
	assert_string_equal(text((struct status){.state = STATUS_RUN, .want = STATUS_WANT_EXIT, .paused = true}),
	                    "run, paused, want exit\n");
	assert_string_equal(text((struct status){.state = STATUS_FINISH}), "finish\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(as_runit_writes),
	        cmocka_unit_test(read_back),
	        cmocka_unit_test(any_bytes_are_a_status),
	        cmocka_unit_test(lines),
	};

	return RUN(tests);
}
