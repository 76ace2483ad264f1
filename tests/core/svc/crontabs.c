/* Unit tests of svc/crontabs: tables in a root of their own; the runs of jobs are only written down. */
#include "svc/crontabs.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "../../lib/unit.h"
#include "pure/crontab.h"
#include "sys/clock.h"
#include "sys/loop.h"
#include "sys/pstate.h"
#include "sys/wallclock.h"

enum { START = 1767225600 /* 2026-01-01 00:00:00 UTC, a Thursday */ };

static char root[] = "/tmp/crontabs.XXXXXX";
static char said[8000];    /* what was told: "PATH:LINE:COLUMN: GRADE TEXT\n" each, without the root */
static char ran[2000];     /* commands that were due */
static unsigned speed = 1; /* of the clock */
static unsigned changes;   /* of tables */
static struct cronplan plan;
static struct crontabs_setup setup;

/* In place of svc/cronjob ---------------------------------------------- */

void cronjob_due(struct cronplan_entry *e, int64_t at)
{
	const struct cronjob *j = (const struct cronjob *)(const void *)e;
	size_t len = strlen(ran);

	snprintf(ran + len, sizeof ran - len, "%s@%lld\n", crontab_text(j->table->tab, crontable_line(j)->command),
	         (long long)at - START);
}

void cronjob_catch_up(struct cronjob *j, int64_t now)
{
	(void)j;
	(void)now;
}

void cronjob_continue(struct cronjob *now, struct cronjob *before)
{
	now->past = before->past;
	before->past = NULL;
}

/* ---------------------------------------------------------------------- */

static void tell(const char *path, int grade, unsigned line, unsigned column, const char *what)
{
	size_t len = strlen(said);

	if (strncmp(path, root, strlen(root)) == 0)
		path += strlen(root);
	snprintf(said + len, sizeof said - len, "%s:%u:%u: %d %s\n", path, line, column, grade, what);
}

static void change(void)
{
	changes++;
}

static const char *in_root(const char *path)
{
	static char mem[4][500];
	static unsigned turn;
	char *m = mem[turn++ % 4];

	snprintf(m, sizeof mem[0], "%s%s", root, path);
	return m;
}

static void sh(const char *command)
{
	assert_int_equal(system(command), 0);
}

static void put(const char *path, const char *text, mode_t mode)
{
	int fd;

	path = in_root(path);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	assert_int_equal(chmod(path, mode), 0);
}

/* All jobs: "USER SCHEDULE|COMMAND\n" each, a star before those run directly. */
static const char *jobs(void)
{
	static char mem[4000];
	size_t len = 0;

	mem[0] = '\0';
	for (struct cronjob *j = NULL; (j = crontabs_next(j));) {
		const struct crontab_job *l = crontable_line(j);
		len += (size_t)snprintf(mem + len, sizeof mem - len, "%s%s %s|%s\n", j->direct ? "*" : "",
		                        j->user->name, crontab_text(j->table->tab, l->schedule),
		                        crontab_text(j->table->tab, l->command));
	}
	return mem;
}

static struct cronjob *job(const char *command)
{
	for (struct cronjob *j = NULL; (j = crontabs_next(j));)
		if (strcmp(crontab_text(j->table->tab, crontable_line(j)->command), command) == 0)
			return j;
	return NULL;
}

static void begin(void)
{
	wallclock_pretend(START, speed);
	cronplan_open(&plan, wallclock_now(), wallclock_steady_ms());
	said[0] = '\0';
	assert_int_equal(crontabs_open(&setup, &plan), 0);
	ran[0] = '\0';
	changes = 0;
}

