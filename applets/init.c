/* init - process 1: boot, run, stop, with the right exit code
 *
 * config:  INIT
 * group:   boot and stop
 * install: /sbin
 *
 * usage: init [OPTION... --] [CMD ARG...]
 *
 * Runs the boot scripts, then the services, then CMD.
 * Ends with CMD, when told to, or when an essential service ends.
 * CMD 'shell [USER]': a shell, no services; 'start': no CMD; unless in PATH.
 *
 *   --no-boot       no boot scripts
 *   --no-services   no services
 *   --quiet         only errors (INIT_VERBOSE=0)
 *   --verbose       every step (INIT_VERBOSE=2)
 */

/* A life has phases: BOOT, UP, DOWN, GONE. Each is one function: it starts children, waits for what must happen, and
 * returns the next phase. Waiting is turning the loop (sys/loop.h) until a condition holds, a deadline passes, or the
 * wait is interrupted: before DOWN by anything that makes init end, in DOWN only by a second stop signal. Everything
 * that happens is a signal, the ends of children included; why init ends is written down once (`ending`) by whatever
 * comes first. No failure ends process 1: it tries again, or goes down in order.
 *
 * tini, dumb-init and my_init are this life with other options; see base/initopts.h.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/initopts.h"
#include "base/msg.h"
#include "base/path.h"
#include "base/signals.h"
#include "sys/bootwork.h"
#include "sys/children.h"
#include "sys/clock.h"
#include "sys/env.h"
#include "sys/envblock.h"
#include "sys/exec.h"
#include "sys/initctl.h"
#include "sys/logs.h"
#include "sys/loop.h"
#include "sys/others.h"
#include "sys/procs.h"
#include "sys/ready.h"
#include "sys/rundir.h"
#include "sys/spawn.h"

enum phase { BOOT, UP, DOWN, GONE };
enum { TRIES = 5, GRACE_MS = 300 };
#define WORD(text) ((char *)(uintptr_t)(text))

static struct initopts set;

static void cmd_ended(struct child *), runsvdir_ended(struct child *);
static struct child boot = {.name = "boot"};
static struct child runsvdir = {.name = "runsvdir", .ended = runsvdir_ended};
static struct child cmd = {.name = "CMD", .ended = cmd_ended};

/* Why init ends. */
static struct {
	bool asked;    /* it does */
	bool now;      /* asked again: no more waiting */
	bool by_order; /* told to by a signal, while all was well */
	int code;      /* -1: CMD's, else 0 */
	char why[160];
} ending;

static enum phase phase;
static const bool never;
static pid_t self;
static bool terminal;         /* CMD has it */
static const char *cmd_path;  /* NULL: as its name says */
static struct ready services; /* runsvdir says how many it knows */
extern char **environ;

static bool is(unsigned bits)
{
	return set.mode & bits;
}

__attribute__((format(printf, 2, 3))) static void end(int code, const char *why, ...)
{
	struct fmt f;
	va_list ap;

	if (ending.asked)
		return;
	ending.asked = true;
	ending.code = code;
	fmt_open(&f, ending.why, sizeof ending.why);
	va_start(ap, why);
	fmt_va(&f, why, ap);
	va_end(ap);
}

static void end_with(const struct child *c, int code)
{
	char how[SIGNALS_ENDED];

	signals_ended(how, c->status);
	end(code, "%s %s", c->name, how);
}

static void cmd_ended(struct child *c)
{
	struct spawn_error e;
	int code = -1;

	(void)c;
	if (terminal)
		tcsetpgrp(0, getpgrp());
	if (is(INITOPTS_END_GROUP))
		kill(-cmd.was, SIGTERM);
	if (!spawn_failed(cmd.was, &e)) {
		end_with(&cmd, -1);
		return;
	}
	msg_error("%s: %s", cmd.name, spawn_why(cmd.name, &e));
	if (is(INITOPTS_EXEC_1) && e.err != ENOENT && e.err != EACCES)
		code = 1;
	end(is(INITOPTS_EXEC_2) ? 2 : code, "CMD could not be started");
}

