/* bootscripts - see bootscripts.h */
#include "svc/bootscripts.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>

#include "base/msg.h"
#include "base/setting.h"
#include "base/signals.h"
#include "svc/boot.h"
#include "svc/bootenv.h"
#include "sys/bootwork.h"
#include "sys/clock.h"
#include "sys/parts.h"
#include "sys/spawn.h"

static void left_out(const char *path, const char *why, int err)
{
	if (err)
		msg_error("%s left out: %s (%s)", path, why, strerror(err));
	else
		msg_info("%s left out: %s", path, why);
}

/* Blocks until it ended; the status. At the deadline its group, which is ours, gets TERM and one second. */
static int await_script(pid_t pid, int64_t until)
{
	sigset_t chld;
	int status = 0, killed = 0;

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
static int run(struct boot *b, char *path)
{
	char *argv[] = {path, NULL};
	struct spawn s = {.path = path,
	                  .argv = argv,
	                  .env = b->env.list,
	                  .in = -1,
	                  .out = -1,
	                  .err = -1,
	                  .group = b->deadline_ms};
	int64_t start = clock_ms();
	struct spawn_error e;
	pid_t pid;
	int status;

	if (b->phusion_lines)
		msg_warn("*** Running %s...", path);
	pid = spawn(&s);
	if (pid < 0) {
		msg_error("%s: fork: %m", path);
		return SPAWN_NOT_RUN;
	}
	b->scripts++;
	status = await_script(pid, b->deadline_ms);
	if (WIFSIGNALED(status)) {
		msg_error("%s was killed by %s", path, signals_name(WTERMSIG(status)));
		return 128 + WTERMSIG(status);
	}
	status = WEXITSTATUS(status);
	if (status >= SPAWN_NOT_RUN && spawn_failed(pid, &e))
		msg_error("%s: %s", path, spawn_why(path, &e));
	else if (status && b->phusion_lines)
		msg_error("*** %s failed with status %d", path, status);
	else if (status)
		msg_error("%s failed with %d", path, status);
	else
		msg_info("%s ok %lld ms", path, (long long)(clock_ms() - start));
	return status;
}

static int run_one(struct boot *b, char *path)
{
	int code = run(b, path);

	bootenv_reread(b);
	return code;
}

/* A file is run, of a directory all parts; the code of the first that fails and shall not be gone on from. */
static int run_path(struct boot *b, char *path, bool deep)
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
		return st.st_mode & 0111 ? run_one(b, path) : 0;
	list = parts_list(path, deep ? PARTS_DEEP : 0, left_out, &count);
	if (!list) {
		msg_error("%s: %m", path);
		return 0;
	}
	for (size_t i = 0; i < count && (!code || b->go_on); i++)
		code = run_one(b, list[i]);
	return b->go_on ? 0 : code;
}

int bootscripts_paths(struct boot *b, const char *const *paths)
{
	int code = 0;

	for (; *paths && (!code || b->go_on); paths++)
		code = run_path(b, (char *)(uintptr_t)*paths, strcmp(*paths, "/etc/init") == 0);
	return b->go_on ? 0 : code;
}

static int run_listed(struct boot *b, const char *text)
{
	char *list = strdup(text), *rest = list;
	int code = 0;

	if (!list) {
		msg_error("INIT_BOOT_DIRS: %m");
		return 1;
	}
	for (char *path; (path = strsep(&rest, ": ,")) && (!code || b->go_on);)
		if (*path)
			code = run_path(b, path, true);
	return b->go_on ? 0 : code;
}

int bootscripts_all(struct boot *b)
{
	static const struct itimerval never;
	const char *given = setting_text("INIT_BOOT_DIRS");
	int code;

	if (b->no_scripts)
		return 0;
	setitimer(ITIMER_REAL, &never, NULL); /* a script's end is better than ours */
	code = given ? run_listed(b, given) : bootscripts_paths(b, bootwork_scripts);
	bootenv_settle(b);
	if (code)
		msg_warn("boot ends here; INIT_ON_BOOT_FAILURE=continue would go on");
	return code;
}
