/* Unit tests of sys/tree, in a directory of their own, as root. */
#include "sys/tree.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../lib/folder.h"
#include "../../lib/unit.h"

static char said[2000]; /* what failed: "path errno\n" each */

/* Lines of sh. */
static void sh(const char *lines)
{
	assert_int_equal(system(lines), 0);
}

/* Every path below: type, mode, owner, and what it leads to. */
static void expect(const char *path, const char *want)
{
	char command[200], have[4000];
	FILE *f;

	snprintf(command, sizeof command, "find %s -printf '%%P %%y %%m %%U:%%G %%l\\n' | sed 's/ *$//; s/^ //' | sort",
	         path);
	f = popen(command, "r");
	assert_non_null(f);
	have[fread(have, 1, sizeof have - 1, f)] = '\0';
	pclose(f);
	assert_string_equal(have, want);
}

static void failure(const char *path)
{
	size_t len = strlen(said);

	snprintf(said + len, sizeof said - len, "%s %d\n", path, errno);
}

static struct tree keep(void)
{
	said[0] = '\0';
	return (struct tree){.uid = (uid_t)-1, .gid = (gid_t)-1, .mode = (mode_t)-1, .failure = failure};
}

static void owner(void **state)
{
	struct tree t = keep();

	(void)state;
	sh("mkdir -p a/b/c && touch a/f a/b/c/g outside && ln -s ../outside a/link && ln -s .. a/b/up");
	t.uid = 1000;
	t.gid = 1001;
	assert_int_equal(tree_set(&t, "a", true), 0);
	assert_int_equal(t.seen, 7);
	assert_int_equal(t.changed, 7);
	expect("a", "b d 755 1000:1001\nb/c d 755 1000:1001\nb/c/g f 644 1000:1001\nb/up l 777 1000:1001 ..\n"
	            "d 755 1000:1001\nf f 644 1000:1001\nlink l 777 1000:1001 ../outside\n");
	expect("outside", "f 644 0:0\n");
	assert_int_equal(tree_set(&t, "a", true), 0);
	assert_int_equal(t.changed, 7); /* nothing was left to do */
	t.uid = 2000;
	assert_int_equal(tree_set(&t, "a/b", false), 0);
	assert_int_equal(t.changed, 8);
	assert_int_equal(t.failed, 0);
	errno = 0;
	assert_int_equal(tree_set(&t, "a/none", true), -1);
	assert_int_equal(errno, ENOENT);
	sh("rm -rf a outside");
}

static void modes(void **state)
{
	struct tree t = keep();

	(void)state;
	sh("mkdir -p m/d && touch m/plain m/program m/none && chmod 755 m/program && chmod 0 m/none && ln -s program "
	   "m/l");
	t.mode = 02770;
	t.masked = true;
	assert_int_equal(tree_set(&t, "m", true), 0);
	expect("m",
	       "d 2770 0:0\nd d 2770 0:0\nl l 777 0:0 program\nnone f 0 0:0\nplain f 660 0:0\nprogram f 770 0:0\n");
	t.masked = false;
	t.mode = 04755;
	assert_int_equal(tree_set(&t, "m/program", false), 0);
	expect("m/program", "f 4755 0:0\n");
	/* who gets a file gets no set-id bit that its owner has put there */
	t = keep();
	t.uid = 1000;
	assert_int_equal(tree_set(&t, "m/program", false), 0);
	expect("m/program", "f 755 1000:0\n");
	t.uid = 1001;
	t.mode = 04750;
	assert_int_equal(tree_set(&t, "m/program", false), 0);
	expect("m/program", "f 4750 1001:0\n");
	sh("rm -rf m");
}

