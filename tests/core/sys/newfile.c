/* Unit tests of sys/newfile, in a directory of their own. */
#include "sys/newfile.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../lib/folder.h"
#include "../../lib/unit.h"

enum { WRITERS = 8, ROUNDS = 50 };

static void write_text(const char *path, const char *text, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
}

static void assert_text(const char *path, const char *text)
{
	char mem[100];
	int fd = open(path, O_RDONLY);
	ssize_t n = read(fd, mem, sizeof mem - 1);

	assert_true(n >= 0);
	mem[n] = '\0';
	close(fd);
	assert_string_equal(mem, text);
}

static struct stat at(const char *path)
{
	struct stat st;

	assert_int_equal(lstat(path, &st), 0);
	return st;
}

static void begin(struct newfile *n, const char *path, const char *text)
{
	assert_int_equal(newfile_open(n, path), 0);
	assert_int_equal(write(n->fd, text, strlen(text)), strlen(text));
}

/* A new text in the place of whatever is beside, which is taken for a leftover. */
static void assert_works(const char *path)
{
	struct newfile n;

	begin(&n, path, "works");
	assert_int_equal(newfile_commit(&n, 0644, (uid_t)-1, (gid_t)-1, false), 0);
	assert_text(path, "works");
	assert_int_equal(at(n.path).st_mode, S_IFREG | 0644);
}

static void made_and_replaced(void **state)
{
	struct newfile n;
	char mem[10];

	(void)state;
	begin(&n, "a", "one");
	assert_false(n.was);
	assert_int_equal(access("a", F_OK), -1);
	assert_int_equal(at(".a.new").st_mode, S_IFREG | 0600);
	assert_int_equal(newfile_commit(&n, 0640, (uid_t)-1, (gid_t)-1, true), 0);
	assert_int_equal(n.fd, -1);
	assert_int_equal(at("a").st_mode, S_IFREG | 0640);
	begin(&n, "a", "two");
	assert_true(n.was && n.old.st_size == 3 && (n.old.st_mode & 07777) == 0640);
	assert_text("a", "one");
	assert_int_equal(pread(n.fd, mem, sizeof mem, 0), 3);
	assert_int_equal(newfile_commit(&n, 04711, getuid(), getgid(), false), 0);
	assert_text("a", "two");
	assert_int_equal(at("a").st_mode, S_IFREG | 04711);
	assert_int_equal(access(".a.new", F_OK), -1);
}

static void taken_back(void **state)
{
	struct newfile n;

	(void)state;
	write_text("b", "old", 0600);
	begin(&n, "b", "new");
	errno = ENOSPC;
	newfile_drop(&n);
	assert_int_equal(errno, ENOSPC);
	newfile_drop(&n);
	assert_text("b", "old");
	assert_int_equal(access(".b.new", F_OK), -1);
	begin(&n, "b", "new"); /* somebody is in the way: all as before */
	assert_int_equal(unlink(".b.new"), 0);
	assert_int_equal(newfile_commit(&n, 0600, (uid_t)-1, (gid_t)-1, false), -1);
	assert_int_equal(errno, ENOENT);
	assert_text("b", "old");
}

static void links(void **state)
{
	struct newfile n;

	(void)state;
	assert_int_equal(mkdir("far", 0755), 0);
	assert_int_equal(symlink("second", "far/first"), 0);
	assert_int_equal(symlink("../there", "far/second"), 0);
	assert_int_equal(symlink("far/first", "l"), 0);
	assert_works("l");
	assert_true(S_ISLNK(at("l").st_mode) && S_ISLNK(at("far/first").st_mode) && S_ISLNK(at("far/second").st_mode));
	assert_text("there", "works");
	assert_int_equal(symlink("round", "round"), 0);
	assert_int_equal(newfile_open(&n, "round"), -1);
	assert_int_equal(errno, ELOOP);
	assert_int_equal(symlink("none/x", "nowhere"), 0);
	assert_int_equal(newfile_open(&n, "nowhere"), -1);
	assert_int_equal(errno, ENOENT);
}

static void no_file(void **state)
{
	char longer[NEWFILE_PATH + 10];
	struct newfile n;

	(void)state;
	assert_int_equal(mkdir("d", 0755), 0);
	assert_int_equal(mkfifo("p", 0600), 0);
	assert_int_equal(newfile_open(&n, "d"), -1);
	assert_int_equal(errno, EINVAL);
	assert_int_equal(newfile_open(&n, "p"), -1);
	assert_int_equal(errno, EINVAL);
	newfile_drop(&n);
	memset(longer, 'x', sizeof longer);
	longer[sizeof longer - 1] = '\0';
	assert_int_equal(newfile_open(&n, longer), -1);
	assert_int_equal(errno, ENAMETOOLONG);
	assert_int_equal(mkdir(".e.new", 0755), 0);
	assert_int_equal(newfile_open(&n, "e"), -1);
	assert_int_equal(errno, EISDIR);
}

