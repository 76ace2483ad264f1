/* Unit tests of pure/crontab. Schedules themselves: tests/core/pure/cronspec.c. */
#include "pure/crontab.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../../lib/unit.h"
#include "base/fmt.h"

static struct crontab tab;
static char said[8192];
static struct fmt notes;

static void tell(const struct crontab_reader *r, enum crontab_grade grade, unsigned line, unsigned column,
                 const char *what)
{
	(void)r;
	fmt_add(&notes, "%c%u:%u: %s\n", "nWE"[grade], line, column, what);
}

static void read_as(const char *text, size_t len, bool user)
{
	const struct crontab_reader how = {.user = user, .tell = tell};
	char *mem = malloc(len + 1);

	fmt_open(&notes, said, sizeof said);
	crontab_free(&tab);
	assert_non_null(mem);
	memcpy(mem, text, len);
	mem[len] = 'x'; /* whatever there is */
	assert_int_equal(crontab_read(&tab, mem, len, &how), 0);
}

/* Reads a user's table; what is said of it must be that, as far as that goes for each line. */
static void load(const char *text, const char *expected)
{
	read_as(text, strlen(text), false);
	assert_string_equal(said, expected);
}

static void load_system(const char *text, const char *expected)
{
	read_as(text, strlen(text), true);
	assert_string_equal(said, expected);
}

/* As load(), but schedules' own complaints are the affair of others: only the beginning counts. */
static void load_wrong(const char *text, const char *begins)
{
	read_as(text, strlen(text), false);
	assert_int_equal(strncmp(said, begins, strlen(begins)), 0);
	assert_int_equal(tab.count, 0);
}

static const char *text(uint32_t offset)
{
	return crontab_text(&tab, offset);
}

static const struct crontab_section *of(size_t job)
{
	return &tab.sections[tab.jobs[job].section];
}

/* What a variable is for that job; NULL: it is not set. */
static const char *env(size_t job, const char *name)
{
	const char *list[CRONTAB_ENV_MAX + 1];
	size_t len = strlen(name), n = crontab_env(&tab, of(job), list);

	assert_null(list[n]);
	for (size_t i = 0; i < n; i++)
		if (strncmp(list[i], name, len) == 0 && list[i][len] == '=')
			return list[i] + len + 1;
	return NULL;
}

static void nothing(void **state)
{
	(void)state;
	load("", "");
	load("\n \t\n# a comment\n  # another\n\r\n", "");
	assert_int_equal(tab.count, 0);
	assert_int_equal(tab.section_count, 0);
}

static void jobs(void **state)
{
	(void)state;
	load("# first\n17 *\t* * *  cd / && run-parts # x  \n\n\t@daily\tb\n@every 90s c d\n", "");
	assert_int_equal(tab.count, 3);
	assert_int_equal(tab.section_count, 1);
	assert_int_equal(tab.jobs[0].line, 2);
	assert_string_equal(text(tab.jobs[0].schedule), "17 *\t* * *");
	assert_string_equal(text(tab.jobs[0].command), "cd / && run-parts # x  ");
	assert_null(text(tab.jobs[0].user));
	assert_null(text(tab.jobs[0].input));
	assert_int_equal(tab.jobs[0].when.minutes, 1 << 17);
	assert_int_equal(tab.jobs[1].line, 4);
	assert_string_equal(text(tab.jobs[1].schedule), "@daily");
	assert_string_equal(text(tab.jobs[1].command), "b");
	assert_string_equal(text(tab.jobs[2].schedule), "@every 90s");
	assert_string_equal(text(tab.jobs[2].command), "c d");
	assert_int_equal(tab.jobs[2].when.every, 90);
}

static void system_tables(void **state)
{
	(void)state;
	load_system("17 * * * *\troot    cd /\n@daily www-data /x\n0 0 * * * sun y\n0 0 0 * * * sun y z\n",
	            "n4:1: six fields: seconds come first\n");
	assert_int_equal(tab.count, 4);
	assert_string_equal(text(tab.jobs[0].user), "root");
	assert_string_equal(text(tab.jobs[0].command), "cd /");
	assert_string_equal(text(tab.jobs[1].user), "www-data");
	assert_string_equal(text(tab.jobs[1].command), "/x");
	assert_string_equal(text(tab.jobs[2].user), "sun");
	assert_string_equal(text(tab.jobs[2].command), "y");
	assert_string_equal(text(tab.jobs[3].user), "sun");
	assert_string_equal(text(tab.jobs[3].command), "y z");
	load_system("* * * * * root\n* * * * * /bin/x y\n@daily\n@daily root \t\n",
	            "E1:15: a command is expected\nE2:11: a user's name is expected before the command\n"
	            "E3:7: a user's name is expected before the command\nE4:14: a command is expected\n");
	assert_int_equal(tab.count, 0);
	load("* * * * * root x\n* * * * * root\n", "W1:11: root is the command: in this table no user is expected\n");
}

