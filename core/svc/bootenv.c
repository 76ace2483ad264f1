/* bootenv - see bootenv.h */
#include "svc/bootenv.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/glob.h"
#include "base/msg.h"
#include "base/num.h"
#include "base/setting.h"
#include "base/words.h"
#include "pure/envtext.h"
#include "svc/boot.h"
#include "sys/envfiles.h"
#include "sys/exec.h"
#include "sys/files.h"
#include "sys/newfile.h"
#include "sys/tree.h"
#include "sys/users.h"

#define PHUSION "/etc/container_environment"
enum {
	PAIR_MAX = 128 * 1024, /* the kernel's limit for one string of an environment */
	NAME_ROOM = 256,
	RUN_ROOM = 300
};

static const char file_suffix[] = "_FILE";
enum { SUFFIX = sizeof file_suffix - 1 };

extern char **environ;

/* What programs want to be told as a path. */
static const char no_secrets[] = "AWS_* AZURE_* *SSL_CERT *CONFIG *LOG *PID";

static int checked(struct boot *b, int bad)
{
	environ = b->env.list;
	if (bad)
		msg_error("environment: %m");
	return bad ? 1 : 0;
}

int bootenv_set(struct boot *b, const char *name, const char *value)
{
	return checked(b, env_set(&b->env, name, value));
}

static int defaults(struct boot *b)
{
	struct users_user me;
	char uid[16];

	if (!env_get(&b->env, "PATH") && bootenv_set(b, "PATH", exec_path(b->env.list)))
		return 1;
	if (env_get(&b->env, "HOME"))
		return 0;
	fmt_into(uid, sizeof uid, "%u", (unsigned)geteuid());
	return bootenv_set(b, "HOME", users_find(uid, &me) == 0 && me.home[0] ? me.home : geteuid() ? "/" : "/root");
}

static void remove_all(const char *run, const char *name)
{
	struct tree t = {.uid = (uid_t)-1, .gid = (gid_t)-1, .mode = (mode_t)-1};
	char path[RUN_ROOM];

	if (fmt_into(path, sizeof path, "%s/%s", run, name) == 0)
		tree_remove(&t, path, true);
}

/* Of an earlier life: services, and what daemons have put there. Only if the run directory is that of the init whose
 * child we are. */