/* What lies at .NAME.new: a dead one's, a link or a second name of something precious, a FIFO, a socket. */
static void traps(void **state)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX, .sun_path = ".t.new"};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	(void)state;
	write_text(".t.new", "left by one who died, and longer", 0400);
	assert_works("t");
	write_text("precious", "precious", 0600);
	assert_int_equal(symlink("precious", ".t.new"), 0);
	assert_works("t");
	assert_int_equal(link("precious", ".t.new"), 0);
	assert_works("t");
	assert_text("precious", "precious");
	assert_int_equal(mkfifo(".t.new", 0600), 0);
	assert_works("t");
	assert_int_equal(bind(fd, (void *)&a, sizeof a), 0);
	close(fd);
	assert_works("t");
	if (geteuid())
		return;
	write_text(".t.new", "another user's", 0666);
	assert_int_equal(chown(".t.new", 1000, 1000), 0);
	assert_works("t");
	assert_int_equal(at("t").st_uid, 0);
}

/* As a user who may not: what is said is why. Leaves with 0 if all is so. */
static void unprivileged(void)
{
	struct newfile n;

	if (setgid(1000) || setuid(1000) || newfile_open(&n, "mine/x"))
		_exit(1);
	if (newfile_commit(&n, 0400, 0, 0, false) == 0 || errno != EPERM || access("mine/.x.new", F_OK) == 0)
		_exit(2);
	if (newfile_open(&n, "mine/x") || newfile_commit(&n, 0400, 1000, 1000, false))
		_exit(3);
	if (newfile_open(&n, "not-mine/x") == 0 || errno != EACCES)
		_exit(4);
	_exit(newfile_open(&n, "mine/y") == 0); /* it is root's, with mode 0: nothing to lose */
}

static void another_user(void **state)
{
	int status;
	pid_t pid;

	(void)state;
	if (geteuid())
		skip();
	assert_int_equal(chmod(".", 0755), 0);
	assert_int_equal(mkdir("mine", 0755) || chown("mine", 1000, 1000), 0);
	assert_int_equal(mkdir("not-mine", 0755), 0);
	write_text("mine/.y.new", "", 0);
	assert_int_equal(chown("mine", 0, 0), 0);
	assert_int_equal(chmod("mine", 01777), 0); /* sticky: what is root's cannot be taken away */
	pid = fork();
	if (pid == 0)
		unprivileged();
	waitpid(pid, &status, 0);
	assert_int_equal(status, 0);
}

/* One reads what is there and appends a byte: none gets lost if all take turns. */
static void append(void)
{
	for (int i = 0; i < ROUNDS; i++) {
		char mem[WRITERS * ROUNDS + 1];
		struct newfile n;
		ssize_t len;
		int fd;
		if (newfile_open(&n, "turns"))
			_exit(1);
		fd = open("turns", O_RDONLY);
		len = read(fd, mem, sizeof mem - 1);
		close(fd);
		mem[len++] = '.';
		if (write(n.fd, mem, (size_t)len) != len || newfile_commit(&n, 0644, (uid_t)-1, (gid_t)-1, false))
			_exit(2);
	}
	_exit(0);
}

static void turns(void **state)
{
	int status;

	(void)state;
	write_text("turns", "", 0644);
	for (int i = 0; i < WRITERS; i++)
		if (fork() == 0)
			append();
	for (int i = 0; i < WRITERS; i++) {
		assert_true(wait(&status) > 0);
		assert_int_equal(status, 0);
	}
	assert_int_equal(at("turns").st_size, WRITERS * ROUNDS);
}

/* Who comes waits for who is there, and not for who died there. */
static void dead_writer(void **state)
{
	int status, up[2];
	char c;
	pid_t pid;

	(void)state;
	assert_int_equal(pipe(up), 0);
	write_text("k", "old", 0644);
	pid = fork();
	if (pid == 0) {
		struct newfile n;
		if (newfile_open(&n, "k") == 0 && write(n.fd, "half of something", 17) == 17 && write(up[1], "", 1))
			pause();
		_exit(1);
	}
	assert_int_equal(read(up[0], &c, 1), 1);
	assert_text("k", "old");
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	assert_text("k", "old");
	assert_works("k");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(made_and_replaced), cmocka_unit_test(taken_back),   cmocka_unit_test(links),
	        cmocka_unit_test(no_file),           cmocka_unit_test(traps),        cmocka_unit_test(turns),
	        cmocka_unit_test(dead_writer),       cmocka_unit_test(another_user),
	};

	return cmocka_run_group_tests_name(__FILE__, tests, folder_enter, folder_leave);
}
