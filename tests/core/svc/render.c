/* Unit tests of svc/render: files and trees, in a directory of their own. */
#include "svc/render.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../lib/folder.h"
#include "../../lib/unit.h"

static char *env[] = {"A=1", "DIR=/srv/www", "EMPTY=", NULL};
static int said;           /* what is said on stderr, readable */
static char heard[100000]; /* … since the last silence() */

static void file(const char *path, const char *text, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
}

static const char *text(const char *path)
{
	static char mem[1000];
	int fd = open(path, O_RDONLY | O_NONBLOCK);
	ssize_t n = fd < 0 ? -1 : read(fd, mem, sizeof mem - 1);

	close(fd);
	mem[n < 0 ? 0 : n] = '\0';
	return n < 0 ? strerror(errno) : mem;
}

static struct stat at(const char *path)
{
	struct stat st;

	if (lstat(path, &st))
		fail_msg("%s: %s", path, strerror(errno));
	return st;
}

static struct render how(void)
{
	return (struct render){.kinds = TEMPLATE_DOLLAR | TEMPLATE_OPS | TEMPLATE_BRACES | TEMPLATE_MUSTACHE,
	                       .unset = TEMPLATE_WRONG,
	                       .env = env,
	                       .mode = (mode_t)-1,
	                       .uid = (uid_t)-1,
	                       .gid = (gid_t)-1};
}

/* stderr goes to a file from here to heard_all(), which tells what was said. */
static int screen;

static void listen_to(void)
{
	screen = dup(2);
	said = open("/tmp", O_TMPFILE | O_RDWR, 0600);
	dup2(said, 2);
}

static const char *heard_all(void)
{
	ssize_t n = pread(said, heard, sizeof heard - 1, 0);

	dup2(screen, 2);
	close(screen);
	close(said);
	heard[n < 0 ? 0 : n] = '\0';
	return heard;
}

static int rendered(struct render r, const char *in, const char *out)
{
	int rc;

	listen_to();
	rc = render_file(&r, in, out);
	heard_all();
	return rc;
}

static int rendered_tree(struct render *r, const char *from, const char *to)
{
	int rc;

	listen_to();
	rc = render_tree(r, from, to);
	heard_all();
	return rc;
}

static void new_file(void **state)
{
	(void)state;
	file("in", "listen ${A}; root {{DIR}}; $host\n", 0640);
	assert_int_equal(rendered(how(), "in", "out"), 0);
	assert_string_equal(text("out"), "listen 1; root /srv/www; $host\n");
	assert_int_equal(at("out").st_mode, S_IFREG | 0640);
	assert_string_equal(heard, "");
}

static void old_file(void **state)
{
	struct render r = how();

	(void)state;
	file("in", "{{A}}", 0644);
	file("old", "old", 0604);
	if (geteuid() == 0)
		assert_int_equal(chown("old", 33, 44), 0);
	assert_int_equal(rendered(how(), "in", "old"), 0);
	assert_string_equal(text("old"), "1");
	assert_int_equal(at("old").st_mode, S_IFREG | 0604);
	if (geteuid() == 0)
		assert_true(at("old").st_uid == 33 && at("old").st_gid == 44);
	r.mode = 0400;
	r.uid = geteuid() ? (uid_t)-1 : 55;
	assert_int_equal(rendered(r, "in", "old"), 0);
	assert_int_equal(at("old").st_mode, S_IFREG | 0400);
	if (geteuid() == 0)
		assert_true(at("old").st_uid == 55 && at("old").st_gid == 44);
	assert_int_equal(rendered(how(), "old", "old"), 0); /* itself */
	assert_string_equal(text("old"), "1");
}

static void left_alone(void **state)
{
	struct render r = how();
	struct stat before, after;

	(void)state;
	file("in", "{{DIR}}", 0644);
	assert_int_equal(rendered(how(), "in", "so"), 0);
	before = at("so");
	assert_int_equal(rendered(how(), "in", "so"), 0);
	after = at("so");
	assert_int_equal(after.st_ino, before.st_ino);
	assert_memory_equal(&after.st_ctim, &before.st_ctim, sizeof before.st_ctim);
	r.mode = 0600;
	assert_int_equal(rendered(r, "in", "so"), 0);
	assert_int_equal(at("so").st_mode, S_IFREG | 0600);
	file("in", "/srv/wwx", 0644); /* as long */
	assert_int_equal(rendered(how(), "in", "so"), 0);
	assert_string_equal(text("so"), "/srv/wwx");
	assert_int_equal(access(".so.new", F_OK), -1);
}

