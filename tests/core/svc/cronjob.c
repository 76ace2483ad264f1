/* Unit tests of svc/cronjob, with real processes: each table says what a job is, all output comes by a file. */
#include "svc/cronjob.h"

#include <fcntl.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "../../lib/unit.h"
#include "base/fmt.h"
#include "pure/cronplan.h"
#include "pure/crontab.h"
#include "svc/cronlog.h"
#include "sys/clock.h"
#include "sys/files.h"
#include "sys/loop.h"
#include "sys/procs.h"
#include "sys/spawn.h"
#include "sys/wallclock.h"

enum { PATIENCE_MS = 20000, AT = 1763812800 };

static char dir[] = "/tmp/cronjob.XXXXXX", log_path[64], state[64];
static size_t log_at;
static char *env[] = {"PATH=/usr/bin:/bin", "GREETING=hello", "INIT_SERVICE_LOG=logd", NULL};
static const struct cronuser self = {.name = "tester", .home = dir};

static void tell(const struct crontab_reader *r, enum crontab_grade grade, unsigned line, unsigned column,
                 const char *what)
{
	(void)r;
	if (grade == CRONTAB_ERROR)
		fail_msg("%u:%u: %s", line, column, what);
}

static void signalled(const struct signalfd_siginfo *i)
{
	(void)i;
	cronjob_reap();
}

static struct cronplan plan;

static int begin(void **unused)
{
	sigset_t set;

	(void)unused;
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	assert_non_null(mkdtemp(dir));
	fmt_into(log_path, sizeof log_path, "%s/log", dir);
	fmt_into(state, sizeof state, "%s/state", dir);
	assert_int_equal(spawn_open(), 0);
	assert_int_equal(loop_open(&set, signalled), 0);
	assert_int_equal(cronlog_open(log_path, cronjob_room), 0);
	cronplan_open(&plan, 0, 0);
	cronjob_open(env, state, &plan);
	return 0;
}

static int end(void **unused)
{
	char command[80];

	(void)unused;
	fmt_into(command, sizeof command, "rm -rf %s", dir);
	return system(command);
}

/* The job of a table of one; both stay. */
static struct cronjob *job(const char *text, bool direct)
{
	static const struct crontab_reader how = {.tell = tell};
	static struct crontab tabs[50];
	static struct crontable tables[50];
	static struct cronjob jobs[50];
	static int count;
	struct crontab *tab = &tabs[count];
	struct crontable *table = &tables[count];
	struct cronjob *j = &jobs[count++];

	assert_int_equal(crontab_read(tab, strdup(text), strlen(text), &how), 0);
	assert_int_equal(tab->count, 1);
	table->path = "/some/table";
	table->tab = tab;
	*j = (struct cronjob){.entry.when = &tab->jobs[0].when, .table = table, .user = &self, .direct = direct};
	return j;
}

static void due(struct cronjob *j)
{
	cronjob_due(&j->entry, AT);
}

static void nothing(struct loop_timer *t)
{
	(void)t;
}

static void turn(void)
{
	struct loop_timer wake = {.fire = nothing};

	loop_at(&wake, clock_ms() + 50);
	loop_turn(true);
	loop_at(&wake, 0);
}

static void await_ends(void)
{
	int64_t until = clock_ms() + PATIENCE_MS;

	while (cronjob_running() && clock_ms() < until)
		turn();
	assert_int_equal(cronjob_running(), 0);
}

/* What was said since. In static memory. */
static char *said(void)
{
	static char mem[400000];
	size_t len;
	char *all = files_load(AT_FDCWD, log_path, &len);

	assert_non_null(all);
	fmt_into(mem, sizeof mem, "%s", all + log_at);
	log_at = len;
	free(all);
	return mem;
}