static void finds_all(void **state)
{
	(void)state;
	put("/etc/crontab", "* * * * * root echo a\n1 2 * * * nobody echo b && c\r\n3 4 * * * rot echo\n@hourly root d",
	    0644);
	put("/etc/cron.d/two.sh", "2 2 * * * root two\n", 0644);
	put("/etc/cron.d/one", "1 1 * * * root one\n", 0600);
	put("/etc/cron.d/one~", "1 1 * * * root no\n", 0600);
	put("/etc/cron.d/one.dpkg-old", "1 1 * * * root no\n", 0600);
	put("/etc/cron.d/.one", "1 1 * * * root no\n", 0600);
	put("/etc/cron.d/o ne", "1 1 * * * root no\n", 0600);
	put("/etc/crontabs/nobody", "3 3 * * * three\n", 0600);
	put("/etc/crontabs/root", "4 4 * * * four\n", 0600);
	put("/etc/crontabs/nemo", "4 4 * * * four\n", 0600);
	sh("mkdir -p $ROOT/var/spool/cron; ln -s ../../../etc/crontabs $ROOT/var/spool/cron/crontabs");
	begin();
	assert_string_equal(jobs(), "root * * * * *|echo a\n"
	                            "nobody 1 2 * * *|echo b && c\n"
	                            "root @hourly|d\n"
	                            "root 1 1 * * *|one\n"
	                            "root 2 2 * * *|two\n"
	                            "nobody 3 3 * * *|three\n"
	                            "root 4 4 * * *|four\n");
	assert_string_equal(said, "/etc/crontab:3:11: 2 no such user: rot; the line is left out\n"
	                          "/etc/cron.d/one.dpkg-old:0:0: 1 left out: a leftover by its name\n"
	                          "/etc/cron.d/one~:0:0: 1 left out: a leftover by its name\n"
	                          "/etc/cron.d/o ne:0:0: 1 left out: only letters, digits, - _ and . are for a name\n"
	                          "/etc/crontabs/nemo:0:0: 1 left out: there is no such user\n");
	assert_string_equal(job("one")->table->name, "one");
	assert_null(job("three")->table->name);
	assert_null(job("four")->user->as);
	assert_int_equal(job("three")->user->as->uid, 65534);
	assert_int_equal(plan.count, 7);
	assert_int_equal(job("one")->entry.next, START + 61 * 60);
}

static void checks_owners(void **state)
{
	(void)state;
	put("/etc/crontab", "* * * * * root a\n", 0664);
	put("/etc/cron.d/of-user", "* * * * * root b\n", 0644);
	put("/etc/crontabs/nobody", "* * * * * c\n", 0600);
	put("/etc/crontabs/root", "* * * * * d\n", 0600);
	put("/etc/crontabs/daemon", "* * * * * e\n", 0666);
	put("/etc/right", "* * * * * root f\n", 0644);
	put("/etc/wrong", "* * * * * root g\n", 0642);
	sh("cd $ROOT/etc; chown nobody cron.d/of-user crontabs/nobody crontabs/root; ln -s ../right cron.d/right;"
	   "ln -s ../wrong cron.d/wrong; chown -h nobody cron.d/right");
	begin();
	assert_string_equal(jobs(), "root * * * * *|f\nnobody * * * * *|c\n");
	assert_non_null(strstr(said, "/etc/crontab:0:0: 2 left out: others may write to it: chmod go-w "));
	assert_non_null(strstr(said, "/etc/cron.d/of-user:0:0: 2 left out: it belongs to uid 65534: chown root "));
	assert_non_null(strstr(said, "/etc/cron.d/wrong:0:0: 2 left out: others may write to it: chmod go-w "));
	assert_non_null(strstr(said, "/etc/crontabs/root:0:0: 2 left out: it belongs to uid 65534: chown root "));
	assert_non_null(strstr(said, "/etc/crontabs/daemon:0:0: 2 left out: others may write to it"));
}

static void runs_programs(void **state)
{
	(void)state;
	put("/etc/periodic/hourly/x", "#!/bin/sh\n", 0755);
	put("/etc/cron.daily/y", "#!/bin/sh\n", 0755);
	put("/etc/cron.daily/z", "#!/bin/sh\n", 0644);
	put("/etc/cron.weekly/x", "#!/bin/sh\n", 0755);
	put("/etc/crontab", "@weekly root cd / && run-parts /etc/cron.weekly\n", 0644);
	begin();
	assert_string_equal(said, "/etc/cron.daily/z:0:0: 1 left out: no x bit\n");
	assert_int_equal(plan.count, 3);
	assert_true(strncmp(jobs(), "root @weekly|cd", 15) == 0);
	assert_non_null(strstr(jobs(), "*root 0 * * * *|run-parts "));
	assert_non_null(strstr(jobs(), "/etc/periodic/hourly\n*root 25 6 * * *|run-parts "));
	assert_true(crontabs_next(crontabs_next(NULL))->ours);
}

