/* Unit tests of pure/unitlife: what the supervisor knows of a unit, on its way through a file. */
#include "pure/unitlife.h"

#include <stdlib.h>
#include <string.h>

#include "../../lib/unit.h"
#include "base/fmt.h"

static char text[2048];

static const char *written(const struct unitlife *u)
{
	struct fmt f;

	fmt_open(&f, text, sizeof text);
	unitlife_write(u, &f);
	assert_false(f.cut);
	return text;
}

static void defaults_are_not_written(void **state)
{
	struct unitlife u, *back;

	(void)state;
	unitlife_default(&u);
	assert_string_equal(written(&u), "");
	back = unitlife_read("file=/a\nafter=b c\n");
	assert_non_null(back);
	assert_memory_equal(back, &u, sizeof u);
	free(back);
}

static void all_comes_back(void **state)
{
	struct unitlife u = {
	        .start_ms = 1,
	        .stop_ms = 2,
	        .restart_ms = UINT32_MAX - 1,
	        .watchdog_ms = 4,
	        .run_max_ms = 5,
	        .limit_ms = 6,
	        .limit_burst = 7,
	        .has = UNITLIFE_START | UNITLIFE_STOP_POST,
	        .type = UNITLIFE_NOTIFY,
	        .restart = UNITLIFE_ON_ABORT,
	        .kill_mode = UNITLIFE_KILL_PROCESS,
	        .access = UNITLIFE_ACCESS_ALL,
	        .kill_signal = 3,
	        .restart_signal = 4,
	        .final_signal = 5,
	        .watchdog_signal = 6,
	        .remain = true,
	        .send_hup = true,
	        .wanted = true,
	        .notify_reload = true,
	        .reload_signal = 64,
	        .failure_exit = UNITLIFE_OWN_CODE,
	        .success_exit = 255,
	        .pid_file = "/run/a b.pid",
	        .log_name = "x",
	        .success = "143 SIGUSR1",
	        .prevent = "1",
	        .force = "2",
	        .description = "What = it does",
	        .refused = "no",
	};
	struct unitlife *back;

	(void)state;
	back = unitlife_read(written(&u));
	assert_non_null(back);
	assert_string_equal(back->pid_file, u.pid_file);
	assert_string_equal(back->log_name, u.log_name);
	assert_string_equal(back->success, u.success);
	assert_string_equal(back->prevent, u.prevent);
	assert_string_equal(back->force, u.force);
	assert_string_equal(back->description, u.description);
	assert_string_equal(back->refused, u.refused);
	assert_memory_equal(back, &u, offsetof(struct unitlife, pid_file));
	assert_non_null(strstr(text, "has=start stop-post"));
	assert_non_null(strstr(text, "kill-mode=process"));
	free(back);
}

static void lines_of_a_key_are_found(void **state)
{
	const char *at = "after=a\nafter-all=no\nafter=b c\nx";
	size_t len;

	(void)state;
	assert_memory_equal(unitlife_find(&at, "after", &len), "a", 1);
	assert_int_equal(len, 1);
	assert_memory_equal(unitlife_find(&at, "after", &len), "b c", 3);
	assert_int_equal(len, 3);
	assert_null(unitlife_find(&at, "after", &len));
}

static void nonsense_is_harmless(void **state)
{
	struct unitlife *u = unitlife_read("type=\nhas=foo, start\nstop-ms=9999999999999\nkill-signal=x\n=\nrestart");

	(void)state;
	assert_int_equal(u->type, UNITLIFE_SIMPLE);
	assert_int_equal(u->stop_ms, 0);
	assert_int_equal(u->kill_signal, 0);
	free(u);
}