/* Is all that was said since like that? */
static void assert_said(const char *pattern)
{
	char whole[2000], *text = said();
	regex_t r;

	fmt_into(whole, sizeof whole, "^%s$", pattern);
	assert_int_equal(regcomp(&r, whole, REG_EXTENDED | REG_NOSUB), 0);
	if (regexec(&r, text, 0, NULL, 0))
		fail_msg("not %s:\n%s", whole, text);
	regfree(&r);
}

static void await_said(const char *word)
{
	int64_t until = clock_ms() + PATIENCE_MS;
	bool there = false;

	while (!there && clock_ms() < until) {
		size_t len;
		char *all = files_load(AT_FDCWD, log_path, &len);
		there = strstr(all + log_at, word);
		free(all);
		if (!there)
			turn();
	}
	assert_true(there);
}

static void ends(void **unused)
{
	struct cronjob *j;

	(void)unused;
	j = job("* * * * * echo out; echo err >&2; printf rest\n", false);
	due(j);
	assert_int_equal(cronjob_running(), 1);
	assert_non_null(j->past->runs);
	await_ends();
	assert_said("cron/echo \\| start \\(pid [0-9]+\\)\n(cron/echo \\| (out|err|rest)\n){3}"
	            "cron/echo \\| end: exit 0 after [0-9]\\.[0-9]{3} s\n");
	assert_null(j->past->runs);
	assert_int_equal(j->past->at, AT);
	assert_int_equal(j->past->status, 0);
	due(j = job("CRON_LABEL=x\n* * * * * exit 7\n", false));
	await_ends();
	assert_said("cron/x \\| start .*cron/x \\| end: exit 7 after .*\n");
	assert_int_equal(j->past->status, 7 << 8);
	due(job("CRON_LABEL=x\n* * * * * kill -9 $$\n", false));
	await_ends();
	assert_said(".*cron/x \\| end: killed by signal 9 \\(KILL\\) after .*\n");
	due(job("CRON_QUIET=yes\n* * * * * true\n", false));
	await_ends();
	assert_said("");
	due(job("CRON_QUIET=yes\n* * * * * false\n", false));
	await_ends();
	assert_said("cron/false \\| end: exit 1 after .*\n");
}

static void not_started(void **unused)
{
	(void)unused;
	due(job("CRON_QUIET=yes\n* * * * * nowhere-to-be-found a b\n", true));
	await_ends();
	assert_said("cron/nowhere-to-be-found \\| end: not started: .*not found in PATH.*\n");
	due(job("CRON_QUIET=yes\nSHELL=/no/shell\n* * * * * x\n", false));
	await_ends();
	assert_said("cron/x \\| end: not started: /no/shell.* not found.*\n");
	due(job("CRON_QUIET=yes\n* * * * * sh -c exit\\%\n", true));
	await_ends();
	assert_said("cron/sh \\| .*exit%.*\ncron/sh \\| end: exit 127 after .*\n");
}

static void surroundings(void **unused)
{
	char pattern[400];

	(void)unused;
	due(job("CRON_QUIET=yes\nOWN=a b\nLOGNAME=forged\nGREETING=bye\nSHELL=/bin/sh\n* * * * * pwd; echo "
	        "$HOME:$LOGNAME:$USER:$SHELL:$PATH:$OWN:$GREETING:$INIT_SERVICE_LOG; ps -o sid= -p $$ | tr -d ' ' | "
	        "grep "
	        "-x $$ | sed s/.*/leader/\n",
	        false));
	await_ends();
	fmt_into(pattern, sizeof pattern,
	         "cron/pwd \\| %s\ncron/pwd \\| %s:tester:tester:/bin/sh:/usr/bin:/bin:a b:bye:\n"
	         "cron/pwd \\| leader\n",
	         dir, dir);
	assert_said(pattern);
	due(job("CRON_QUIET=yes\nHOME=/nowhere\n* * * * * pwd; echo $HOME; cat\n", false));
	await_ends();
	assert_said("cron/pwd \\| /\ncron/pwd \\| /nowhere\n");
	due(job("CRON_QUIET=yes\n* * * * * cat%one%two \\% three%\n", false));
	await_ends();
	assert_said("cron/cat \\| one\ncron/cat \\| two % three\n");
	due(job("CRON_QUIET=yes\n* * * * * echo   a\tb\n", true));
	await_ends();
	assert_said("cron/echo \\| a b\n");
}

