/* boot - what is done once before the services: environment, boot scripts
 *
 * config:  BOOT
 * group:   boot and stop
 * install: /sbin
 *
 * usage: boot [OPTION...]
 *
 *   --no-scripts  only the environment
 *   --stop        only the scripts that run when a stop begins
 *   --stopped     only those that run when all is gone
 *   --phusion     lines such as my_init's
 *   -l            logd names us in front of each line
 *
 * As a child of init it leaves the environment on fd 3.
 * Scripts: those below /etc/init, in /etc/my_init.d, /etc/rc.local;
 * or below what INIT_BOOT_DIRS names (a:b:c).
 * Exits with the code of the script that failed, if INIT_ON_BOOT_FAILURE is not "continue".
 */

/* init starts it, waits for it and takes over the environment it leaves. Each step of the table works on that
 * environment; scripts change it through files (sys/envfiles.h).
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/die.h"
#include "base/fmt.h"
#include "base/msg.h"
#include "base/num.h"
#include "base/opts.h"
#include "base/setting.h"
#include "base/signals.h"
#include "pure/envtext.h"
#include "sys/bootwork.h"
#include "sys/clock.h"
#include "sys/env.h"
#include "sys/envblock.h"
#include "sys/envfiles.h"
#include "sys/files.h"
#include "sys/parts.h"
#include "sys/spawn.h"
#include "sys/users.h"

enum { ENV_FD = 3, LONG_STOP = 256, LONG_STOPPED, LONG_PHUSION, LONG_NO_SCRIPTS };
#define PHUSION       "/etc/container_environment"
#define STANDARD_PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

static struct env env;
static char env_dir[300];  /* where scripts change it; "": nowhere */
static bool phusion_dir;   /* … and that is my_init's directory */
static bool phusion_lines; /* talk as my_init does */
static bool no_scripts;
static bool go_on;          /* after a script that failed */
static int failure = -1;    /* exit code then; -1: the script's */
static int64_t deadline_ms; /* of all scripts; 0: none */
extern char **environ;

static void enough_memory(int bad)
{
	if (bad)
		die(1, "environment: %m");
	environ = env.list;
}

/* One text beside the run directory's env/, and beside phusion's directory. Best effort: they are for people. */
static void dump_text(const char *suffix, const char *text, size_t len)
{
	const char *run = getenv("INIT_RUN_DIR");
	char path[300];

	if (run && fmt_into(path, sizeof path, "%s/environment%s", run, suffix) == 0)
		files_replace(AT_FDCWD, path, 0600, text, len);
	if (phusion_dir && fmt_into(path, sizeof path, PHUSION "%s", suffix) == 0)
		files_replace(AT_FDCWD, path, 0640, text, len);
}

static void dump_texts(void)
{
	size_t room = envtext_room(env.list);
	char *mem = malloc(room);
	struct fmt f;

	if (!mem || !env_dir[0])
		return;
	fmt_open(&f, mem, room);
	for (char **p = env.list; *p; p++)
		if (strchr(*p, '=') && !envfiles_own(*p))
			envtext_sh(&f, *p);
	dump_text(".sh", f.mem, f.len);
	fmt_open(&f, mem, room);
	envtext_json(&f, env.list);
	dump_text(".json", f.mem, f.len);
	free(mem);
}

/* The run directory's env/ is phusion's directory where there is one to write to, so that there is one truth. */
static void find_env_dir(void)
{
	const char *run = getenv("INIT_RUN_DIR");

	phusion_dir = access(PHUSION, W_OK) == 0;
	if (phusion_dir)
		fmt_into(env_dir, sizeof env_dir, "%s", PHUSION);
	if (!run)
		return;
	if (!phusion_dir) {
		if (fmt_into(env_dir, sizeof env_dir, "%s/env", run) == 0) {
			unlink(env_dir); /* a link from before a restart; not a directory */
			if (mkdir(env_dir, 0700) == 0 || errno == EEXIST)
				return;
		}
		env_dir[0] = '\0';
	} else {
		char link[300];
		if (fmt_into(link, sizeof link, "%s/env", run) == 0 && symlink(PHUSION, link) && errno != EEXIST)
			msg_warn("%s: %m", link);
	}
}

