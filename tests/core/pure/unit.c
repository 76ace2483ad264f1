/* Unit tests of pure/unit: reading, specifiers, words, command lines, variables, refusals. */
#include "pure/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../lib/unit.h"

static struct unit u;
static char told[2000]; /* "w:3 Key: why|…" */
static char *texts[8];
static size_t text_count;

static void tell(const struct unit *of, enum unit_grade grade, const char *path, unsigned line, unsigned column,
                 const char *key, const char *why)
{
	size_t n = strlen(told);

	assert_ptr_equal(of, &u);
	assert_true(column > 0);
	snprintf(told + n, sizeof told - n, "%c:%s:%u %s: %s|", "wu!i"[grade], path, line, key, why);
}

static void begin(const char *name)
{
	static const struct unit_world world = {.hostname = "host.example.org", .machine_id = "0123", .release = "6.1"};

	unit_close(&u);
	while (text_count)
		free(texts[--text_count]);
	told[0] = '\0';
	assert_int_equal(unit_open(&u, name, &world, tell), 0);
}

static void add(const char *path, const char *text)
{
	texts[text_count] = strdup(text);
	assert_int_equal(unit_read(&u, path, texts[text_count], strlen(text)), 0);
	text_count++;
}

static void service(const char *lines)
{
	char text[2000];

	begin("a.service");
	snprintf(text, sizeof text, "[Service]\n%s\n", lines);
	add("a", text);
}

/* "<a><b>" */
static const char *joined(char **list)
{
	static char out[1000];
	size_t n = 0;

	assert_non_null(list);
	out[0] = '\0';
	for (; *list; list++)
		n += (size_t)snprintf(out + n, sizeof out - n, "<%s>", *list);
	return out;
}

static void merging(void **state)
{
	const struct unit_setting *s;
	size_t at = 0;

	(void)state;
	begin("a.service");
	add("a",
	    "[Unit]\nAfter=b.service\nDescription=first\n[Service]\nExecStart=/bin/a\nEnvironment=A=1 B=2\nUser=x\n");
	add("a.d/1.conf",
	    "[Unit]\nAfter=\nAfter=c.target\n[Service]\nExecStart=\nExecStart=/bin/b\nEnvironment=C=3\nUser=\n"
	    "TimeoutStopSec=1min 5s\nUMask=0027\nKillSignal=SIGQUIT\nType=notify\n");
	assert_string_equal(told, "");
	assert_string_equal(joined(unit_words(&u, UNIT_After)), "<b.service><c.target>");
	assert_string_equal(joined(unit_words(&u, UNIT_Environment)), "<A=1><B=2><C=3>");
	assert_string_equal(unit_text(&u, UNIT_Description, ""), "first");
	assert_null(unit_text(&u, UNIT_User, NULL));
	assert_int_equal(unit_span(&u, UNIT_TimeoutStopSec, 1), 65000);
	assert_int_equal(unit_span(&u, UNIT_TimeoutStartSec, 7), 7);
	assert_int_equal(unit_number(&u, UNIT_UMask, 0), 027);
	assert_int_equal(unit_signal(&u, UNIT_KillSignal, 15), 3);
	assert_int_equal(unit_choice(&u, UNIT_Type, 0), 4);
	s = unit_next(&u, UNIT_ExecStart, &at);
	assert_string_equal(s->value, "/bin/b");
	assert_string_equal(s->path, "a.d/1.conf");
	assert_string_equal(s->name, "ExecStart");
	assert_int_equal(s->line, 6);
	assert_null(unit_next(&u, UNIT_ExecStart, &at));
	service("TimeoutStopSec=infinity\nRestartSec=1us\nRuntimeDirectoryPreserve=true");
	assert_int_equal(unit_span(&u, UNIT_TimeoutStopSec, 5), 0);
	assert_int_equal(unit_span(&u, UNIT_RestartSec, 5), 1);
	assert_int_equal(unit_choice(&u, UNIT_RuntimeDirectoryPreserve, 0), 1);
}