static void overlaps(void **unused)
{
	struct cronjob *j;

	(void)unused;
	j = job("CRON_LABEL=x\nCRON_QUIET=yes\n* * * * * echo now; sleep 0.3\n", false);
	due(j);
	due(j);
	await_ends();
	assert_said(
	        "cron/x \\| skipped: still running \\(pid [0-9]+, since [0-9]{2}:[0-9]{2}:[0-9]{2} UTC\\)\ncron/x \\| "
	        "now\n");
	j = job("CRON_LABEL=x\nCRON_QUIET=yes\nCRON_OVERLAP=allow\n* * * * * echo now; sleep 0.3\n", false);
	due(j);
	due(j);
	assert_int_equal(cronjob_running(), 2);
	await_ends();
	assert_said("cron/x \\| now\ncron/x \\| now\n");
	j = job("CRON_LABEL=x\nCRON_OVERLAP=queue\n* * * * * echo now; sleep 0.1\n", false);
	due(j);
	due(j);
	due(j);
	assert_int_equal(j->past->queued, 2);
	assert_int_equal(cronjob_running(), 1);
	await_ends();
	assert_said("(cron/x \\| start .pid [0-9]+.\ncron/x \\| now\ncron/x \\| end: exit 0 after [0-9.]+ s\n){3}");
	for (int i = 0; i < 102; i++)
		due(j);
	assert_int_equal(j->past->queued, 100);
	assert_said("cron/x \\| start .pid [0-9]+.\ncron/x \\| skipped: 100 runs wait already\n");
	j->gone = true;
	await_ends();
	assert_said("cron/x \\| now\ncron/x \\| end: .*\n");
	j = job("CRON_LABEL=x\nCRON_QUIET=yes\nCRON_OVERLAP=kill\n* * * * * echo now; exec sleep ${SECONDS-30}\n",
	        false);
	due(j);
	await_said("now");
	due(j);
	due(j);
	await_said("end:");
	assert_int_equal(cronjob_running(), 1);
	assert_said("cron/x \\| now\ncron/x \\| still running .pid [0-9]+.: TERM, the next one is due\ncron/x \\| end: "
	            "killed "
	            "by signal 15 .TERM. after .*\n");
	await_said("now");
	due(j);
	j->gone = true;
	await_ends();
	said();
}

static void limits(void **unused)
{
	struct cronjob *j, *again;

	(void)unused;
	due(job("CRON_LABEL=x\nCRON_QUIET=yes\nCRON_TIMEOUT=1\n* * * * * sleep 20 & sleep 20; echo no\n", false));
	await_ends();
	assert_said("cron/x \\| timeout after 1 s: TERM \\(pid [0-9]+\\)\ncron/x \\| end: killed by signal 15 .*\n");
	j = job("CRON_QUIET=yes\nRANDOM_DELAY=1s\n* * * * * echo late\n", false);
	due(j);
	due(j);
	assert_said("cron/echo \\| skipped: the run before still waits for its RANDOM_DELAY\n");
	again = job("CRON_QUIET=yes\nRANDOM_DELAY=1s\n* * * * * echo late\n", false);
	cronjob_continue(again, j);
	j->gone = true;
	assert_null(j->past);
	assert_non_null(again->past->runs);
	await_ends();
	assert_said("cron/echo \\| late\n");
	due(again);
	again->gone = true;
	await_ends();
	assert_said("");
}