static void ends_mean_what_systemd_says(void **state)
{
	struct unitlife u;

	(void)state;
	unitlife_default(&u);
	assert_int_equal(unitlife_result(&u, 0, 0, false), UNITLIFE_SUCCESS);
	assert_int_equal(unitlife_result(&u, 1, 0, false), UNITLIFE_EXIT_CODE);
	assert_int_equal(unitlife_result(&u, 0, 15, false), UNITLIFE_SUCCESS);
	assert_int_equal(unitlife_result(&u, 0, 9, false), UNITLIFE_SIGNAL);
	assert_int_equal(unitlife_result(&u, 0, 11, true), UNITLIFE_CORE_DUMP);
	u.type = UNITLIFE_ONESHOT;
	assert_int_equal(unitlife_result(&u, 0, 15, false), UNITLIFE_SIGNAL);
	u.success = "143 SIGUSR1 KILL DATAERR CONFIG";
	assert_int_equal(unitlife_result(&u, 65, 0, false), UNITLIFE_SUCCESS);
	assert_int_equal(unitlife_result(&u, 78, 0, false), UNITLIFE_SUCCESS);
	assert_int_equal(unitlife_result(&u, 64, 0, false), UNITLIFE_EXIT_CODE);
	assert_int_equal(unitlife_result(&u, 79, 0, false), UNITLIFE_EXIT_CODE);
	assert_int_equal(unitlife_result(&u, 143, 0, false), UNITLIFE_SUCCESS);
	assert_int_equal(unitlife_result(&u, 0, 10, false), UNITLIFE_SUCCESS);
	assert_int_equal(unitlife_result(&u, 10, 0, false), UNITLIFE_EXIT_CODE);
	assert_int_equal(unitlife_result(&u, 0, 9, false), UNITLIFE_SUCCESS);
	assert_string_equal(unitlife_result_name(UNITLIFE_CORE_DUMP), "core-dump");
	assert_string_equal(unitlife_result_name(UNITLIFE_DEPENDENCY), "dependency");
}

/* systemd.service(5), table 2; "Exit causes and the effect of the Restart= settings". */
static void restarts_by_the_table(void **state)
{
	static const struct {
		enum unitlife_result result;
		const char *by; /* a place each: no on-success on-failure on-abnormal on-watchdog on-abort always */
	} table[] = {
	        {UNITLIFE_SUCCESS, ".+....+"},   {UNITLIFE_EXIT_CODE, "..+...+"}, {UNITLIFE_SIGNAL, "..++.++"},
	        {UNITLIFE_CORE_DUMP, "..++.++"}, {UNITLIFE_TIMEOUT, "..++..+"},   {UNITLIFE_WATCHDOG, "..+++.+"},
	        {UNITLIFE_PROTOCOL, "..++..+"},  {UNITLIFE_CONDITION, "......."}, {UNITLIFE_START_LIMIT, "......."},
	};
	struct unitlife u;

	(void)state;
	unitlife_default(&u);
	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		for (u.restart = 0; u.restart <= UNITLIFE_ALWAYS; u.restart++)
			if (unitlife_restarts(&u, table[i].result, -1, 0) != (table[i].by[u.restart] == '+'))
				fail_msg("%s, %d", unitlife_result_name(table[i].result), u.restart);
	u.restart = UNITLIFE_ALWAYS;
	u.prevent = "1 SIGABRT";
	assert_false(unitlife_restarts(&u, UNITLIFE_EXIT_CODE, 1, 0));
	assert_false(unitlife_restarts(&u, UNITLIFE_SIGNAL, 0, 6));
	assert_true(unitlife_restarts(&u, UNITLIFE_EXIT_CODE, 6, 0));
	u.restart = UNITLIFE_NO;
	u.force = "1 2";
	assert_true(unitlife_restarts(&u, UNITLIFE_EXIT_CODE, 2, 0));
	assert_false(unitlife_restarts(&u, UNITLIFE_EXIT_CODE, 1, 0));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	        cmocka_unit_test(defaults_are_not_written),    cmocka_unit_test(all_comes_back),
	        cmocka_unit_test(lines_of_a_key_are_found),    cmocka_unit_test(nonsense_is_harmless),
	        cmocka_unit_test(ends_mean_what_systemd_says), cmocka_unit_test(restarts_by_the_table),
	};

	return RUN(tests);
}