static void does_without_a_shell(void **state)
{
	(void)state;
	put("/etc/crontab",
	    "0 1 * * * root a && b\n"
	    "SHELL=/no/shell\n"
	    "0 2 * * * root  echo a  b\n"
	    " 0 3 * * * root c; d\n",
	    0644);
	begin();
	assert_string_equal(jobs(), "root 0 1 * * *|a && b\n*root 0 2 * * *|echo a  b\n");
	assert_string_equal(
	        said, "/etc/crontab:4:18: 2 ';' is for a shell, and there is no /no/shell; the line is left out\n");
}

static void names_missing_zones(void **state)
{
	(void)state;
	put("/etc/crontab",
	    "CRON_TZ=No/Where\n0 1 * * * root a\nX=y\n0 2 * * * root b\nCRON_TZ=CET-1\n0 1 * * * root c\n", 0644);
	begin();
	assert_true(strncmp(said, "/etc/crontab:2:1: 1 time zone No/Where: ", 40) == 0);
	assert_non_null(strstr(said, "tzdata"));
	assert_ptr_equal(strchr(said, '\n'), said + strlen(said) - 1);
	assert_int_equal(job("a")->entry.next, START + 3600);
	assert_int_equal(job("c")->entry.next, START + 24 * 3600);
}

static void chooses_once(void **state)
{
	int64_t next;

	(void)state;
	put("/etc/crontab", "~ ~ * * * root a\n", 0644);
	begin();
	next = job("a")->entry.next;
	put("/etc/crontab", "# changed\n~ ~ * * * root a\n@daily root b\n", 0644);
	crontabs_again();
	assert_int_equal(plan.count, 2);
	assert_int_equal(job("a")->entry.next, next);
	assert_int_equal(crontable_line(job("a"))->line, 2);
}

static void reads_named_files(void **state)
{
	const char *files[] = {in_root("/mine"), in_root("/none"), NULL};

	(void)state;
	put("/etc/crontab", "* * * * * root a\n", 0644);
	put("/mine", "* * * * * root a\n", 0644);
	setup.files = files;
	begin();
	assert_string_equal(jobs(), "root * * * * *|root a\n");
	assert_non_null(strstr(said, "/none:0:0: 2 No such file or directory\n"));
	assert_null(job("root a")->user->as);
	setup.with_user = true;
	crontabs_again();
	assert_string_equal(jobs(), "root * * * * *|a\n");
}

static void loads_ten_thousand(void **state)
{
	static char text[1000000];
	struct rusage before, after;
	size_t len = 0;
	long us;

	(void)state;
	for (unsigned i = 0; i < 10000; i++)
		len += (size_t)snprintf(text + len, sizeof text - len, "%u %u * * * root /usr/bin/job number %u\n",
		                        i % 60, i / 60 % 24, i);
	put("/etc/crontab", text, 0644);
	getrusage(RUSAGE_SELF, &before);
	begin();
	getrusage(RUSAGE_SELF, &after);
	assert_int_equal(plan.count, 10000);
	us = (after.ru_utime.tv_sec - before.ru_utime.tv_sec) * 1000000 + after.ru_utime.tv_usec -
	     before.ru_utime.tv_usec;
	print_message("10,000 jobs: %ld us\n", us);
	put("/etc/crontab", text + strcspn(text, "\n") + 1, 0644);
	getrusage(RUSAGE_SELF, &before);
	crontabs_again();
	getrusage(RUSAGE_SELF, &after);
	us = (after.ru_utime.tv_sec - before.ru_utime.tv_sec) * 1000000 + after.ru_utime.tv_usec -
	     before.ru_utime.tv_usec;
	print_message("again, one line less: %ld us\n", us);
	assert_int_equal(plan.count, 9999);
}