static void links_on_the_way(void **state)
{
	char path[100];
	const char *name;
	int fd;

	(void)state;
	sh("mkdir -p real/deep his/own && ln -s real good && ln -s ../real/deep/.. real/back && chown 1000 his his/own"
	   " && ln -s ../real his/bad && chown -h 1000 his/bad && ln -s loop loop && touch file"
	   " && mkdir his/roots && ln -s $PWD/real/deep abs");
	for (const char *const *p = (const char *const[]){"good/x", "real/back/x", "his/own/x", "abs/x", NULL}; *p;
	     p++) {
		fd = tree_parent(*p, false, &name);
		assert_true(fd >= 0);
		assert_string_equal(name, "x");
		close(fd);
	}
	snprintf(path, sizeof path, "%s/real/new/er/x", folder);
	fd = tree_parent(path, true, &name);
	assert_true(fd >= 0);
	close(fd);
	expect("real/new", "d 755 0:0\ner d 755 0:0\n");
	fd = tree_parent("/", false, &name);
	assert_true(fd >= 0);
	close(fd);
	assert_string_equal(name, ".");
	static const struct {
		const char *path;
		int err;
	} bad[] = {{"his/bad/x", ENOLINK},
	           {"his/roots/x", ENOLINK},
	           {"loop/x", ELOOP},
	           {"file/x/y", ENOTDIR},
	           {"no/x", ENOENT}};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_int_equal(tree_parent(bad[i].path, false, &name), -1);
		assert_int_equal(errno, bad[i].err);
	}
	sh("rm -rf real his good loop file abs");
}

static void copies(void **state)
{
	struct tree t = keep();

	(void)state;
	sh("mkdir -p from/d && echo 1 >from/f && echo 2 >from/d/g && ln -s f from/l && mkfifo from/p"
	   " && chmod 4711 from/f && chmod 750 from/d && mkdir to && echo old >to/f && chmod 700 to");
	t.uid = 1000;
	assert_int_equal(tree_copy(&t, "from", "to"), 0);
	expect("to", "d 700 0:0\nd d 750 1000:0\nd/g f 644 1000:0\nf f 644 0:0\nl l 777 1000:0 f\np p 644 1000:0\n");
	sh("test `cat to/f` = old && test `cat to/d/g` = 2");
	t.uid = (uid_t)-1;
	t.changed = 0;
	assert_int_equal(tree_copy(&t, "from", "new"), 0);
	expect("new", "d 755 0:0\nd d 750 0:0\nd/g f 644 0:0\nf f 4711 0:0\nl l 777 0:0 f\np p 644 0:0\n");
	assert_int_equal(t.changed, 6);
	assert_int_equal(tree_copy(&t, "from/f", "one"), 0);
	sh("test `cat one` = 1");
	assert_int_equal(t.failed, 0);
	/* a link where a directory should be is not gone through */
	sh("rm -r to/d && mkdir away && ln -s ../away to/d");
	assert_int_equal(tree_copy(&t, "from", "to"), 0);
	expect("away", "d 755 0:0\n");
	sh("rm -rf from to new one away");
}

static void removal(void **state)
{
	struct tree t = keep();

	(void)state;
	sh("mkdir -p r/a/b away && touch r/f r/a/g away/kept && ln -s ../../away r/a/link && chmod 0 r/f");
	assert_int_equal(tree_remove(&t, "r", false), 0);
	expect("r", "d 755 0:0\n");
	expect("away", "d 755 0:0\nkept f 644 0:0\n");
	assert_int_equal(t.changed, 5);
	sh("touch r/f");
	assert_int_equal(tree_remove(&t, "r", true), 0);
	assert_int_equal(access("r", F_OK), -1);
	assert_int_equal(tree_remove(&t, "r", true), -1);
	assert_int_equal(errno, ENOENT);
	sh("ln -s away link");
	assert_int_equal(tree_remove(&t, "link", false), -1);
	assert_int_equal(tree_remove(&t, "link", true), 0);
	assert_int_equal(t.failed, 0);
	sh("test -e away/kept && rm -r away");
}

/* In a child that has mounts of its own. */
static void mounted(void **state)
{
	int status;

	(void)state;
	sh("mkdir -p r/a/tmpfs r/b/same r/c other && touch r/a/x other/kept");
	if (fork() == 0) {
		struct tree t = keep();
		if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
		    mount("none", "r/a/tmpfs", "tmpfs", 0, NULL) || mount("other", "r/b/same", NULL, MS_BIND, NULL))
			_exit(77);
		close(open("r/a/tmpfs/kept", O_CREAT | O_WRONLY, 0600));
		if (tree_remove(&t, "r", true) || t.failed)
			_exit(1);
		_exit(access("r/a/tmpfs/kept", F_OK) || access("r/b/same/kept", F_OK) || access("r/c", F_OK) == 0 ||
		      access("r/a/x", F_OK) == 0);
	}
	wait(&status);
	assert_int_equal(status, 0);
	sh("test -e other/kept && rm -r r other");
}

