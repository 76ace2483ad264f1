/* spawn - see spawn.h */
#include "sys/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/fmt.h"
#include "sys/env.h"
#include "sys/exec.h"
#include "sys/exec_why.h"
#include "sys/narrow.h"
#include "sys/pstate.h"

enum step { STEP_NONE, STEP_SESSION, STEP_TTY, STEP_FD, STEP_DIR, STEP_STATE, STEP_ENV, STEP_EXEC };

static const char *const step_names[] = {
        [STEP_NONE] = "start", [STEP_SESSION] = "setsid",      [STEP_TTY] = "terminal", [STEP_FD] = "descriptors",
        [STEP_DIR] = "chdir",  [STEP_STATE] = "process state", [STEP_ENV] = "env",      [STEP_EXEC] = "exec",
};

/* One record of the failure pipe; smaller than PIPE_BUF, hence atomic. */
struct record {
	pid_t pid;
	int step, err;
};

enum { KEPT = 16, FDS = 3 + SPAWN_EXTRA };

static int report[2] = {-1, -1};
static struct record kept[KEPT]; /* read, but their child is not reaped yet */
static sigset_t first_mask;
static struct rlimit first_files;
static bool files_raised, many;

int spawn_open(void)
{
	signal(SIGCHLD, SIG_DFL); /* inherited as ignored, it would take the exit codes away */
	if (sigprocmask(SIG_BLOCK, NULL, &first_mask))
		return -1;
	return pipe2(report, O_CLOEXEC | O_NONBLOCK);
}

void spawn_default_signals(void)
{
	for (int s = 1; s < 32; s++)
		signal(s, SIG_DFL);
}

void spawn_raise_files(void)
{
	struct rlimit all;

	many = narrow_open() == 0;
	if (getrlimit(RLIMIT_NOFILE, &first_files))
		return;
	all = first_files;
	all.rlim_cur = all.rlim_max;
	files_raised = prlimit(0, RLIMIT_NOFILE, &all, NULL) == 0;
}

/* from[i] becomes to[i]. They may overlap (out = 0, say): all are first moved above those that will be written. */
static int place_fds(int from[FDS], const int to[FDS])
{
	int above = 3;

	for (int i = 3; i < FDS; i++)
		if (from[i] >= 0 && to[i] >= above)
			above = to[i] + 1;
	for (int i = 0; i < FDS; i++) {
		if (from[i] < 0 || from[i] >= above)
			continue;
		from[i] = fcntl(from[i], F_DUPFD_CLOEXEC, above);
		if (from[i] < 0)
			return -1;
	}
	for (int i = 0; i < FDS; i++)
		if (from[i] >= 0 && dup2(from[i], to[i]) < 0)
			return -1;
	return 0;
}

/* In the child, whose heap goes with the exec: nothing to free. */
static int make_env(const struct spawn *s, char *const **env)
{
	extern char **environ;
	struct env e;

	*env = s->env ? s->env : environ;
	if (!s->env_set[0] && !s->env_dir)
		return 0;
	if (env_copy(&e, *env))
		return -1;
	for (int i = 0; i < SPAWN_ENV; i++)
		if (s->env_set[i] && env_put(&e, (char *)(uintptr_t)s->env_set[i]))
			return -1;
	if (s->env_dir && env_add_dir(&e, s->env_dir))
		return -1;
	*env = e.list;
	return 0;
}

/* A container that was given a limit below it has no marks. */
static void set_mark(uint64_t mark)
{
	struct rlimit r;

	if (getrlimit(RLIMIT_RSS, &r) == 0) {
		r.rlim_cur = mark;
		prlimit(0, RLIMIT_RSS, &r, NULL);
	}
}

static enum step become(const struct spawn *s, int from[FDS], const int to[FDS])
{
	char *const *env;