static void faults(void **state)
{
	struct render r = how();

	(void)state;
	file("in", "a\nb {{NONE}}\n${OTHER}", 0644);
	file("kept", "kept", 0644);
	listen_to();
	assert_int_equal(render_file(&r, "in", "kept"), -1);
	heard_all();
	assert_int_equal(r.faults, 2);
	assert_int_equal(r.files, 0);
	assert_non_null(strstr(heard, "in:2:3: NONE "));
	assert_non_null(strstr(heard, "in:3:1: OTHER "));
	assert_string_equal(text("kept"), "kept");
	assert_int_equal(access(".kept.new", F_OK), -1);
	assert_int_equal(rendered(how(), "in", "not-made"), -1);
	assert_int_equal(access("not-made", F_OK), -1);
	assert_int_equal(rendered(how(), "none", "kept"), -1);
	assert_string_equal(heard, "none: No such file or directory\n");
	file("in", "", 0644);
	assert_int_equal(rendered(how(), "in", "none/x"), -1);
	assert_string_equal(heard, "none/x: No such file or directory\n");
	mkdir("a-dir", 0755);
	assert_int_equal(rendered(how(), "in", "a-dir"), -1);
	assert_non_null(strstr(heard, "a-dir: "));
	assert_int_equal(rendered(how(), "a-dir", "kept"), -1);
	assert_string_equal(text("kept"), "kept");
}

/* A full disk. */
static void no_room(void **state)
{
	struct render r = how();
	static char much[200000];

	(void)state;
	if (geteuid() || unshare(CLONE_NEWNS) || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL))
		skip();
	mkdir("small", 0755);
	assert_int_equal(mount("none", "small", "tmpfs", 0, "size=100k"), 0);
	memset(much, 'x', sizeof much - 1);
	file("in", much, 0644);
	file("small/out", "old", 0644);
	assert_int_equal(rendered(r, "in", "small/out"), -1);
	assert_string_equal(text("small/out"), "old");
	assert_int_equal(access("small/.out.new", F_OK), -1);
	assert_non_null(strstr(heard, "No space left on device"));
	umount("small");
}

static void no_regular_file(void **state)
{
	int fd;

	(void)state;
	file("in", "{{A}}", 0644);
	mkfifo("fifo", 0600);
	fd = open("fifo", O_RDWR);
	assert_int_equal(rendered(how(), "in", "fifo"), 0);
	assert_true(S_ISFIFO(at("fifo").st_mode));
	assert_string_equal(text("fifo"), "1");
	close(fd);
	assert_int_equal(rendered(how(), "in", "/dev/null"), 0);
}

/* /dev/stdout is what is open there, and what it holds already stays. */
static void standard_output(void **state)
{
	int out = dup(1), log = open("log", O_RDWR | O_CREAT | O_APPEND, 0644), rc;

	(void)state;
	file("in", "{{A}}", 0644);
	assert_int_equal(write(log, "before ", 7), 7);
	dup2(log, 1);
	rc = rendered(how(), "in", "/dev/stdout") | rendered(how(), "in", NULL);
	dup2(out, 1);
	close(out);
	close(log);
	assert_int_equal(rc, 0);
	assert_string_equal(text("log"), "before 11");
}

static void from_standard_input(void **state)
{
	int in = dup(0), p[2], rc;

	(void)state;
	assert_int_equal(pipe(p), 0);
	assert_int_equal(write(p[1], "{{A}}", 5), 5);
	close(p[1]);
	dup2(p[0], 0);
	rc = rendered(how(), NULL, "from-pipe");
	dup2(in, 0);
	close(in);
	close(p[0]);
	assert_int_equal(rc, 0);
	assert_string_equal(text("from-pipe"), "1");
	assert_int_equal(at("from-pipe").st_mode, S_IFREG | 0644);
}