static void runsvdir_ended(struct child *c)
{
	if (phase != DOWN)
		end_with(c, 1);
}

static void orphan(pid_t pid, int status)
{
	(void)status;
	if (is(INITOPTS_TELL_REAPED))
		msg_warn("reaped zombie process with pid=%d", (int)pid);
}

/* Ends it all if a child could not be started. */
static void started(const struct child *c, int bad)
{
	if (bad)
		end(1, "%s could not be started", c->name);
}

static int tries(void)
{
	return phase == DOWN ? 1 : TRIES;
}

/* What a signal means to init itself. */
static void obey(int sig)
{
	switch (sig) {
	case SIGTERM:
	case SIGINT:
	case SIGQUIT:
	case SIGPWR:
	case INITCTL_SIGNAL:
	case INITCTL_SIGNAL + 1:
		ending.now |= ending.asked;
		ending.by_order |= !ending.asked;
		end(set.stop_code, "stopped by %s", signals_name(sig));
		break;
	case SIGHUP:
		if (runsvdir.pid)
			kill(runsvdir.pid, SIGHUP);
		break;
	case SIGUSR1:
	case SIGUSR2:
	case SIGWINCH:
		if (cmd.pid)
			kill(cmd.pid, sig);
		break;
	default:
		break;
	}
}

static void on_signal(const struct signalfd_siginfo *got)
{
	int sig = (int)got->ssi_signo, code;

	if (sig == SIGCHLD) {
		children_reap(orphan);
	} else if (sig == INITCTL_SIGNAL && got->ssi_code == SI_QUEUE && initctl_code(got->ssi_int, &code)) {
		ending.by_order |= !ending.asked;
		end(code, "%s asked for it",
		    (pid_t)got->ssi_pid == runsvdir.pid ? "an essential service" : "shutdown or halt");
	} else if (sig < INITOPTS_SIGNALS &&
	           !(sig == SIGPIPE && (pid_t)got->ssi_pid == self)) { /* our own: a reader left */
		int meant = set.signals[sig];
		if (!meant || !cmd.pid || !set.cmd_signals || phase == DOWN) {
			obey(meant);
			return;
		}
		if (!is(INITOPTS_GROUP) || kill(-cmd.pid, meant))
			kill(cmd.pid, meant);
		if (is(INITOPTS_STOP_SELF) && (sig == SIGTSTP || sig == SIGTTIN || sig == SIGTTOU))
			kill(self, SIGSTOP);
	}
}

/* boot is another applet, which a choice of applets may leave out: nothing is booted then. Only its name is looked at.
 */
__attribute__((weak)) int boot_main(int, char **);

/* One run of boot: its word for what is to be done (NULL: all), and for the environment's file. */
static bool run_boot(const char *word, int env_fd, int64_t until)
{
	char *argv[5] = {WORD("boot")};
	int n = 1, null = open("/dev/null", O_RDONLY | O_CLOEXEC);

	if (logs_pid())
		argv[n++] = WORD("-l");
	if (is(INITOPTS_PHUSION))
		argv[n++] = WORD("--phusion");
	if (word)
		argv[n++] = WORD(word);
	started(&boot, logs_start(&boot, argv, LOGS_BOOT, (int[]){null, env_fd, -1}, tries()));
	close(null);
	return children_wait(children_running, &boot, until);
}

static void boot_and_take_environment(void)
{
	int fd = memfd_create("environment", MFD_CLOEXEC);
	char **env = NULL;

	if (fd < 0) {
		msg_error("no memory file for the environment: %m");
		end(1, "boot could not be started");
	} else if (run_boot(set.no_boot ? "--no-scripts" : NULL, fd, CHILDREN_FOREVER) && boot.was) {
		if (boot.status)
			end_with(&boot, children_code(boot.status));
		else if (!(env = envblock_read(fd)))
			end(1, "the environment that boot left cannot be read: %s", strerror(errno));
	}
	close(fd);
	if (env) {
		char **before = environ;
		environ = env;
		logs_environment(before);
		initopts_environment(&set);
	}
}