static void defaults(void)
{
	struct users_user me;
	char uid[16];

	if (!env_get(&env, "PATH"))
		enough_memory(env_set(&env, "PATH", STANDARD_PATH));
	if (env_get(&env, "HOME"))
		return;
	fmt_into(uid, sizeof uid, "%u", (unsigned)geteuid());
	enough_memory(env_set(&env, "HOME",
	                      users_find(uid, &me) == 0 && me.home[0] ? me.home
	                      : geteuid()                             ? "/"
	                                                              : "/root"));
}

static int environment(void)
{
	if (envfiles_fill(&env, PHUSION) && errno != ENOENT && errno != ENOTDIR)
		msg_error(PHUSION ": %m");
	defaults();
	environ = env.list;
	find_env_dir();
	if (env_dir[0] && envfiles_write(&env, env_dir, phusion_dir)) {
		msg_warn("%s: %m; boot scripts cannot change the environment", env_dir);
		env_dir[0] = '\0';
	}
	dump_texts();
	return 0;
}

static void left_out(const char *path, const char *why, int err)
{
	if (err)
		msg_error("%s left out: %s (%s)", path, why, strerror(err));
	else
		msg_info("%s left out: %s", path, why);
}

/* Blocks until it ended; the status. At the deadline its group, which is ours, gets TERM and one second. */
static int await_script(pid_t pid)
{
	sigset_t chld;
	int status = 0, killed = 0;
	int64_t until = deadline_ms;

	sigemptyset(&chld);
	sigaddset(&chld, SIGCHLD);
	while (waitpid(pid, &status, WNOHANG) == 0) {
		int64_t left = until - clock_ms();
		struct timespec t = {.tv_sec = left / 1000, .tv_nsec = left % 1000 * 1000000};
		if (!until || left > 0) {
			sigtimedwait(&chld, NULL, until ? &t : NULL);
			continue;
		}
		msg_error("INIT_BOOT_TIMEOUT is over");
		kill(-pid, killed++ ? SIGKILL : SIGTERM);
		until = clock_ms() + 1000;
	}
	return status;
}

/* Its exit code, 128 + n if a signal ended it. */
static int run(char *path)
{
	char *argv[] = {path, NULL};
	struct spawn s = {
	        .path = path, .argv = argv, .env = env.list, .in = -1, .out = -1, .err = -1, .group = deadline_ms};
	int64_t start = clock_ms();
	struct spawn_error e;
	pid_t pid;
	int status;

	if (phusion_lines)
		msg_warn("*** Running %s...", path);
	pid = spawn(&s);
	if (pid < 0) {
		msg_error("%s: fork: %m", path);
		return SPAWN_NOT_RUN;
	}
	status = await_script(pid);
	if (WIFSIGNALED(status)) {
		msg_error("%s was killed by %s", path, signals_name(WTERMSIG(status)));
		return 128 + WTERMSIG(status);
	}
	status = WEXITSTATUS(status);
	if (status >= SPAWN_NOT_RUN && spawn_failed(pid, &e))
		msg_error("%s: %s", path, spawn_why(path, &e));
	else if (status && phusion_lines)
		msg_error("*** %s failed with status %d", path, status);
	else if (status)
		msg_error("%s failed with %d", path, status);
	else
		msg_info("%s ok %lld ms", path, (long long)(clock_ms() - start));
	return status;
}

static int run_one(char *path)
{
	int code = run(path);

	if (env_dir[0]) {
		if (envfiles_read(&env, env_dir, phusion_dir))
			msg_error("%s: %m", env_dir);
		environ = env.list;
		dump_texts();
	}
	return code;
}

/* A file is run, of a directory all parts; the code of the first that fails and shall not be gone on from. */
static int run_path(char *path, bool deep)
{
	struct stat st;
	char **list;
	size_t count;
	int code = 0;

	if (stat(path, &st)) {
		if (errno != ENOENT && errno != ENOTDIR)
			msg_error("%s: %m", path);
		return 0;
	}
	if (S_ISREG(st.st_mode))
		return st.st_mode & 0111 ? run_one(path) : 0;
	list = parts_list(path, deep ? PARTS_DEEP : 0, left_out, &count);
	if (!list) {
		msg_error("%s: %m", path);
		return 0;
	}
	for (size_t i = 0; i < count && (!code || go_on); i++)
		code = run_one(list[i]);
	return go_on ? 0 : code;
}