/* What editors and copying leave behind. */
static void odd_files(void **state)
{
	char big[CRONTAB_LINE_MAX + 100];

	(void)state;
	load("\xef\xbb\xbf@daily a\r\n\r\n@daily b%c\r\nA=b \r\n@daily d",
	     "n3:9: % ends the command: the rest is its input; \\% is a %\n");
	assert_int_equal(tab.count, 3);
	assert_string_equal(text(tab.jobs[0].command), "a");
	assert_string_equal(text(tab.jobs[1].input), "c");
	assert_string_equal(env(2, "A"), "b");
	assert_string_equal(text(tab.jobs[2].command), "d");
	load_wrong("\xef\xbb\xbfoops", "E1:5: ");
	read_as("@daily a\0b\n@daily c\n\0", 21, false);
	assert_string_equal(said, "E1:9: a NUL byte\nE3:1: a NUL byte\n");
	assert_int_equal(tab.count, 1);
	memset(big, 'a', sizeof big);
	memcpy(big, "@daily ", 7);
	memcpy(big + CRONTAB_LINE_MAX + 1, "\n@daily b", 9);
	read_as(big, CRONTAB_LINE_MAX + 10, false);
	assert_string_equal(said, "E1:1: longer than 131071 bytes\n");
	assert_int_equal(tab.count, 1);
	assert_int_equal(tab.jobs[0].line, 2);
	read_as(big, CRONTAB_LINE_MAX, false);
	assert_string_equal(said, "");
	assert_int_equal(strlen(text(tab.jobs[0].command)), CRONTAB_LINE_MAX - 7);
}

static void wrong_schedules(void **state)
{
	(void)state;
	load_wrong("\n  60 * * * * x\n", "E2:3: ");
	load_wrong("* * * jam * x\n", "E1:7: ");
	load_wrong("* * * *\n", "E1:8: ");
	load_wrong("@dayly x\n", "E1:1: ");
	load_wrong("@every x\n", "E1:8: ");
	load_wrong("export FOO=bar\n", "E1:15: ");
	load("@daily\n* * * * *\n* * * * * \t\n@daily %x",
	     "E1:7: a command is expected\nE2:10: a command is expected\nE3:12: a command is expected\n"
	     "E4:8: a command is expected\n");
	read_as("61 * * * * a\n@daily b\n", 22, false);
	assert_int_equal(tab.count, 1); /* the others hold */
	assert_int_equal(tab.jobs[0].line, 2);
}

static void input(void **state)
{
	const char *note = "n1:9: % ends the command: the rest is its input; \\% is a %\n";

	(void)state;
	load("@daily date +\\%Y-\\%m", "");
	assert_string_equal(text(tab.jobs[0].command), "date +%Y-%m");
	assert_null(text(tab.jobs[0].input));
	load("@daily a%b %\\%c%%d\\x\n", note);
	assert_string_equal(text(tab.jobs[0].command), "a");
	assert_string_equal(text(tab.jobs[0].input), "b \n%c\n\nd\\x");
	load("@daily a%", note);
	assert_string_equal(text(tab.jobs[0].command), "a");
	assert_string_equal(text(tab.jobs[0].input), "");
	load("@daily a\\\\%b\\n%c\\", "n1:11: % ends the command: the rest is its input; \\% is a %\n");
	assert_string_equal(text(tab.jobs[0].command), "a\\\\");
	assert_string_equal(text(tab.jobs[0].input), "b\\n\nc\\");
	load("@daily a\\b \\\\ c\\", "");
	assert_string_equal(text(tab.jobs[0].command), "a\\b \\\\ c\\");
}