/* Turns the loop until tables were read again so many times. */
static void await(unsigned count)
{
	while (changes < count)
		assert_true(loop_turn(true) >= 0);
	assert_int_equal(changes, count);
}

/* As await(1), and then begins to count anew. */
static void await_one(void)
{
	await(1);
	changes = 0;
}

static void watches(void **state)
{
	struct cronpast *past = calloc(1, sizeof *past);

	(void)state;
	put("/etc/crontab", "@every 1h root a\n0 1 * * * root b\nA=1\n0 1 * * * root c\n", 0644);
	speed = 100;
	begin();
	speed = 1;
	crontabs_watch();
	assert_int_equal(changes, 0);
	job("a")->past = past;
	/* b is gone, a setting of c changed, d came, a goes on */
	put("/etc/crontab", "A=2\n0 1 * * * root c\n@every 1h root d\nA=1\n@every 1h root e\n#\n", 0644);
	sh("printf '@every 1h root a' >$ROOT/new; mv $ROOT/new $ROOT/etc/crontab");
	await_one();
	assert_string_equal(jobs(), "root @every 1h|a\n");
	assert_ptr_equal(job("a")->past, past);
	assert_int_equal(job("a")->entry.next, START + 3600);

	sh("mkdir $ROOT/var; echo '2 1 * * * b' >$ROOT/etc/crontabs/root");
	await_one();
	assert_int_equal(job("b")->entry.next, START + 3720);
	sh("chmod g+w $ROOT/etc/crontabs/root");
	await_one();
	assert_null(job("b"));
	sh("chmod g-w $ROOT/etc/crontabs/root");
	await_one();
	assert_non_null(job("b"));
	sh("echo x >>$ROOT/etc/crontabs/root");
	await_one();
	assert_non_null(job("b"));
	assert_non_null(strstr(said, "/etc/crontabs/root:2:"));
	sh("rm -r $ROOT/etc/crontabs");
	await_one();
	assert_null(job("b"));
	sh("mkdir $ROOT/new; echo '@hourly root' >$ROOT/new/root; mv $ROOT/new $ROOT/etc/crontabs");
	await_one();
	assert_non_null(job("root"));

	sh("echo >$ROOT/etc/periodic/hourly/x");
	while (!strstr(said, "/x:0:0: 1 left out: no x bit"))
		loop_turn(true);
	changes = 0;
	sh("chmod +x $ROOT/etc/periodic/hourly/x");
	await_one();
	assert_non_null(strstr(jobs(), "run-parts"));
	sh("rm $ROOT/etc/periodic/hourly/x");
	await_one();
	assert_null(strstr(jobs(), "run-parts"));

	sh("rm $ROOT/etc/crontab; mkdir $ROOT/etc/crontab");
	await_one();
	assert_non_null(strstr(said, "/etc/crontab:0:0: 2 Is a directory; its jobs stay as they were"));
	assert_ptr_equal(job("a")->past, past);
	assert_string_equal(ran, "");
	assert_int_equal(plan.count, 2);
}