static int run_paths(const char *const *paths)
{
	int code = 0;

	for (; *paths && (!code || go_on); paths++)
		code = run_path((char *)(uintptr_t)*paths, strcmp(*paths, "/etc/init") == 0);
	return go_on ? 0 : code;
}

static int run_listed(const char *text)
{
	char *list = strdup(text), *rest = list;
	int code = 0;

	if (!list)
		die(1, "INIT_BOOT_DIRS: %m");
	for (char *path; (path = strsep(&rest, ": ,")) && (!code || go_on);)
		if (*path)
			code = run_path(path, true);
	return go_on ? 0 : code;
}

static void read_policy(void)
{
	const char *text = setting_text("INIT_ON_BOOT_FAILURE");
	unsigned long ms = 0, code;

	setting_verbose();
	setting_ms("INIT_BOOT_TIMEOUT", &ms);
	deadline_ms = ms ? clock_ms() + (int64_t)ms : 0;
	go_on = text && strcmp(text, "continue") == 0;
	if (!text || go_on || strcmp(text, "abort") == 0)
		return;
	if (strncmp(text, "abort:", 6) == 0 && num_uint(text + 6, 255, &code) == 0)
		failure = (int)code;
	else
		msg_error("INIT_ON_BOOT_FAILURE=%s: neither continue nor abort nor abort:CODE; it is abort", text);
}

static int scripts(void)
{
	const char *given;
	int code;

	if (no_scripts)
		return 0;
	read_policy();
	given = setting_text("INIT_BOOT_DIRS");
	code = given ? run_listed(given) : run_paths(bootwork_scripts);
	if (env_dir[0] && !phusion_dir) /* a newline that a script wrote is to be one for chpst -e too */
		envfiles_write(&env, env_dir, false);
	if (!code)
		return 0;
	msg_warn("boot ends here; INIT_ON_BOOT_FAILURE=continue would go on");
	return failure >= 0 ? failure : code;
}

/* In this order; the first that returns an exit code ends the boot. */
static int (*const steps[])(void) = {environment, scripts};

static int boot(void)
{
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		int code = steps[i]();
		if (code)
			return code;
	}
	return 0;
}

int boot_main(int argc, char **argv);

int boot_main(int argc, char **argv)
{
	static const struct opts_long longs[] = {{"stop", LONG_STOP, 0},
	                                         {"stopped", LONG_STOPPED, 0},
	                                         {"phusion", LONG_PHUSION, 0},
	                                         {"no-scripts", LONG_NO_SCRIPTS, 0},
	                                         {0}};
	const char *const *hooks = NULL;
	struct opts o = {.argc = argc, .argv = argv};
	sigset_t chld;
	int code;

	for (int c; (c = opts_next(&o, "l", longs)) != -1;)
		switch (c) {
		case 'l':
			msg_name = "";
			break;
		case LONG_STOP:
			hooks = bootwork_stop;
			break;
		case LONG_STOPPED:
			hooks = bootwork_stopped;
			break;
		case LONG_NO_SCRIPTS:
			no_scripts = true;
			break;
		case LONG_PHUSION:
			phusion_lines = true;
			break;
		default:
			die_usage(2, "%s", o.why);
		}
	if (o.index < argc)
		die_usage(2, "no arguments are taken");
	if (phusion_lines)
		msg_name = "";
	setting_verbose();
	sigemptyset(&chld);
	sigaddset(&chld, SIGCHLD);
	if (spawn_open() || sigprocmask(SIG_BLOCK, &chld, NULL) || env_copy(&env, environ))
		die(1, "cannot start: %m");
	if (hooks) {
		go_on = true;
		return run_paths(hooks);
	}
	code = boot();
	if (!code && fcntl(ENV_FD, F_GETFD) >= 0 && envblock_write(ENV_FD, env.list))
		die(1, "environment: %m");
	return code;
}