static void variables(void **state)
{
	(void)state;
	load("A=1\n B = two words \t\n\tC =\" in quotes \" \nD='a\"b'\n\"E\"= e\nF=\nG=\"\"\n_h.i=j\nK='\n",
	     "E9:3: this quote is not closed\n");
	load("A=1\n B = two words \t\n\tC =\" in quotes \" \nD='a\"b'\n\"E\"= e\nF=\nG=\"\"\n_h.i=j=k\n@daily x\n", "");
	assert_string_equal(env(0, "A"), "1");
	assert_string_equal(env(0, "B"), "two words");
	assert_string_equal(env(0, "C"), " in quotes ");
	assert_string_equal(env(0, "D"), "a\"b");
	assert_string_equal(env(0, "E"), "e");
	assert_string_equal(env(0, "F"), "");
	assert_string_equal(env(0, "G"), "");
	assert_string_equal(env(0, "_h.i"), "j=k");
	assert_null(env(0, "X"));
	load("A='b' c\n", "E1:6: nothing may follow the closing quote\n");
	load("A=\"b\" # c\n", "E1:6: nothing may follow the closing quote\n");
	load_wrong("\"A=b\n", "E1:5: ");
	load_wrong("A B=c\n", "E1:6: ");
	load_wrong("1A=c\n", "E1:5: ");
	load_wrong("=c\n", "E1:3: ");
	/* no assignment but a command with one */
	load("@daily A=b c\n* * * * * D=e f\n", "");
	assert_int_equal(tab.count, 2);
	assert_string_equal(text(tab.jobs[1].command), "D=e f");
}

/* A variable holds from its line on. */
static void sections(void **state)
{
	(void)state;
	load("@daily a\n@daily b\nA=1\nB=2\n@daily c\nA=3\n@daily d\n@daily e\nC=4\n", "");
	assert_int_equal(tab.count, 5);
	assert_int_equal(tab.section_count, 3);
	assert_null(env(1, "A"));
	assert_string_equal(env(2, "A"), "1");
	assert_string_equal(env(2, "B"), "2");
	assert_string_equal(env(3, "A"), "3");
	assert_string_equal(env(4, "B"), "2");
	assert_null(env(4, "C"));
	assert_int_equal(tab.jobs[3].section, tab.jobs[4].section);
}

static void settings(void **state)
{
	const struct crontab_section *s;

	(void)state;
	load("CRON_TZ=Europe/Berlin\nCRON_OVERLAP=queue\nCRON_TIMEOUT=10m\nRANDOM_DELAY=2\nCRON_CATCHUP=yes\n"
	     "CRON_LABEL=nightly.1\nCRON_QUIET = \"on\"\nSHELL=/bin/bash\n@daily a\n",
	     "");
	s = of(0);
	assert_string_equal(s->zone, "Europe/Berlin");
	assert_int_equal(s->overlap, CRONTAB_QUEUE);
	assert_int_equal(s->timeout_s, 600);
	assert_int_equal(s->delay_s, 120);
	assert_true(s->catchup);
	assert_string_equal(s->label, "nightly.1");
	assert_true(s->quiet);
	assert_string_equal(s->shell, "/bin/bash");
	assert_string_equal(env(0, "CRON_TZ"), "Europe/Berlin");
	assert_string_equal(env(0, "SHELL"), "/bin/bash");
	/* back to what holds without them */
	load("CRON_TZ=X\nCRON_OVERLAP=kill\nCRON_TIMEOUT=1.5\nRANDOM_DELAY=90s\nCRON_CATCHUP=1\nCRON_LABEL=l\n"
	     "CRON_QUIET=true\nSHELL=/s\n@daily a\nCRON_TZ=\nCRON_OVERLAP=\nCRON_TIMEOUT=\nRANDOM_DELAY=\nCRON_CATCHUP="
	     "\nCRON_LABEL=\nCRON_QUIET=\nSHELL=\n@daily b\n",
	     "");
	assert_int_equal(of(0)->overlap, CRONTAB_KILL);
	assert_int_equal(of(0)->timeout_s, 2);
	assert_int_equal(of(0)->delay_s, 90);
	s = of(1);
	assert_null(s->zone);
	assert_int_equal(s->overlap, CRONTAB_SKIP);
	assert_int_equal(s->timeout_s, 0);
	assert_int_equal(s->delay_s, 0);
	assert_false(s->catchup);
	assert_null(s->label);
	assert_false(s->quiet);
	assert_null(s->shell);
	/* TZ is the jobs' affair */
	load("TZ=Asia/Tokyo\n@daily a\n", "");
	assert_null(of(0)->zone);
	assert_string_equal(env(0, "TZ"), "Asia/Tokyo");
	/* wrong ones are left out, what held goes on */
	load("CRON_TIMEOUT=5\nCRON_OVERLAP=wait\n CRON_TIMEOUT = soon\nRANDOM_DELAY=-1\nCRON_CATCHUP=\"maybe\"\n"
	     "CRON_LABEL=a b\nCRON_QUIET=si\nSHELL=bash\nCRON_TIMEOUT=99999999\nCRON_TIMEOUTS=6\n@daily a\n",
	     "E2:14: skip, allow, queue or kill is expected\nE3:17: a time such as 90s, 5m or 1h is expected\n"
	     "E4:14: a time such as 90s, 5m or 1h is expected\nE5:14: yes or no is expected\n"
	     "E6:12: letters, digits and ._- are expected\nE7:12: yes or no is expected\n"
	     "E8:7: an absolute path is expected\nE9:14: a time such as 90s, 5m or 1h is expected\n"
	     "W10:1: not a setting of cron: only jobs see it\n");
	s = of(0);
	assert_int_equal(s->timeout_s, 5);
	assert_int_equal(s->overlap, CRONTAB_SKIP);
	assert_null(s->label);
	assert_null(s->shell);
	assert_string_equal(env(0, "CRON_TIMEOUT"), "5");
	assert_string_equal(env(0, "CRON_TIMEOUTS"), "6");
	assert_null(env(0, "CRON_OVERLAP"));
}