static void grades(void **state)
{
	static const struct {
		const char *line, *told;
	} cases[] = {
	        {"Typ=x", "u:a:2 Typ: no such directive; did you mean Type=?|"},
	        {"Zyxwvut=x", "u:a:2 Zyxwvut: no such directive|"},
	        {"After=x.service", "u:a:2 After: no such directive|"},
	        {"X-Mine=x", ""},
	        {"PrivateTmp=yes", "i:a:2 PrivateTmp: not needed in a container|"},
	        {"MemoryMax=1G", "i:a:2 MemoryMax: not needed in a container|"},
	        {"Restart=maybe",
	         "w:a:2 Restart: expected one of: no on-success on-failure on-abnormal on-watchdog on-abort "
	         "always|"},
	        {"RestartSec=soon", "w:a:2 RestartSec: expected a time as in 90, 5min 20s, infinity|"},
	        {"RemainAfterExit=perhaps", "w:a:2 RemainAfterExit: expected yes or no|"},
	        {"KillSignal=NOSUCH", "w:a:2 KillSignal: expected a signal as in SIGTERM|"},
	        {"UMask=9", "w:a:2 UMask: expected a mode as in 0755|"},
	        {"StartLimitBurst=many", "w:a:2 StartLimitBurst: expected a number|"},
	        {"User=%z", "w:a:2 User: there is no such specifier; a percent sign itself is %%|"},
	        {"Environment='A=1", "w:a:2 Environment: the quote is never closed|"},
	        {"ExecStart=bin/a", "w:a:2 ExecStart: the path of a program begins with a slash, or is a name alone|"},
	        {"ExecStart=-", "w:a:2 ExecStart: no program behind the prefix|"},
	        {"ExecStart=@/bin/a", "w:a:2 ExecStart: @ needs a word more: the name for the program|"},
	        {"ExecStart=/bin/a \"", "w:a:2 ExecStart: the quote is never closed|"},
	        {"ExecStart=;", "w:a:2 ExecStart: no program|"},
	        {"[Unit]\nAfter=network", "w:a:3 After: a unit's name has a suffix, as in foo.service|"},
	        {"[Unit]\nConditionPathExists=/\nAssertUser=root\nConditionFoo=x",
	         "u:a:5 ConditionFoo: no such directive|"},
	        {"[Socket]\nListenStream=80", ""},
	        {"[X-Foo]\na=b", ""},
	        {"[Foo]\na=b\nc=d", "u:a:3 a: stands in [Foo], which is no section|"},
	        {"nothing", "w:a:2 : expected NAME=VALUE|"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		service(cases[i].line);
		assert_string_equal(told, cases[i].told);
	}
}

static void specifiers(void **state)
{
	static const struct {
		const char *name, *value, *is;
	} cases[] = {
	        {"a-b@c-d\\x2de.service", "%n", "a-b@c-d\\x2de.service"},
	        {"a-b@c-d\\x2de.service", "%N", "a-b@c-d\\x2de"},
	        {"a-b@c-d\\x2de.service", "%p/%P/%j/%J", "a-b/a/b/b/b"},
	        {"a-b@c-d\\x2de.service", "%i %I", "c-d\\x2de c/d-e"},
	        {"a-b@c-d\\x2de.service", "%f", "/c/d-e"},
	        {"a-b.service", "%f [%i]", "/a/b []"},
	        {"a.service", "%t %S %C %L %E %T %V", "/run /var/lib /var/cache /var/log /etc /tmp /var/tmp"},
	        {"a.service", "%H %l %m %v [%b]", "host.example.org host 0123 6.1 []"},
	        {"a.service", "%u %U %g %G %h %s %%", "root 0 root 0 /root /bin/sh %"},
	};
	char text[200];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		begin(cases[i].name);
		snprintf(text, sizeof text, "[Unit]\nDescription=%s\n", cases[i].value);
		add("a", text);
		assert_string_equal(unit_text(&u, UNIT_Description, ""), cases[i].is);
		assert_string_equal(told, "");
	}
	/* words are cut before specifiers are replaced */
	begin("a@b\\x20c.service");
	add("a", "[Service]\nEnvironment=\"A=%I\" B=%I\nExecStart=/bin/a %I '%i'\n");
	assert_string_equal(joined(unit_words(&u, UNIT_Environment)), "<A=b c><B=b c>");
	assert_string_equal(joined(unit_commands(&u, UNIT_ExecStart, &(size_t){0})->argv), "</bin/a><b c><b\\x20c>");
}

static void commands(void **state)
{
	static const struct {
		const char *line, *is;
		unsigned flags;
		size_t count;
	} cases[] = {
	        {"/bin/a", "</bin/a>", 0, 1},
	        {"a b 'c d'", "<a><b><c d>", 0, 1},
	        {"-/bin/a x", "</bin/a><x>", UNIT_MAY_FAIL, 1},
	        {"@/bin/a b c", "<b><c>", UNIT_ARGV0, 1},
	        {"-+!:/bin/a", "</bin/a>", UNIT_MAY_FAIL | UNIT_PRIVILEGED | UNIT_ROOT | UNIT_RAW, 1},
	        {"!!-/bin/a", "</bin/a>", UNIT_MAY_FAIL, 1},
	        {"/bin/a b ; /bin/c d", "</bin/a><b>", 0, 2},
	        {"/bin/a b \\; 'daemon on; x' \";\"", "</bin/a><b><;><daemon on; x><;>", 0, 1},
	        {"/bin/a ;", "</bin/a>", 0, 1},
	        {"; /bin/a ; ; /bin/b", "</bin/a>", 0, 2},
	        {"\"/bin/a b\" c", "</bin/a b><c>", 0, 1},
	        {"/bin/a %% $A ${B}", "</bin/a><%><$A><${B}>", 0, 1},
	};
	struct unit_command *list;
	char text[200];
	size_t count;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		snprintf(text, sizeof text, "ExecStart=%s", cases[i].line);
		service(text);
		assert_string_equal(told, "");
		list = unit_commands(&u, UNIT_ExecStart, &count);
		assert_int_equal(count, cases[i].count);
		assert_int_equal(list[0].flags, cases[i].flags);
		assert_string_equal(joined(list[0].argv), cases[i].is);
		assert_int_equal(list[0].from->line, 2);
	}
	service("ExecStart=/bin/a\nExecStart=/bin/b ; /bin/c");
	list = unit_commands(&u, UNIT_ExecStart, &count);
	assert_int_equal(count, 3);
	assert_string_equal(list[2].path, "/bin/c");
	assert_int_equal(list[2].from->line, 3);
	unit_commands(&u, UNIT_ExecStop, &count);
	assert_int_equal(count, 0);
}

