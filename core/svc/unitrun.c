/* unitrun - the phases and their commands; see unitrun.h */
#include "svc/unitrun.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/msg.h"
#include "base/path.h"
#include "base/setting.h"
#include "base/words.h"
#include "pure/unit.h"
#include "pure/unitlife.h"
#include "svc/unitrun_state.h"
#include "sys/exec.h"
#include "sys/exec_why.h"
#include "sys/spawn.h"

enum { EXEC_FD = 3, CONDITION_FAILED = 255 };

/* That programs of these names stand in for, where there are none: applets. */
static const char ours[] = "chown false install kill mkdir rm true";

static const int passed_on[] = {SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGUSR1, SIGUSR2};

static volatile sig_atomic_t told; /* the signal, of those, that we got */
static volatile pid_t running;

/* Messages ------------------------------------------------------------- */

/* In the life of the container the first start says warnings; a file in the unit's compiled directory remembers. */
static bool told_already(const struct unitrun *r)
{
	static int mark = -1;

	if (mark < 0 && r->start)
		mark = open("warned", O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	return !r->start || (mark < 0 && errno == EEXIST);
}

int unitrun_say(const struct unitrun *r, int code, enum unit_key key, const char *format, ...)
{
	const struct unit_setting *s = key == UNIT_KEYS ? r->at : NULL, *next;
	char text[1024];
	struct fmt f;
	va_list ap;
	int err = errno;

	for (size_t at = 0; (next = unit_next(r->unit, key, &at));)
		s = next;
	if (!code && told_already(r))
		return 0;
	errno = err;
	fmt_open(&f, text, sizeof text);
	if (s)
		fmt_add(&f, "%s:%u: %s=: ", s->path, s->line, s->name);
	else
		fmt_add(&f, "%s: ", r->unit->name);
	va_start(ap, format);
	fmt_va(&f, format, ap);
	va_end(ap);
	(code ? msg_error : msg_warn)("%s", text);
	return code;
}

/* Commands ------------------------------------------------------------- */

static const char *value(const char *name)
{
	return getenv(name);
}

static void unset(const char *name)
{
	msg_info("variable %s is not set", name);
}

/* Where systemd looks, then in PATH, then among ourselves. */
static void exec_program(const char *path, char **argv)
{
	static char *const none[] = {NULL};
	const char *name = path_name(path);

	exec_find(path, argv, environ, exec_path(none));
	if (errno == ENOENT && name == path)
		exec_find(path, argv, environ, exec_path(environ));
	if (errno == ENOENT && words_among(ours, name, strlen(name))) {
		char *word = argv[0];
		argv[0] = (char *)(uintptr_t)name;
		execve(spawn_self(), argv, environ);
		argv[0] = word;
		errno = ENOENT;
	}
}

/* In the process that becomes the program: returns the code of the failure. */
static int execute(struct unitrun *r, const struct unit_command *c)
{
	char why[600], **argv;
	struct fmt f;
	int code = unitrun_become(r, c), err;

	if (code)
		return code;
	r->at = c->from;
	argv = c->flags & UNIT_RAW ? c->argv : unit_expand(r->unit, c->argv, value, unset);
	if (!argv)
		return unitrun_say(r, UNITRUN_RESOURCES, UNIT_KEYS, "%m");
	exec_program(c->path, argv);
	err = errno;
	if (err == ENOENT && c->flags & UNIT_MAY_FAIL) {
		msg_info("%s:%u: %s: not there", c->from->path, c->from->line, c->path);
		return UNITRUN_EXEC;
	}
	fmt_open(&f, why, sizeof why);
	exec_why_named(c->path, exec_path(environ), err, &f);
	if (err == ENOENT && *c->path == '/' && access(c->path, F_OK))
		return unitrun_say(r, UNITRUN_EXEC, UNIT_KEYS, "needs %s, which is not there: put it into the image",
		                   c->path);
	return unitrun_say(r, UNITRUN_EXEC, UNIT_KEYS, "%s: %s", c->path, why);
}

static void pass_on(int sig)
{
	told = sig;
	if (running > 0)
		kill(running, sig);
}

static void handle(void (*how)(int))
{
	for (size_t i = 0; i < sizeof passed_on / sizeof *passed_on; i++)
		signal(passed_on[i], how);
}

/* Its status as of waitpid(2). */
static int run(struct unitrun *r, const struct unit_command *c)
{
	sigset_t all, before;
	int status;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &before);
	handle(pass_on);
	running = _Fork(); /* the bare one: no threads, no handlers */
	if (running == 0) {
		handle(SIG_DFL);
		sigprocmask(SIG_SETMASK, &before, NULL);
		_exit(execute(r, c));
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	r->at = c->from;
	if (running < 0)
		return unitrun_say(r, UNITRUN_RESOURCES << 8, UNIT_KEYS, "cannot fork: %m");
	while (waitpid(running, &status, 0) < 0)
		;
	running = 0;
	return status;
}

/* Ends us as that signal would. */
static int die_by(int sig)
{
	static const struct rlimit none;
	sigset_t set;

	prlimit(0, RLIMIT_CORE, &none, NULL);
	sigemptyset(&set);
	sigaddset(&set, sig);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	signal(sig, SIG_DFL);
	kill(getpid(), sig);
	return 128 + sig;
}

/* Of the command that ended so: whether the next one is to run (0), or how we end. */
static int judge(const struct unitrun *r, const struct unit_command *c, int status)
{
	struct unitlife life = {.success = r->start ? unit_text(r->unit, UNIT_SuccessExitStatus, NULL) : NULL};
	int code = WEXITSTATUS(status), sig = WIFSIGNALED(status) ? WTERMSIG(status) : 0;

	if (told)
		return die_by(told);
	life.type = UNITLIFE_ONESHOT;
	if (!status || c->flags & UNIT_MAY_FAIL ||
	    (life.success && unitlife_result(&life, code, sig, false) == UNITLIFE_SUCCESS))
		return 0;
	if (c->from->key == UNIT_ExecCondition && !sig && code < CONDITION_FAILED) {
		msg_warn("%s:%u: %s=: not started: %s says no, with %d", c->from->path, c->from->line, c->from->name,
		         c->path, code);
		return UNITLIFE_SKIP;
	}
	if (sig)
		unitrun_say(r, 1, UNIT_KEYS, "%s was killed by signal %d", c->path, sig);
	else if (code < UNITRUN_CHDIR || code > UNITRUN_LAST) /* those were said */
		unitrun_say(r, 1, UNIT_KEYS, "%s exited with %d", c->path, code);
	if (sig)
		return die_by(sig);
	return code == UNITLIFE_SKIP ? CONDITION_FAILED : code;
}

static int run_all(struct unitrun *r, enum unit_key key)
{
	struct unit_command *list;
	size_t count = 0;
	int code = 0;

	list = unit_commands(r->unit, key, &count);
	if (list && r->start && count == 1)
		return execute(r, list);
	for (size_t i = 0; list && code == 0 && i < count; i++)
		code = judge(r, &list[i], run(r, &list[i]));
	return code;
}

/* Phases --------------------------------------------------------------- */

int unitrun(struct unit *u, enum unitrun_phase phase)
{
	static const enum unit_key keys[] = {UNIT_ExecStartPre, UNIT_ExecStart, UNIT_ExecStartPost,
	                                     UNIT_ExecReload,   UNIT_ExecStop,  UNIT_ExecStopPost};
	struct unitrun r = {.unit = u, .start = phase == UNITRUN_START};
	int code = 0;

	setting_verbose();
	msg_name = NULL; /* the log says whose line it is, and the line where it comes from */
	spawn_self();
	if (getenv("EXEC_FD")) {
		fcntl(EXEC_FD, F_SETFD, FD_CLOEXEC);
		env_export("EXEC_FD", NULL);
	}
	if (phase == UNITRUN_PRE)
		code = unitrun_conditions(&r);
	if (!code)
		code = unitrun_user(&r);
	if (!code)
		code = unitrun_environment(&r);
	if (!code && phase == UNITRUN_PRE)
		code = run_all(&r, UNIT_ExecCondition);
	if (!code)
		code = run_all(&r, keys[phase]);
	if (phase == UNITRUN_STOP_POST)
		unitrun_remove(&r);
	return code;
}