static void mail(void **state)
{
	(void)state;
	load("MAILTO=\"\"\n MAILTO=root\nMAILFROM=x\nMAILTO=y\n@daily a\n",
	     "n2:2: mail is not sent: output goes to the log\n");
	assert_string_equal(env(0, "MAILTO"), "y");
}

static void quiet(void **state)
{
	(void)state;
	load("@daily a\n-*/5 * * * * b\n- @daily c\nCRON_QUIET=yes\n-@daily d\n@daily e\n@daily -q f\n", "");
	assert_int_equal(tab.count, 6);
	assert_false(of(0)->quiet);
	assert_true(of(1)->quiet);
	assert_string_equal(text(tab.jobs[1].schedule), "*/5 * * * *");
	assert_true(of(2)->quiet);
	assert_true(of(3)->quiet);
	assert_true(of(4)->quiet);
	assert_string_equal(text(tab.jobs[5].command), "-q f");
	assert_int_equal(tab.section_count, 3);
}

static void lint(void **state)
{
	const char *either = "n1:1: due if either day or weekday matches\n";
	const char *both = "W1:1: a star with a step is a star: due if day and weekday both match\n";
	const char *never = "W1:1: never due: there is no such day\n";

	(void)state;
	load("0 0 13 * fri a\n", either);
	load("0 0 1-31 * 1 a\n", either);
	load("0 0 */2 * 1 a\n", both);
	load("0 0 1 * */2 a\n", both);
	load("0 0 */2 * * a\n@weekly b\n@reboot c\n@every 1h d\n0 0 L * * e\n", "");
	load("0 0 31 feb * a\n", never);
	assert_int_equal(tab.count, 1);
	load("0 0 31 4,6,9,11 * a\n", never);
	load("0 0 29 2 * a\n0 0 30 1-3 * b\n0 0 31 * * c\n", "");
	load("0 0 0 1 1 * a\n1 0 0 1 1 * b\n", "n1:1: six fields: seconds come first\n");
}

/* ~ is another for each line, and the same for the same. */
static void chance(void **state)
{
	uint64_t first, same, other = 0;

	(void)state;
	load("~ * * * * a\n~ * * * * a\n~ * * * * b\n~ * * * * c\n~ * * * * d\n", "");
	first = tab.jobs[0].when.minutes;
	same = tab.jobs[1].when.minutes;
	for (size_t i = 2; i < tab.count; i++)
		other |= tab.jobs[i].when.minutes;
	assert_int_equal(first, same);
	assert_int_not_equal(first, other);
	load("\n# moved\n~ * * * * a\n", "");
	assert_int_equal(tab.jobs[0].when.minutes, first);
}

static const char *shell(const char *command)
{
	const char *p = crontab_needs_shell(command);

	return p ? p : "";
}

static void needs_shell(void **state)
{
	static const char *const words[] = {
	        "cd /",   "exec a",   "if a", "for a",        "while a",  "until a",   "case a", "export A",
	        "set -e", "source a", ". a",  ": a",          "ulimit 5", "umask 022", "trap a", "eval a",
	        "! a",    "{ a",      "exit", "command -v a", "wait",     "unset a",   "cd",     "A=b c",
	};
	char text[] = "/bin/a xyz";

	(void)state;
	assert_string_equal(shell("/bin/a -b --c=d e:f,g/h.i@j^k%l +m ]"), "");
	assert_string_equal(shell("cdrecord exec if a#b c~d e! f{ 5"), "");
	assert_string_equal(shell("\ta \t b "), "");
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		assert_string_equal(shell(words[i]), words[i]);
	for (const char *p = "|&;<>()$`\\\"'*?[\n"; *p; p++) {
		text[8] = *p;
		assert_ptr_equal(crontab_needs_shell(text), text + 8);
	}
	assert_string_equal(shell("a b #c"), "#c");
	assert_string_equal(shell("a ~/b"), "~/b");
	assert_string_equal(shell("#a"), "#a");
	assert_string_equal(shell("a && b"), "&& b");
}