/* In a child whose kernel knows no fchmodat2(2), then also without /proc. */
static void older_kernel(void **state)
{
	struct sock_filter steps[] = {
	        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 452, 0, 1),
	        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
	        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog filter = {sizeof steps / sizeof *steps, steps};
	struct tree t = keep();
	int status;

	(void)state;
	sh("mkdir k && touch k/f");
	t.mode = 0750;
	if (fork() == 0) {
		if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
		    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter))
			_exit(77);
		if (tree_set(&t, "k", true) || t.failed || t.changed != 2)
			_exit(1);
		t.mode = 0700;
		if (mount("none", "/proc", "tmpfs", 0, NULL) || tree_set(&t, "k", false) == 0 || errno != ENOSYS)
			_exit(2);
		/* nor is it known whether a second name can be a trap */
		t = keep();
		t.uid = 1000;
		_exit(link("k/f", "second") || tree_set(&t, "second", false) == 0 || errno != EMLINK || t.changed ? 3
		                                                                                                  : 0);
	}
	wait(&status);
	assert_int_equal(status, 0);
	expect("k", "d 750 0:0\nf f 750 0:0\n");
	sh("rm -r k second");
}

static void spared(void **state)
{
	struct tree t = keep();

	(void)state;
	sh("mkdir -p s/a/mine s/b && touch s/a/mine/f s/a/g");
	t.spared = "s/a/mine";
	t.uid = 1000;
	assert_int_equal(tree_set(&t, "s", true), 0);
	assert_int_equal(tree_remove(&t, "s", true), 0);
	assert_int_equal(tree_remove(&t, "s/a/mine", true), 0);
	assert_int_equal(t.failed, 0);
	expect("s", "a d 755 1000:0\na/mine d 755 0:0\na/mine/f f 644 0:0\nd 755 1000:0\n");
	sh("rm -r s");
}

static void deep(void **state)
{
	struct tree t = keep();

	(void)state;
	sh("mkdir -p `printf 'd/%.0s' $(seq 500)` && mkdir -p e && (cd e && for i in 1 2 3; do mkdir -p `printf "
	   "'d/%.0s' $(seq 200)`;"
	   " cd `printf 'd/%.0s' $(seq 200)`; done) && touch e/beside");
	t.uid = 1000;
	assert_int_equal(tree_set(&t, "d", true), 0);
	assert_int_equal(t.changed, 500);
	assert_int_equal(tree_set(&t, "e", true), 0);
	assert_int_equal(t.failed, 1);
	assert_non_null(strstr(said, "/d/d/d 36\n")); /* ENAMETOOLONG */
	expect("e/beside", "f 644 1000:0\n");
	sh("rm -rf d e");
}

/* Somebody swaps a directory for a link to one outside as fast as he can: nothing outside may ever change. */
static void *swap(void *stop)
{
	while (!__atomic_load_n((int *)stop, __ATOMIC_RELAXED)) {
		rename("race/d", "race/was");
		symlink("../outside", "race/d");
		unlink("race/d");
		rename("race/was", "race/d");
		unlink("race/f");
		symlink("../outside/f", "race/f");
		unlink("race/f");
		close(open("race/f", O_CREAT | O_WRONLY, 0600));
	}
	return NULL;
}

static void race(void **state)
{
	struct tree t = keep();
	pthread_t swapper;
	int stop = 0;

	(void)state;
	t.failure = NULL;
	sh("mkdir -p race/d outside && touch race/d/f race/f outside/f");
	assert_int_equal(pthread_create(&swapper, NULL, swap, &stop), 0);
	for (int i = 0; i < 1000; i++) {
		t.uid = 1000 + (uid_t)i % 2;
		t.mode = i % 2 ? 0700 : 0750;
		tree_set(&t, "race", true);
	}
	__atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
	pthread_join(swapper, NULL);
	expect("outside", "d 755 0:0\nf f 644 0:0\n");
	assert_true(t.changed > 1000);
	sh("rm -rf race outside");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	        cmocka_unit_test(owner),        cmocka_unit_test(modes),   cmocka_unit_test(links_on_the_way),
	        cmocka_unit_test(copies),       cmocka_unit_test(removal), cmocka_unit_test(mounted),
	        cmocka_unit_test(older_kernel), cmocka_unit_test(spared),  cmocka_unit_test(deep),
	        cmocka_unit_test(race),
	};

	return cmocka_run_group_tests_name(__FILE__, tests, folder_enter, folder_leave);
}
