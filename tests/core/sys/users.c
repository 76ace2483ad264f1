/* Unit tests of sys/users, in a root of their own. */
#include "sys/users.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../lib/unit.h"

static char dir[] = "/tmp/users.XXXXXX";
static int old_root = -1;
static char long_text[3000];

static int enter(void **state)
{
	(void)state;
	memset(long_text, 'x', sizeof long_text - 1);
	old_root = open("/", O_RDONLY | O_DIRECTORY);
	if (old_root < 0 || !mkdtemp(dir) || (geteuid() && unshare(CLONE_NEWUSER)))
		return -1;
	return chroot(dir) || chdir("/") || mkdir("etc", 0755) ? -1 : 0;
}

static int leave(void **state)
{
	(void)state;
	unlink("/etc/passwd");
	unlink("/etc/group");
	rmdir("/etc");
	return fchdir(old_root) || chroot(".") || rmdir(dir) ? -1 : 0;
}

static void files(const char *passwd, const char *group)
{
	const char *const names[] = {"/etc/passwd", "/etc/group"}, *const texts[] = {passwd, group};

	for (int i = 0; i < 2; i++) {
		FILE *f;
		unlink(names[i]);
		if (!texts[i])
			continue;
		f = fopen(names[i], "w");
		assert_non_null(f);
		fputs(texts[i], f);
		assert_int_equal(fclose(f), 0);
	}
}

static void finds(const char *word, uid_t uid, gid_t gid, const char *name, const char *home, const char *shell)
{
	struct users_user u;

	assert_int_equal(users_find(word, &u), 0);
	assert_int_equal(u.uid, uid);
	assert_int_equal(u.gid, gid);
	assert_string_equal(u.name, name);
	assert_string_equal(u.home, home);
	assert_string_equal(u.shell, shell);
}

static void finds_not(const char *word, int err)
{
	struct users_user u;

	assert_int_equal(users_find(word, &u), -1);
	assert_int_equal(errno, err);
}

static void by_name_and_number(void **state)
{
	(void)state;
	files("root:x:0:0:root:/root:/bin/sh\nanna:x:4001:4002:Anna, Room 1:/home/anna:\n77:x:5:6::/seven:/s", NULL);
	finds("root", 0, 0, "root", "/root", "/bin/sh");
	finds("anna", 4001, 4002, "anna", "/home/anna", "");
	finds("4001", 4001, 4002, "anna", "/home/anna", "");
	finds("77", 5, 6, "77", "/seven", "/s"); /* a name before a number; the last line without its newline */
	finds("78", 78, 78, "", "", "");
	finds_not("ann", ENOENT);
	finds_not("annas", ENOENT);
	finds_not("", ENOENT);
	finds_not("-1", ENOENT);
	finds_not("4294967295", ENOENT); /* (uid_t)-1 means "leave it" to the kernel */
	finds_not("99999999999999999999", ENOENT);
}

static void bad_rows(void **state)
{
	(void)state;
	files("\n\n:x:1:1::/:\nshort\nshort:x\nshort:x:7\nbad:x:y:1::/:\nbad:x::1::/:\nbad:x:-1:1::/:\n+::::::\n"
	      "few:x:7:8\nmany:x:9:10:g:/h:/s:more:and:more\ngood:x:11:12:::\n",
	      "\n:x:1:\nshort\nbad:x:y:\ngood:x:13\n");
	finds_not("short", ENOENT);
	finds_not("bad", ENOENT);
	finds_not("+", ENOENT);
	finds("few", 7, 8, "few", "", "");
	finds("many", 9, 10, "many", "/h", "/s");
	finds("good", 11, 12, "good", "", "");
	finds("1", 1, 1, "", "", "");

	gid_t g;
	assert_int_equal(users_group("bad", &g), -1);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(users_group("good", &g), 0);
	assert_int_equal(g, 13);
}

static void long_lines(void **state)
{
	char text[4 * sizeof long_text];

	(void)state;
	snprintf(text, sizeof text, "%s:x:1:1::/:\nanna:x:2:2:%s:/home:/shell\nbert:x:3:3::/%s:/shell\n", long_text,
	         long_text, long_text);
	files(text, NULL);
	finds_not(long_text, ENOENT);
	finds("anna", 2, 2, "anna", "/home", "/shell");
	finds("bert", 3, 3, "bert", "", "/shell");
	finds("1", 1, 1, "", "", "");
}

static void groups(void **state)
{
	static char text[40000];
	char *end = text;
	gid_t list[8], g;

	(void)state;
	end += sprintf(end, "root:x:0:\nanna:x:4002:anna\nbig:x:5:first");
	for (int i = 0; i < 3000; i++)
		end += sprintf(end, ",user%d", i);
	sprintf(end, ",anna\nnot:x:6:ann,annas,bert\nlast:x:7:bert,anna");
	files(NULL, text);
	assert_int_equal(users_groups("anna", 4002, list, 8), 3);
	assert_int_equal(list[0], 4002);
	assert_int_equal(list[1], 5);
	assert_int_equal(list[2], 7);
	assert_int_equal(users_groups("user2999", 100, list, 8), 2);
	assert_int_equal(users_groups("nobody", 100, list, 8), 1);
	assert_int_equal(users_groups("anna", 4002, list, 2), -1);
	assert_int_equal(errno, E2BIG);
	assert_int_equal(users_group("last", &g), 0);
	assert_int_equal(g, 7);
	assert_int_equal(users_group("8", &g), 0);
	assert_int_equal(g, 8);
	assert_int_equal(users_group("nope", &g), -1);
	assert_int_equal(errno, ENOENT);
}

static void no_files(void **state)
{
	gid_t list[4], g;

	(void)state;
	files(NULL, NULL);
	finds("1000", 1000, 1000, "", "", "");
	finds_not("root", ENOENT);
	assert_int_equal(users_group("5", &g), 0);
	assert_int_equal(g, 5);
	assert_int_equal(users_group("root", &g), -1);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(users_groups("root", 3, list, 4), 1);
	assert_int_equal(list[0], 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(by_name_and_number), cmocka_unit_test(bad_rows),
	        cmocka_unit_test(long_lines),         cmocka_unit_test(groups),
	        cmocka_unit_test(no_files),
	};

	return cmocka_run_group_tests_name(__FILE__, tests, enter, leave);
}