static const char *service_dir(void)
{
	return set.no_services ? NULL : bootwork_services();
}

static enum phase phase_boot(void)
{
	bool logged = service_dir() || (!set.no_services && bootwork_scripted()) || logs_asked();
	bool work = logged || bootwork_needed(!set.no_boot);

	if (is(INITOPTS_BARE))
		return UP;
	/* process 1 is found without a pid file */
	if ((work || self != 1) && !rundir_open() && work)
		msg_warn("no run directory: %s; sv, service and shutdown will not work (is there a tmpfs on /run?)",
		         errno == EBUSY ? "another init has it" : strerror(errno));
	if (!work)
		return UP;
	if (logged && logs_open(set.cmd != NULL))
		msg_error("no logd: %m; all write to stdout and stderr directly");
	if (boot_main)
		boot_and_take_environment();
	else if (!set.no_boot && bootwork_scripted())
		msg_warn("no boot scripts are run: this binary was built without boot");
	return ending.asked ? DOWN : UP;
}

static bool getting_ready(const struct child *c)
{
	return c->pid && !services.over;
}

static void start_services(const char *dir)
{
	char *argv[] = {WORD("runsvdir"), WORD("-i"), WORD(dir), NULL};
	int fd = ready_open(&services);

	if (is(INITOPTS_PHUSION))
		msg_warn("*** Booting runit daemon...");
	if (fd < 0)
		msg_error("runsvdir cannot say when services are ready: %m; not waiting for them");
	started(&runsvdir, logs_start(&runsvdir, argv, LOGS_INIT, (int[]){-1, logs_lender(), fd}, tries()));
	close(fd);
	if (is(INITOPTS_PHUSION))
		msg_warn("*** Runit started as PID %d", (int)runsvdir.pid);
	children_wait(getting_ready, &runsvdir, CHILDREN_FOREVER);
}

static void start_cmd(void)
{
	struct spawn s = {.path = cmd_path,
	                  .argv = set.cmd,
	                  .in = -1,
	                  .out = -1,
	                  .err = -1,
	                  .session = is(INITOPTS_SESSION),
	                  .controlling = is(INITOPTS_SESSION),
	                  .group = !is(INITOPTS_SESSION | INITOPTS_ALONE)};

	terminal = s.group && tcgetpgrp(0) == getpgrp();
	s.foreground = terminal;
	cmd.name = set.cmd[0];
	if (is(INITOPTS_PHUSION))
		msg_warn("*** Running %s...", cmd.name);
	else
		msg_info("running %s", cmd.name);
	started(&cmd, children_start(&cmd, &s, tries()));
}

static enum phase phase_up(void)
{
	const char *dir = is(INITOPTS_BARE) ? NULL : service_dir();

	if (dir)
		start_services(dir);
	if (!set.cmd && !services.count)
		end(1, "nothing to run: no CMD, and no service in %s", dir ? dir : "/etc/service");
	if (set.cmd && !ending.asked)
		start_cmd();
	children_wait(children_always, NULL, CHILDREN_FOREVER);
	return is(INITOPTS_BARE) ? GONE : DOWN;
}

static bool working(const struct child *c)
{
	(void)c;
	return cmd.pid || runsvdir.pid;
}

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static int64_t half_way(int64_t until)
{
	int64_t now = clock_ms();

	return now + (until - now) / 2;
}

static void stop_services(int64_t until)
{
	int64_t budget = ending.now ? 1 : (until - clock_ms()) * 9 / 10;
	union sigval ms = {.sival_int = (int)later(budget, 1)};

	if (!runsvdir.pid)
		return;
	sigqueue(runsvdir.pid, SIGTERM, ms);
	if (children_wait(children_running, &runsvdir, clock_ms() + ms.sival_int))
		return;
	kill(runsvdir.pid, SIGTERM); /* at once now: it names and KILLs what is left */
	children_interrupt = &never;
	if (!children_wait(children_running, &runsvdir, later(until, clock_ms() + GRACE_MS)))
		children_kill(&runsvdir);
	children_interrupt = &ending.now;
}