static void links(void **state)
{
	(void)state;
	file("in", "{{A}}", 0644);
	mkdir("room", 0755);
	symlink("room/there", "link");
	assert_int_equal(rendered(how(), "in", "link"), 0);
	assert_true(S_ISLNK(at("link").st_mode));
	assert_string_equal(text("room/there"), "1");
}

/* A file that is mounted, as with docker's -v; the same with a root that cannot be written to. */
static void mounted(void **state)
{
	struct stat before;

	(void)state;
	if (geteuid() || unshare(CLONE_NEWNS) || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL))
		skip();
	file("in", "{{DIR}}", 0644);
	file("source", "a text that is longer than the new one", 0604);
	mkdir("etc", 0755);
	file("etc/mounted", "", 0644);
	assert_int_equal(mount("source", "etc/mounted", NULL, MS_BIND, NULL), 0);
	before = at("source");
	assert_int_equal(rendered(how(), "in", "etc/mounted"), 0);
	assert_string_equal(text("source"), "/srv/www");
	assert_int_equal(at("source").st_ino, before.st_ino);
	assert_int_equal(at("source").st_mode, S_IFREG | 0604);
	assert_non_null(strstr(heard, "etc/mounted: overwritten where it is: it is a mount point\n"));
	assert_int_equal(access("etc/.mounted.new", F_OK), -1);
	assert_int_equal(rendered(how(), "in", "etc/mounted"), 0);
	assert_string_equal(heard, ""); /* it is so already */
	umount("etc/mounted");

	assert_int_equal(mount("etc", "etc", NULL, MS_BIND, NULL), 0);
	assert_int_equal(mount("source", "etc/mounted", NULL, MS_BIND, NULL), 0);
	assert_int_equal(mount(NULL, "etc", NULL, MS_BIND | MS_REMOUNT | MS_RDONLY, NULL), 0);
	file("in", "{{A}}", 0644);
	assert_int_equal(rendered(how(), "in", "etc/mounted"), 0);
	assert_string_equal(text("source"), "1");
	assert_non_null(strstr(heard, "etc/mounted: overwritten where it is: "));
	file("in", "{{NONE}}", 0644);
	assert_int_equal(rendered(how(), "in", "etc/mounted"), -1);
	assert_string_equal(text("source"), "1");
	file("in", "{{A}}", 0644);
	assert_int_equal(rendered(how(), "in", "etc/other"), -1);
	assert_string_equal(heard, "etc/other: Read-only file system; make it a link to where there is room\n");
	umount("etc/mounted");
	umount("etc");
}

/* As another user: an owner that cannot be kept is no failure, one that is asked for is. Its exit code: which is wrong.
 */
static void unprivileged(void)
{
	struct render r = how();

	if (setgid(1000) || setuid(1000))
		_exit(1);
	if (rendered(how(), "in", "users/a") || at("users/a").st_uid != 1000 ||
	    at("users/a").st_mode != (S_IFREG | 0640))
		_exit(2);
	r.uid = 0;
	if (rendered(r, "in", "users/b") != -1 || access("users/b", F_OK) == 0)
		_exit(3);
	/* the directory is not his, but the file is */
	if (rendered(how(), "in", "his") || strcmp(text("his"), "1") != 0 || !strstr(heard, "cannot be written to"))
		_exit(4);
	if (rendered(how(), "in", "roots") != -1 || strcmp(heard, "roots: Permission denied\n") != 0)
		_exit(5);
	_exit(0);
}

static void another_user(void **state)
{
	int status;

	(void)state;
	if (geteuid())
		skip();
	file("in", "{{A}}", 0644);
	file("his", "", 0644);
	file("roots", "", 0644);
	mkdir("users", 0755);
	file("users/a", "", 0640);
	assert_int_equal(chown("users", 1000, 1000) | chown("his", 1000, 1000), 0);
	if (fork() == 0)
		unprivileged();
	assert_true(wait(&status) > 0);
	assert_int_equal(status, 0);
}