	if (s->session && setsid() < 0)
		return STEP_SESSION;
	if (s->group && setpgid(0, 0))
		return STEP_SESSION;
	if (s->controlling)
		ioctl(0, TIOCSCTTY, 0); /* another session may have it: then there is none */
	if (s->foreground && tcsetpgrp(0, getpgrp()) && errno != ENOTTY && errno != EPERM)
		return STEP_TTY;
	if (place_fds(from, to))
		return STEP_FD;
	if (s->dir && chdir(s->dir))
		return STEP_DIR;
	if (files_raised && prlimit(0, RLIMIT_NOFILE, &first_files, NULL))
		return STEP_STATE;
	if (s->mark)
		set_mark(s->mark);
	if (s->as && pstate_apply(s->as, NULL))
		return STEP_STATE;
	sigprocmask(SIG_SETMASK, &first_mask, NULL);
	if (make_env(s, &env))
		return STEP_ENV;
	if (s->run) {
		environ = (char **)(uintptr_t)env;
		_exit(s->run(s->argv));
	}
	if (s->path)
		execve(s->path, s->argv, env);
	else
		exec_find(s->argv[0], s->argv, env, exec_path(env));
	return STEP_EXEC;
}

/* tcsetpgrp() from a background group stops the caller by SIGTTOU unless that is blocked. */
static void block_ttou(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTTOU);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

pid_t spawn(const struct spawn *s)
{
	int from[FDS] = {s->in, s->out, s->err}, to[FDS] = {0, 1, 2};
	struct record r;
	pid_t pid;

	for (int i = 3; i < FDS; i++) {
		to[i] = s->extra[i - 3][1];
		from[i] = to[i] ? s->extra[i - 3][0] : -1;
	}
	/* one thread, no handlers of atfork: the bare one */
	pid = many && from[NARROW_FDS] < 0 ? narrow_fork(from) : _Fork();
	if (pid)
		return pid;
	if (s->foreground)
		block_ttou();
	r.step = (int)become(s, from, to);
	r.err = errno;
	r.pid = getpid();
	if (write(report[1], &r, sizeof r) < 0)
		_exit(SPAWN_NOT_RUN);
	_exit(r.err == ENOENT || r.err == ENOTDIR ? SPAWN_NOT_FOUND : SPAWN_NOT_RUN);
}

void spawn_forget(void)
{
	narrow_forget();
}

static bool take(const struct record *r, pid_t pid, struct spawn_error *e)
{
	if (r->pid != pid)
		return false;
	*e = (struct spawn_error){.step = step_names[r->step], .err = r->err};
	return true;
}

bool spawn_failed(pid_t pid, struct spawn_error *e)
{
	static unsigned next;
	struct record r;

	for (int i = 0; i < KEPT; i++)
		if (take(&kept[i], pid, e)) {
			kept[i].pid = 0;
			return true;
		}
	while (read(report[0], &r, sizeof r) == sizeof r) {
		if (take(&r, pid, e))
			return true;
		kept[next++ % KEPT] = r;
	}
	return false;
}

const char *spawn_why(const char *name, const struct spawn_error *e)
{
	extern char **environ;
	static char text[256];
	struct fmt f;

	fmt_open(&f, text, sizeof text);
	if (e->step == step_names[STEP_EXEC])
		exec_why_named(name, exec_path(environ), e->err, &f);
	else
		fmt_add(&f, "%s: %s", e->step, strerror(e->err));
	return text;
}

const char *spawn_self(void)
{
	static const char proc[] = "/proc/self/exe";
	static char self[512];
	const char *name = (const char *)getauxval(AT_EXECFN);
	size_t dir = 0;

	if (self[0])
		return self;
	if (!name)
		return proc;
	if (name[0] != '/' && getcwd(self, sizeof self)) {
		dir = strlen(self);
		self[dir++] = '/';
	}
	if (dir + strlen(name) < sizeof self)
		memcpy(self + dir, name, strlen(name) + 1);
	if (access(self, X_OK))
		memcpy(self, proc, sizeof proc);
	return self;
}