static int exit_code(void)
{
	int code = ending.code >= 0 ? ending.code : cmd.was ? children_code(cmd.status) : 0;

	return set.exits[code];
}

static enum phase phase_down(void)
{
	bool hooks = boot_main && (runsvdir.was || cmd.was);
	int64_t until;

	children_interrupt = &ending.now;
	if (ending.by_order && set.delay_ms)
		children_wait(working, NULL, clock_ms() + (int64_t)set.delay_ms);
	msg_info("stopping: %s", ending.why);
	until = clock_ms() + (int64_t)set.stop_ms;
	children_stop(&boot, 0, half_way(until));
	if (hooks && bootwork_any(bootwork_stop) && !run_boot("--stop", -1, half_way(until)))
		children_kill(&boot);
	children_stop(&cmd, terminal ? SIGHUP : 0, half_way(until));
	stop_services(until);
	if (logs_pid() && !procs_known()) /* logd would not be spared: it leaves first */
		logs_close(set.name, later(until, clock_ms() + GRACE_MS));
	if (!is(INITOPTS_NO_KILL))
		others_stop(logs_pid(), cmd.was, until);
	children_interrupt = &never;
	if (hooks && bootwork_any(bootwork_stopped) && !run_boot("--stopped", -1, later(until, clock_ms() + GRACE_MS)))
		children_kill(&boot);
	if (exit_code())
		msg_warn("%sends with %d: %s", is(INITOPTS_PHUSION) ? "*** " : "", exit_code(), ending.why);
	logs_close(set.name, later(until, clock_ms() + GRACE_MS));
	rundir_close();
	return GONE;
}

/* boot_main's kind. */
__attribute__((weak)) int shell_main(int, char **);

/* Two words mean something as CMD, unless the image has a program of that name; a link to us is none. */
static void words(void)
{
	const char *list = exec_path(environ), *word = set.cmd && !set.mode ? set.cmd[0] : "";
	bool shell = shell_main && strcmp(word, "shell") == 0;
	struct stat found = {0}, us = {0};
	char path[PATH_ROOM];

	if (!shell && (strcmp(word, "start") || set.cmd[1]))
		return;
	while (path_next(word, &list, path) && stat(path, &found))
		;
	if (found.st_ino && (stat(spawn_self(), &us) || found.st_ino != us.st_ino || found.st_dev != us.st_dev))
		return;
	set.no_services |= shell;
	if (shell)
		cmd_path = spawn_self();
	else
		set.cmd = NULL;
}

int init_main(int argc, char **argv);

int init_main(int argc, char **argv)
{
	static enum phase (*const phases[])(void) = {[BOOT] = phase_boot, [UP] = phase_up, [DOWN] = phase_down};
	const char *wrong = initopts_read(&set, argc, argv);
	sigset_t signals;

	self = getpid();
	msg_quick = true;
	msg_name = set.name;
	if (wrong) {
		msg_error("%s; see 'init --help'", wrong);
		return 2;
	}
	if (msg_verbose != 1 && !is(INITOPTS_BARE))
		env_export("INIT_VERBOSE", msg_verbose ? "2" : "0");
	initopts_environment(&set);
	words();
	prctl(PR_SET_NAME, is(INITOPTS_BARE) ? set.name : "init");
	if (self != 1 && !is(INITOPTS_BARE))
		prctl(PR_SET_CHILD_SUBREAPER, 1);
	children_interrupt = &ending.asked;
	loop_signals(&signals);
	if (spawn_open() || loop_open(&signals, on_signal)) {
		msg_error("cannot start: %m");
		return 1;
	}
	/* From here on nothing may fail. */
	while (phase != GONE)
		phase = phases[phase]();
	return exit_code();
}