/* A process in the background keeps the pipe. */
static void background(void **unused)
{
	(void)unused;
	due(job("CRON_LABEL=x\n* * * * * (sleep 1; echo later) & echo first\n", false));
	await_ends();
	assert_said(".*cron/x \\| first\ncron/x \\| end: exit 0 after [^\n]*\n");
	await_said("later");
	assert_said("cron/x \\| later\n");
}

static void many_lines(void **unused)
{
	static const char pattern[] = "cron/x | 0123456789\n";
	char *text;

	(void)unused;
	due(job("CRON_LABEL=x\nCRON_QUIET=yes\n* * * * * yes 0123456789 | head -n 9999; head -c 40000 /dev/zero | tr "
	        "'\\000' y\n",
	        false));
	await_ends();
	text = said();
	for (int i = 0; i < 9999; i++, text += sizeof pattern - 1)
		assert_memory_equal(text, pattern, sizeof pattern - 1);
	assert_memory_equal(text, "cron/x | yyyy", 13);
	assert_memory_equal(text + 9 + 16384, "\ncron/x + yyyy", 14);
	assert_int_equal(strlen(text), 3 * 10 + 40000);
}

static void catching_up(void **unused)
{
	static const char text[] = "CRON_LABEL=x\nCRON_QUIET=yes\nCRON_CATCHUP=yes\n0 * * * * echo up\n";
	int64_t now = AT / 3600 * 3600 + 1800;
	struct cronjob *j = job(text, false);

	(void)unused;
	cronjob_catch_up(j, now);
	cronjob_catch_up(j, now + 1000);
	assert_int_equal(cronjob_running(), 0);
	cronjob_catch_up(j, now + 5 * 3600);
	await_ends();
	assert_said("cron/x \\| was due at 2025-11-22 13:00:00 UTC, while we were down\ncron/x \\| up\n");
	cronjob_catch_up(job(text, false), now + 5 * 3600 + 60);
	assert_int_equal(cronjob_running(), 0);
	due(j = job("CRON_LABEL=y\nCRON_QUIET=yes\nCRON_CATCHUP=yes\n0 * * * * echo up\n", false));
	cronjob_catch_up(j, AT + 100);
	await_ends();
	assert_said("cron/y \\| up\n");
}

/* The last test: nothing begins any more. */
static void stops(void **unused)
{
	struct cronjob *j = job("CRON_LABEL=q\nCRON_QUIET=yes\nCRON_OVERLAP=queue\n* * * * * exec sleep 30\n", false);

	(void)unused;
	due(job("CRON_LABEL=d\nRANDOM_DELAY=9h\n* * * * * x\n", false));
	due(j);
	due(j);
	due(job("CRON_LABEL=o\nCRON_QUIET=yes\n* * * * * trap 'echo term; exit 3' TERM; setsid sh -c 'echo there; exec "
	        "sleep 30' "
	        "& wait\n",
	        false));
	await_said("there");
	cronjob_stop(clock_ms() + 10000);
	assert_int_equal(cronjob_running(), 0);
	assert_false(procs_children(0));
	assert_true(cronlog_flush(clock_ms() + 1000));
	assert_said("cron/o \\| there\n(cron/q \\| 1 waiting runs dropped: crond stops\n|cron/d \\| skipped: crond "
	            "stops\n){2}"
	            "(cron/o \\| term\n|cron/o \\| end: exit 3 after [^\n]*\n|cron/q \\| end: killed by signal 15 "
	            "[^\n]*\n){3}");
	due(j);
	assert_int_equal(cronjob_running(), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(ends),       cmocka_unit_test(not_started), cmocka_unit_test(surroundings),
	        cmocka_unit_test(overlaps),   cmocka_unit_test(limits),      cmocka_unit_test(background),
	        cmocka_unit_test(many_lines), cmocka_unit_test(catching_up), cmocka_unit_test(stops),
	};

	return cmocka_run_group_tests_name(__FILE__, tests, begin, end);
}