static char unset[200];

static const char *value(const char *name)
{
	return strcmp(name, "A") == 0   ? "one two"
	       : strcmp(name, "Q") == 0 ? "'a b' \"c\"d\\ e"
	       : strcmp(name, "E") == 0 ? ""
	                                : NULL;
}

static void note_unset(const char *name)
{
	strcat(strcat(unset, name), " ");
}

/* systemd.service(5), "Command lines": words that are $NAME are split and may vanish, ${NAME} does neither. */
static void variables(void **state)
{
	static const struct {
		char *argv[6], *is, *unset;
	} cases[] = {
	        {{"a", "$A", "b"}, "<a><one><two><b>", ""},
	        {{"$Q"}, "<a b><cd e>", ""},
	        {{"a", "$E", "$N", "b"}, "<a><b>", "N "},
	        {{"a", "${A}", "x${A}y${E}", "${N}"}, "<a><one two><xone twoy><>", "N "},
	        {{"--o=$A", "$$A", "a$$", "$", "x$"}, "<--o=$A><$A><a$><$><x$>", ""},
	        {{"${A", "${}", "${N:-d}", "$A,x"}, "<${A><><>", " N:-d A,x "},
	};

	(void)state;
	service("");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		unset[0] = '\0';
		assert_string_equal(joined(unit_expand(&u, cases[i].argv, value, note_unset)), cases[i].is);
		assert_string_equal(unset, cases[i].unset);
	}
	assert_string_equal(joined(unit_expand(&u, cases[0].argv, value, NULL)), "<a><one><two><b>");
}

static void refusals(void **state)
{
	static const struct {
		const char *lines, *why; /* NULL: it can be run */
		unsigned line;           /* 0: nowhere */
	} cases[] = {
	        {"ExecStart=/bin/a", NULL, 0},
	        {"", "no ExecStart", 0},
	        {"ExecStop=/bin/a", "RemainAfterExit", 0},
	        {"ExecStop=/bin/a\nRemainAfterExit=yes", NULL, 0},
	        {"ExecStart=/bin/a\nExecStart=/bin/b", "more than one", 3},
	        {"Type=oneshot\nExecStart=/bin/a\nExecStart=/bin/b", NULL, 0},
	        {"Type=oneshot\nExecStart=/bin/a\nRestart=always", "oneshot", 4},
	        {"Type=oneshot\nExecStart=/bin/a\nRestart=on-failure", NULL, 0},
	        {"Type=dbus\nExecStart=/bin/a", "bus", 2},
	        {"BusName=x.y\nExecStart=/bin/a", "bus", 2},
	        {"Type=simple\nBusName=x.y\nExecStart=/bin/a", NULL, 0},
	        {"ExecStart=/bin/a\nStandardInput=socket", "socket", 3},
	        {"ExecStart=/bin/a\nRootDirectory=/x", "RootDirectory", 3},
	        {"ExecStart=/bin/a\nRootDirectory=/", NULL, 0},
	};
	const struct unit_setting *where;
	const char *why;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		service(cases[i].lines);
		why = unit_refused(&u, &where);
		if (!cases[i].why) {
			assert_null(why);
			continue;
		}
		assert_non_null(why);
		assert_non_null(strstr(why, cases[i].why));
		assert_int_equal(where ? where->line : 0, cases[i].line);
	}
}

static void names(void **state)
{
	char out[50];

	(void)state;
	assert_string_equal(unit_suffix("a.service"), "service");
	assert_string_equal(unit_suffix("a.b.target"), "target");
	for (const char *const *p = (const char *const[]){"", "a", ".service", "a.", "a.conf", "a.services", NULL}; *p;
	     p++)
		assert_string_equal(unit_suffix(*p), "");
	assert_true(unit_template("a@b.service", out, sizeof out));
	assert_string_equal(out, "a@.service");
	assert_true(unit_template("a@b.c@d.service", out, sizeof out));
	assert_string_equal(out, "a@.service");
	assert_false(unit_template("a.service", out, sizeof out));
	assert_false(unit_template("a@.service", out, sizeof out));
	assert_false(unit_template("a@b.service", out, 5));
}

static int end(void **state)
{
	(void)state;
	begin("a.service");
	unit_close(&u);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(merging),  cmocka_unit_test(grades),    cmocka_unit_test(specifiers),
	        cmocka_unit_test(commands), cmocka_unit_test(variables), cmocka_unit_test(refusals),
	        cmocka_unit_test(names),
	};

	return cmocka_run_group_tests_name(__FILE__, tests, NULL, end);
}