static void tree(void **state)
{
	struct render r = how();

	(void)state;
	mkdir("t", 0755);
	mkdir("t/etc", 0700);
	mkdir("t/etc/sub", 0750);
	file("t/etc/nginx.conf.tmpl", "root {{DIR}};", 0644);
	file("t/etc/sub/.rc", "${A}", 0600);
	symlink("../etc/nginx.conf.tmpl", "t/etc/other");
	symlink("etc/sub", "t/linked");
	if (geteuid() == 0)
		assert_int_equal(chown("t/etc/sub", 33, 44), 0);
	assert_int_equal(rendered_tree(&r, "t/", "made/here"), 0);
	assert_string_equal(heard, "");
	assert_int_equal(r.files, 4);
	assert_string_equal(text("made/here/etc/nginx.conf"), "root /srv/www;");
	assert_string_equal(text("made/here/etc/other"), "root /srv/www;");
	assert_true(S_ISREG(at("made/here/etc/other").st_mode));
	assert_string_equal(text("made/here/etc/sub/.rc"), "1");
	assert_int_equal(at("made/here/etc/sub/.rc").st_mode, S_IFREG | 0600);
	assert_string_equal(text("made/here/linked/.rc"), "1");
	assert_int_equal(at("made/here/etc").st_mode, S_IFDIR | 0700);
	assert_int_equal(at("made/here/etc/sub").st_mode, S_IFDIR | 0750);
	if (geteuid() == 0)
		assert_true(at("made/here/etc/sub").st_uid == 33 && at("made/here/linked").st_gid == 44);
	r = how();
	assert_int_equal(rendered_tree(&r, "none", "made"), -1);
	assert_string_equal(heard, "none: No such file or directory\n");
}

static void tree_by_suffix(void **state)
{
	struct render r = how();

	(void)state;
	mkdir("s", 0755);
	file("s/a.conf.template", "{{A}}", 0644);
	file("s/b.conf", "{{A}}", 0644);
	file("s/.template", "{{A}}", 0644);
	r.suffix = ".template";
	assert_int_equal(rendered_tree(&r, "s", "suffixed/"), 0);
	assert_int_equal(r.files, 1);
	assert_string_equal(text("suffixed/a.conf"), "1");
	r = how();
	file("s/.tmpl", "{{A}}", 0644);
	assert_int_equal(rendered_tree(&r, "s", "all"), 0);
	assert_int_equal(r.files, 4);
	assert_string_equal(text("all/.tmpl"), "1");
}

/* One fault in one file: none is made, and all faults are said. */
static void tree_with_faults(void **state)
{
	struct render r = how();

	(void)state;
	mkdir("f", 0755);
	file("f/a", "{{A}}", 0644);
	file("f/b", "{{NONE}}", 0644);
	file("f/c", "\n\n {{NEITHER}}", 0644);
	symlink("gone", "f/d");
	assert_int_equal(rendered_tree(&r, "f", "no-tree"), -1);
	assert_int_equal(r.files, 0);
	assert_non_null(strstr(heard, "f/b:1:1: NONE "));
	assert_non_null(strstr(heard, "f/c:3:2: NEITHER "));
	assert_non_null(strstr(heard, "f/d: a link to nothing\n"));
	assert_int_equal(access("no-tree", F_OK), -1);
	file("f/a.tmpl", "{{A}}", 0644);
	assert_int_equal(rendered_tree(&r, "f", "no-tree"), -1);
	assert_non_null(strstr(heard, "f/a.tmpl: there is one without .tmpl, too\n"));
	unlink("f/a.tmpl");
	unlink("f/b");
	unlink("f/c");
	unlink("f/d");
	file("f/e", "{{A}}", 0644);
	mkdir("half", 0755);
	mkdir("half/a", 0755); /* where a file is to be: the others are made */
	r = how();
	assert_int_equal(rendered_tree(&r, "f", "half"), -1);
	assert_non_null(strstr(heard, "half/a: "));
	assert_string_equal(text("half/e"), "1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(new_file),        cmocka_unit_test(old_file),
	        cmocka_unit_test(left_alone),      cmocka_unit_test(faults),
	        cmocka_unit_test(no_room),         cmocka_unit_test(no_regular_file),
	        cmocka_unit_test(standard_output), cmocka_unit_test(from_standard_input),
	        cmocka_unit_test(links),           cmocka_unit_test(mounted),
	        cmocka_unit_test(another_user),    cmocka_unit_test(tree),
	        cmocka_unit_test(tree_by_suffix),  cmocka_unit_test(tree_with_faults),
	};

	return cmocka_run_group_tests_name(__FILE__, tests, folder_enter, folder_leave);
}