static void forget(const char *run)
{
	struct files_walk w = {.fd = files_open_dir(AT_FDCWD, run)};
	char pid[16];
	unsigned long n;
	struct stat st;

	if (w.fd < 0)
		return;
	if (files_read_word(w.fd, "pid", pid, sizeof pid) > 0 && num_uint(pid, INT_MAX, &n) == 0 &&
	    (pid_t)n == getppid()) {
		remove_all(run, "service");
		remove_all(run, "units");
		for (const char *name; (name = files_next(&w));)
			if (glob_fits("*.pid", 5, name, strlen(name)) ||
			    (strcmp(name, "log") != 0 && /* logd's, which is new already */
			     fstatat(w.fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISSOCK(st.st_mode)))
				unlinkat(w.fd, name, 0);
	}
	close(w.fd);
}

int bootenv_import(struct boot *b)
{
	const char *run = getenv("INIT_RUN_DIR");

	if (run)
		forget(run);
	if (envfiles_fill(&b->env, PHUSION) && errno != ENOENT && errno != ENOTDIR)
		msg_error(PHUSION ": %m");
	environ = b->env.list;
	return defaults(b);
}

/* One secret: NAME=value of the heap out of a file; NULL after a line that says why not. The path may be the secret
 * itself, by mistake. */
static char *secret(struct boot *b, const char *name, size_t len, const char *path)
{
	char *pair = malloc(PAIR_MAX + 1), *value;
	size_t room = PAIR_MAX - len; /* one byte too many, to know */
	const char *had, *why = NULL;
	ssize_t n;

	if (!pair) {
		checked(b, -1);
		return NULL;
	}
	value = pair + len + 1;
	fmt_into(pair, len + 1, "%s", name);
	had = env_get(&b->env, pair);
	n = path[0] == '/' ? files_read(AT_FDCWD, path, value, room) : 0;
	if (had && *had)
		why = "the variable without _FILE is set too; only one of them may be";
	else if (path[0] != '/')
		why = "no path that begins with /";
	else if (n < 0)
		why = strerror(errno);
	else if ((size_t)n == room - 1)
		why = "too long for a variable, which has 128 KiB";
	else if (memchr(value, '\0', (size_t)n))
		why = "a NUL byte in it";
	if (why) {
		msg_error("%s_FILE: %s: %s", pair, path[0] == '/' ? path : "its value", why);
		return NULL;
	}
	while (n && value[n - 1] == '\n')
		n--;
	value[n] = '\0';
	pair[len] = '=';
	return realloc(pair, len + (size_t)n + 2);
}

static const char *name_of(const char *pair, char name[NAME_ROOM])
{
	fmt_into(name, strcspn(pair, "=") + 1, "%s", pair);
	return name;
}

/* They are there, unless a script gave another value, and their X_FILE is not. */
static int put_secrets(struct boot *b)
{
	int bad = 0;

	for (size_t i = 0; !bad && i < b->secrets.count; i++) {
		char *pair = b->secrets.list[i], name[NAME_ROOM];
		const char *had = env_get(&b->env, name_of(pair, name));
		size_t len = strlen(name);
		if (!had || !*had)
			bad = env_put(&b->env, pair);
		fmt_into(name + len, sizeof name - len, "%s", file_suffix);
		env_unset(&b->env, name);
	}
	return checked(b, bad);
}

int bootenv_secrets(struct boot *b)
{
	const char *which = setting_text("INIT_FILE_ENV");
	bool all = which && strcmp(which, "1") == 0;
	int bad = 0;

	for (size_t i = 0; which && i < b->env.count; i++) {
		const char *name = b->env.list[i];
		size_t full = strcspn(name, "="), len = full - SUFFIX;
		char *pair;
		if (full > SUFFIX && full < NAME_ROOM && memcmp(name + len, file_suffix, SUFFIX) == 0 && name[full] &&
		    name[full + 1] && (all ? !words_fit(no_secrets, name, len) : words_fit(which, name, len))) {
			pair = secret(b, name, len, name + full + 1);
			bad |= !pair || checked(b, env_put(&b->secrets, pair));
		}
	}
	return put_secrets(b) | bad;
}

int bootenv_required(struct boot *b)
{
	const char *names = setting_text("INIT_REQUIRED_ENV");
	size_t len;
	int bad = 0;

	for (const char *name; names && (name = words_next(&names, &len));) {
		char word[NAME_ROOM];
		const char *value;
		fmt_into(word, sizeof word, "%.*s", (int)len, name);
		value = env_get(&b->env, word);
		if (!value || !*value) {
			msg_error("environment variable %s is not set", word);
			bad = 1;
		}
	}
	return bad;
}

/* A text for people; best effort. As the image has it, if it does. */
static void put(const char *beside, const char *suffix, mode_t mode, gid_t group, const struct fmt *text)
{
	char path[RUN_ROOM];
	struct newfile n;

	if (fmt_into(path, sizeof path, "%s%s", beside, suffix) || newfile_open(&n, path))
		return;
	if (n.was) {
		mode = n.old.st_mode & 07777;
		group = n.old.st_gid;
	}
	if (files_write_all(n.fd, text->mem, text->len))
		newfile_drop(&n);
	else
		newfile_commit(&n, mode, n.was ? n.old.st_uid : (uid_t)-1, group, false);
}

static void dump(char **list, const char *beside, mode_t mode, gid_t group)
{
	size_t room = envtext_room(list);
	char *mem = malloc(room);
	struct fmt f;

	if (!mem)
		return;
	fmt_open(&f, mem, room);
	for (char **p = list; *p; p++)
		if (strchr(*p, '=') && !envfiles_own(*p))
			envtext_sh(&f, *p);
	put(beside, ".sh", mode, group, &f);
	fmt_open(&f, mem, room);
	envtext_json(&f, list);
	put(beside, ".json", mode, group, &f);
	free(mem);
}

/* What phusion's directory shall see. */
static int without_secrets(const struct boot *b, struct env *e)
{
	char name[NAME_ROOM];

	if (env_copy(e, b->env.list))
		return -1;
	for (size_t i = 0; i < b->secrets.count; i++)
		env_unset(e, name_of(b->secrets.list[i], name));
	return 0;
}

static void dump_all(const struct boot *b)
{
	const char *run = getenv("INIT_RUN_DIR");
	char path[sizeof b->env_dir];
	gid_t group = (gid_t)-1;
	struct env shown;

	if (!b->env_dir[0])
		return;
	if (run && fmt_into(path, sizeof path, "%s/environment", run) == 0)
		dump(b->env.list, path, 0600, (gid_t)-1);
	if (!b->phusion_dir || without_secrets(b, &shown))
		return;
	users_group("docker_env", &group);
	dump(shown.list, PHUSION, 0640, group);
	free(shown.list);
}

/* The run directory's env/ is phusion's directory where there is one to write to, so that there is one truth. */
static void find_dir(struct boot *b)
{
	const char *run = getenv("INIT_RUN_DIR");
	char path[sizeof b->env_dir];

	b->phusion_dir = access(PHUSION, W_OK) == 0;
	if (b->phusion_dir)
		fmt_into(b->env_dir, sizeof b->env_dir, PHUSION);
	if (!run || fmt_into(path, sizeof path, "%s/env", run))
		return;
	if (b->phusion_dir) { /* which an earlier life may not have had, or the other way round */
		remove_all(run, "env");
		if (symlink(PHUSION, path))
			msg_warn("%s: %m", path);
		return;
	}
	unlink(path);
	if (mkdir(path, 0700) == 0 || errno == EEXIST)
		memcpy(b->env_dir, path, sizeof path);
}

int bootenv_save(struct boot *b)
{
	struct env shown;

	find_dir(b);
	if (!b->env_dir[0])
		return 0;
	if (without_secrets(b, &shown) ||
	    envfiles_write(b->phusion_dir ? &shown : &b->env, b->env_dir, b->phusion_dir)) {
		msg_warn("%s: %m; boot scripts cannot change the environment", b->env_dir);
		b->env_dir[0] = '\0';
	}
	dump_all(b);
	return 0;
}

void bootenv_reread(struct boot *b)
{
	if (!b->env_dir[0])
		return;
	if (envfiles_read(&b->env, b->env_dir, b->phusion_dir))
		msg_error("%s: %m", b->env_dir);
	if (b->phusion_dir)
		put_secrets(b);
	environ = b->env.list;
	dump_all(b);
}

void bootenv_settle(struct boot *b)
{
	if (b->env_dir[0] && !b->phusion_dir) /* a newline that a script wrote is to be one for chpst -e too */
		envfiles_write(&b->env, b->env_dir, false);
}