/* As kubelet mounts and changes a config map: files are links, and the link on their way is replaced. */
static void follows_links(void **state)
{
	(void)state;
	sh("cd $ROOT; mkdir map map/..1; echo '1 1 * * * root a' >map/..1/tab; ln -s ..1 map/..data;"
	   "ln -s ..data/tab map/tab; ln -s ../map/tab etc/crontab; ln -s ../../map/tab etc/cron.d/x");
	begin();
	crontabs_watch();
	assert_string_equal(jobs(), "root 1 1 * * *|a\nroot 1 1 * * *|a\n");
	sh("cd $ROOT/map; mkdir ..2; echo '1 1 * * * root b' >..2/tab; ln -s ..2 ..data_tmp; mv -T ..data_tmp ..data");
	await_one();
	assert_string_equal(jobs(), "root 1 1 * * *|b\nroot 1 1 * * *|b\n");
	sh("cd $ROOT/map; mkdir ..3; ln -s ..3 ..data_tmp; mv -T ..data_tmp ..data");
	await_one();
	assert_string_equal(jobs(), "");
	sh("cd $ROOT/map; echo '1 1 * * * root c' >tmp; mv tmp ..3/tab");
	await_one();
	assert_string_equal(jobs(), "root 1 1 * * *|c\nroot 1 1 * * *|c\n");
	sh("cd $ROOT/map; echo '1 1 * * * root d' >..3/tab");
	await_one();
	assert_string_equal(jobs(), "root 1 1 * * *|d\nroot 1 1 * * *|d\n");
	sh("ln -s ../../late/tab $ROOT/etc/cron.d/y");
	await_one();
	assert_non_null(strstr(said, "/etc/cron.d/y:0:0: 1 left out: a link to nothing"));
	sh("mkdir $ROOT/late; echo '1 1 * * * root e' >$ROOT/late/tab");
	await_one();
	assert_non_null(job("e"));
}

/* A line comes just before its minute, and is read in it; others are due in that moment. */
static void loses_no_minute(void **state)
{
	(void)state;
	put("/etc/crontab", "* * * * * root a\n1 * * * * root b\n", 0644);
	begin();
	crontabs_watch();
	wallclock_pretend(START + 59, 1);
	sh("printf '* * * * * root a\n1 * * * * root c\n' >$ROOT/etc/crontab");
	loop_turn(true);
	wallclock_pretend(START + 61, 1);
	await_one();
	assert_true(strncmp(ran, "a@60\n", 5) == 0);
	assert_non_null(strstr(ran, "b@60\n"));
	assert_non_null(strstr(ran, "\nc@60\n"));
	assert_int_equal(strlen(ran), 15);
	assert_int_equal(job("a")->entry.next, START + 120);
	assert_int_equal(job("c")->entry.next, START + 3660);
}

static void end(void)
{
	sh("rm -rf $ROOT/etc/*");
	crontabs_again();
	assert_int_equal(plan.count, 0);
	cronplan_free(&plan);
}

/* crond starts: what ran. */
static const char *start(void)
{
	put("/etc/crontab", "@reboot root a\n", 0644);
	begin();
	crontabs_watch();
	end();
	return ran;
}

static void starts_once(void **state)
{
	(void)state;
	sh("mkdir $ROOT/run");
	setenv("INIT_RUN_DIR", in_root("/run"), 1);
	assert_string_equal(start(), "a@0\n");
	assert_string_equal(start(), "");
	sh("for f in $ROOT/run/*; do printf 1 >$f; done");
	assert_string_equal(start(), "a@0\n");
	begin();
	put("/etc/crontab", "@reboot root a\n@reboot root b\n", 0644);
	await_one();
	assert_string_equal(ran, "");
}

static int enter(void **state)
{
	(void)state;
	unsetenv("TZ");
	strcpy(root, "/tmp/crontabs.XXXXXX");
	if (!mkdtemp(root))
		return -1;
	setenv("ROOT", root, 1);
	setup = (struct crontabs_setup){.root = root, .tell = tell, .changed = change};
	return system(
	        "cd $ROOT && mkdir -p etc/cron.d etc/crontabs etc/periodic/hourly etc/cron.daily etc/cron.weekly");
}

static int leave(void **state)
{
	(void)state;
	setup.files = NULL;
	end();
	return system("rm -rf $ROOT");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, enter, leave)

int main(void)
{
	const struct CMUnitTest tests[] = {
	        TEST(finds_all),
	        TEST(checks_owners),
	        TEST(runs_programs),
	        TEST(does_without_a_shell),
	        TEST(names_missing_zones),
	        TEST(chooses_once),
	        TEST(reads_named_files),
	        TEST(loads_ten_thousand),
	        TEST(watches),
	        TEST(follows_links),
	        TEST(loses_no_minute),
	        TEST(starts_once),
	};
	sigset_t none;

	sigemptyset(&none);
	if (loop_open(&none, NULL))
		return 1;
	return RUN(tests);
}