static const char *label(size_t job, const char *table)
{
	static char mem[16];

	crontab_label(&tab, &tab.jobs[job], table, mem, sizeof mem);
	return mem;
}

static void labels(void **state)
{
	(void)state;
	load("@daily /usr/bin/back-up.sh -v /x/y\n@daily A=/b C=d (cd /x)\n@daily [ -d / ]\n@daily A=b\n@daily /\n"
	     "@daily /usr/local/bin/a_very_long_name_indeed\nCRON_LABEL=mine\n@daily x\n",
	     "");
	assert_string_equal(label(0, NULL), "back-up.sh");
	assert_string_equal(label(0, "php"), "php");
	assert_string_equal(label(0, "/etc/cron.d/b_1"), "b_1");
	assert_string_equal(label(1, NULL), "cd");
	assert_string_equal(label(2, NULL), "line3");
	assert_string_equal(label(3, NULL), "Ab");
	assert_string_equal(label(4, NULL), "line5");
	assert_string_equal(label(5, NULL), "a_very_long_nam");
	assert_string_equal(label(6, NULL), "mine");
	assert_string_equal(label(6, "php"), "mine");
}

/* The latest of each of a thousand names. */
static void many_variables(void **state)
{
	const char *list[CRONTAB_ENV_MAX + 1];
	static char mem[64 * CRONTAB_ENV_MAX];
	struct fmt f;

	(void)state;
	fmt_open(&f, mem, sizeof mem);
	for (unsigned i = 0; i < 3 * CRONTAB_ENV_MAX; i++)
		fmt_add(&f, "N%u=%u\n", i % (CRONTAB_ENV_MAX - 1), i);
	fmt_add(&f, "N7=y\n@daily a\n");
	load(mem, "");
	assert_int_equal(crontab_env(&tab, of(0), list), CRONTAB_ENV_MAX - 1);
	assert_string_equal(env(0, "N7"), "y");
	assert_string_equal(env(0, "N998"), "2996");
	assert_string_equal(env(0, "N0"), "2997");
	fmt_add(&f, "A=1\nB=2\n@daily b\n");
	load(mem, "W3005:1: only the last 1000 variables hold\n");
	assert_int_equal(crontab_env(&tab, of(1), list), CRONTAB_ENV_MAX);
	assert_string_equal(env(1, "B"), "2");
	assert_null(env(1, "N3"));
	assert_string_equal(env(0, "N3"), "2001");
}

/* Ten thousand jobs stay small: 80 bytes each besides their text, and they are read at once. */
static void ten_thousand(void **state)
{
	static char mem[640000];
	struct timespec begin, end;
	struct fmt f;

	(void)state;
	assert_true(sizeof(struct crontab_job) <= 80);
	assert_true(sizeof(struct crontab_section) <= 48);
	fmt_open(&f, mem, sizeof mem);
	for (unsigned i = 0; i < 10000; i++)
		fmt_add(&f, "%u %u * * 1-5 /usr/bin/job --number %u\n", i % 60, i % 24, i);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &begin);
	load(mem, "");
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
	assert_int_equal(tab.count, 10000);
	assert_int_equal(tab.section_count, 1);
	assert_string_equal(text(tab.jobs[9999].command), "/usr/bin/job --number 9999");
	/* with sanitizers; much less without */
	assert_true((end.tv_sec - begin.tv_sec) * 1000 + (end.tv_nsec - begin.tv_nsec) / 1000000 < 500);
}

static void empty_after_free(void **state)
{
	(void)state;
	crontab_free(&tab);
	assert_null(tab.text);
	assert_int_equal(tab.count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(nothing),         cmocka_unit_test(jobs),
	        cmocka_unit_test(system_tables),   cmocka_unit_test(odd_files),
	        cmocka_unit_test(wrong_schedules), cmocka_unit_test(input),
	        cmocka_unit_test(variables),       cmocka_unit_test(sections),
	        cmocka_unit_test(settings),        cmocka_unit_test(mail),
	        cmocka_unit_test(quiet),           cmocka_unit_test(lint),
	        cmocka_unit_test(chance),          cmocka_unit_test(needs_shell),
	        cmocka_unit_test(labels),          cmocka_unit_test(many_variables),
	        cmocka_unit_test(ten_thousand),    cmocka_unit_test(empty_after_free),
	};

	return RUN(tests);
}
