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
 * tini, dumb-init and my_init are this life with other options; see `longs` for those they alone use.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/msg.h"
#include "base/num.h"
#include "base/opts.h"
#include "base/setting.h"
#include "base/signals.h"
#include "sys/bootwork.h"
#include "sys/children.h"
#include "sys/clock.h"
#include "sys/envblock.h"
#include "sys/exec_why.h"
#include "sys/initctl.h"
#include "sys/logs.h"
#include "sys/loop.h"
#include "sys/others.h"
#include "sys/rundir.h"
#include "sys/spawn.h"

enum phase { BOOT, UP, DOWN, GONE };
enum { TRIES = 5, GRACE_MS = 300, SIGNALS = 65, CODES = 256 };
#define WORD(text) ((char *)(uintptr_t)(text))

/* From the options and the environment, what boot adds to it included. */
static struct {
	bool no_boot, no_services, phusion, no_kill;
	bool bare;        /* nothing but CMD: no boot, no services, no stopping in order */
	bool cmd_signals; /* CMD gets every signal */
	bool group;       /* … its whole process group */
	bool session;     /* CMD leads a session and gets the terminal; else a process group */
	bool alone;       /* CMD leads neither */
	bool end_group;   /* TERM to CMD's group when CMD has ended */
	bool stop_self;   /* stop as CMD does on TSTP, TTIN, TTOU */
	bool tell_reaped;
	int stop_code; /* when a signal stopped us; -1: CMD's, else 0 */
	int exec_fail,
	        exec_other; /* when CMD cannot be run, or only for want of neither it nor its x bit; -1: spawn's */
	unsigned long stop_ms, delay_ms;
	const char *name;
	char **cmd; /* NULL: none */
	unsigned char signals[SIGNALS], exits[CODES];
} set = {.stop_code = -1, .exec_fail = -1, .exec_other = -1, .stop_ms = 8000, .name = "init"};

/* Of every name: */
enum {
	NO_BOOT = 256,
	NO_SERVICES,
	QUIET,
	VERBOSE,
	/* of my_init: */ NO_KILL,
	PHUSION,
	/* of tini and dumb-init: */ BARE,
	GROUP,
	SESSION,
	ALONE,
	END_GROUP,
	STOP_SELF,
	TELL_REAPED,
	SIGNAL_MAP,
	EXIT_MAP,
	EXEC_FAIL,
	EXEC_OTHER,
	NAME
};

static const struct opts_long longs[] = {{"no-boot", NO_BOOT, 0},
                                         {"no-services", NO_SERVICES, 0},
                                         {"quiet", QUIET, 0},
                                         {"verbose", VERBOSE, 0},
                                         /* private: what tini, dumb-init and my_init mean */
                                         {"no-kill", NO_KILL, 0},
                                         {"phusion", PHUSION, 0},
                                         {"bare", BARE, 0},
                                         {"group", GROUP, 0},
                                         {"session", SESSION, 0},
                                         {"alone", ALONE, 0},
                                         {"end-group", END_GROUP, 0},
                                         {"stop-self", STOP_SELF, 0},
                                         {"tell-reaped", TELL_REAPED, 0},
                                         {"signals", SIGNAL_MAP, ':'},
                                         {"exit-map", EXIT_MAP, ':'},
                                         {"exec-fail", EXEC_FAIL, ':'},
                                         {"exec-other", EXEC_OTHER, ':'},
                                         {"name", NAME, ':'},
                                         {0}};

/* Which of them are nothing but a flag. */
static bool *const flags[] = {[NO_BOOT - NO_BOOT] = &set.no_boot,
                              [NO_SERVICES - NO_BOOT] = &set.no_services,
                              [NO_KILL - NO_BOOT] = &set.no_kill,
                              [PHUSION - NO_BOOT] = &set.phusion,
                              [BARE - NO_BOOT] = &set.bare,
                              [GROUP - NO_BOOT] = &set.group,
                              [SESSION - NO_BOOT] = &set.session,
                              [ALONE - NO_BOOT] = &set.alone,
                              [END_GROUP - NO_BOOT] = &set.end_group,
                              [STOP_SELF - NO_BOOT] = &set.stop_self,
                              [TELL_REAPED - NO_BOOT] = &set.tell_reaped};

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
static bool terminal;          /* CMD has it */
static bool services_ready;    /* runsvdir has said so … */
static unsigned long services; /* … and how many it knows */
extern char **environ;

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
	if (WIFSIGNALED(c->status))
		end(code, "%s was killed by %s", c->name, signals_name(WTERMSIG(c->status)));
	else
		end(code, "%s exited with %d", c->name, WEXITSTATUS(c->status));
}

static void cmd_ended(struct child *c)
{
	struct spawn_error e;
	struct fmt why;
	char text[256];

	(void)c;
	if (terminal)
		tcsetpgrp(0, getpgrp());
	if (set.end_group)
		kill(-cmd.was, SIGTERM);
	if (!spawn_failed(cmd.was, &e)) {
		end_with(&cmd, -1);
		return;
	}
	fmt_open(&why, text, sizeof text);
	if (strcmp(e.step, "exec") == 0)
		exec_why(cmd.name, e.err, &why);
	else
		fmt_add(&why, "%s: %s", e.step, strerror(e.err));
	msg_error("%s: %s", cmd.name, text);
	end(set.exec_other >= 0 && e.err != ENOENT && e.err != EACCES ? set.exec_other : set.exec_fail,
	    "CMD could not be started");
}

static void runsvdir_ended(struct child *c)
{
	if (phase != DOWN)
		end_with(c, 1);
}

static void orphan(pid_t pid)
{
	if (set.tell_reaped)
		msg_warn("reaped zombie with pid=%d", (int)pid);
}

static void start(struct child *c, const struct spawn *s)
{
	if (children_start(c, s, phase == DOWN ? 1 : TRIES))
		end(1, "%s could not be started", c->name);
}

/* Ourselves under another name, its lines through logd if there is one; three and four become those descriptors. */
static void start_applet(struct child *c, char *const *argv, enum logs_source from, int in, int three, int four)
{
	const int *ends = logs_ends(from);
	struct spawn s = {.path = spawn_self(),
	                  .argv = argv,
	                  .in = in,
	                  .out = ends[0],
	                  .err = ends[1],
	                  .extra = {{three, three < 0 ? 0 : 3}, {four, four < 0 ? 0 : 4}},
	                  .group = true};

	start(c, &s);
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
	} else if (sig < SIGNALS && !(sig == SIGPIPE && (pid_t)got->ssi_pid == self)) { /* our own: a reader left */
		int meant = set.signals[sig];
		if (!meant || !cmd.pid || !set.cmd_signals || phase == DOWN) {
			obey(meant);
			return;
		}
		if (!set.group || kill(-cmd.pid, meant))
			kill(cmd.pid, meant);
		if (set.stop_self && (sig == SIGTSTP || sig == SIGTTIN || sig == SIGTTOU))
			kill(self, SIGSTOP);
	}
}

static int code_number(const char *text)
{
	unsigned long n;

	return num_uint(text, CODES - 1, &n) ? -1 : (int)n;
}

static void read_settings(void)
{
	setting_verbose();
	setting_ms("INIT_STOP_TIMEOUT", &set.stop_ms);
	setting_ms("INIT_STOP_DELAY", &set.delay_ms);
	setting_number("INIT_STOP_CODE", CODES - 1, &set.stop_code);
	setting_pairs("INIT_SIGNALS", signals_number, set.signals);
	setting_pairs("INIT_EXIT_MAP", code_number, set.exits);
	set.cmd_signals = set.bare || setting_is("INIT_CMD_SIGNALS", "1");
}

/* One run of boot: its word for what is to be done (NULL: the boot), and for the environment's file. */
static bool run_boot(const char *word, int env_fd, int64_t until)
{
	char *argv[5] = {WORD("boot")};
	int n = 1, null = open("/dev/null", O_RDONLY | O_CLOEXEC);

	if (logs_pid())
		argv[n++] = WORD("-l");
	if (set.phusion)
		argv[n++] = WORD("--phusion");
	if (word)
		argv[n++] = WORD(word);
	start_applet(&boot, argv, LOGS_BOOT, null, env_fd, -1);
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
	} else if (run_boot(NULL, fd, CHILDREN_FOREVER) && boot.was) {
		if (boot.status)
			end_with(&boot, children_code(boot.status));
		else if (!(env = envblock_read(fd)))
			end(1, "the environment that boot left cannot be read: %s", strerror(errno));
	}
	close(fd);
	if (env) {
		environ = env;
		read_settings();
	}
}

static const char *service_dir(void)
{
	return set.no_services ? NULL : bootwork_services();
}

static enum phase phase_boot(void)
{
	bool scripts = !set.no_boot && bootwork_needed();

	if ((!set.no_services || scripts) && !rundir_open())
		msg_warn("no run directory: %m; sv, service and shutdown will not work (is there a tmpfs on /run?)");
	if (!set.no_services && (scripts || service_dir()) && logs_open(set.cmd != NULL))
		msg_error("no logd: %m; all write to stdout and stderr directly");
	if (scripts || (!set.no_boot && service_dir()))
		boot_and_take_environment();
	return ending.asked ? DOWN : UP;
}

/* "N\n" from runsvdir, or the end of what it has to say. */
static void on_ready(struct loop_fd *w, uint32_t events)
{
	char text[16];
	ssize_t n = read(w->fd, text, sizeof text - 1);

	(void)events;
	text[n < 0 ? 0 : n] = '\0';
	text[strcspn(text, "\n")] = '\0';
	num_uint(text, ULONG_MAX, &services);
	services_ready = true;
	loop_remove(w);
	close(w->fd);
}

static bool getting_ready(const struct child *c)
{
	return c->pid && !services_ready;
}

static void start_services(const char *dir)
{
	static struct loop_fd ready = {.ready = on_ready};
	char *argv[] = {WORD("runsvdir"), WORD("-i"), WORD(dir), NULL};
	int notify[2] = {-1, -1};

	if (set.phusion)
		msg_warn("*** Booting runit daemon...");
	if (pipe2(notify, O_CLOEXEC | O_NONBLOCK) == 0) {
		ready.fd = notify[0];
		services_ready = loop_add(&ready, EPOLLIN) != 0;
	} else {
		services_ready = true;
	}
	if (services_ready) {
		msg_error("%s cannot tell when services are ready: %m; not waiting for them", runsvdir.name);
		services = 1;
	}
	start_applet(&runsvdir, argv, LOGS_INIT, -1, logs_lender(), notify[1]);
	if (set.phusion)
		msg_warn("*** Runit started as PID %d", (int)runsvdir.pid);
	close(notify[1]);
	children_wait(getting_ready, &runsvdir, CHILDREN_FOREVER);
}

static void start_cmd(void)
{
	struct spawn s = {.argv = set.cmd,
	                  .in = -1,
	                  .out = -1,
	                  .err = -1,
	                  .session = set.session,
	                  .controlling = set.session,
	                  .group = !set.session && !set.alone};
	struct fmt line;
	char text[512];

	terminal = s.group && tcgetpgrp(0) == getpgrp();
	s.foreground = terminal;
	fmt_open(&line, text, sizeof text);
	for (char **w = set.cmd; *w; w++)
		fmt_add(&line, " %s", *w);
	if (set.phusion)
		msg_warn("*** Running%s...", text);
	else
		msg_info("running%s", text);
	cmd.name = set.cmd[0];
	start(&cmd, &s);
}

static enum phase phase_up(void)
{
	const char *dir = service_dir();

	if (dir)
		start_services(dir);
	if (!set.cmd && !services)
		end(1, "nothing to run: no CMD, and no service in %s", dir ? dir : "/etc/service");
	if (set.cmd && !ending.asked)
		start_cmd();
	children_wait(children_always, NULL, CHILDREN_FOREVER);
	return set.bare ? GONE : DOWN;
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
	bool was_up = runsvdir.was || cmd.was;
	int64_t until;

	children_interrupt = &ending.now;
	if (ending.by_order && set.delay_ms)
		children_wait(working, NULL, clock_ms() + (int64_t)set.delay_ms);
	msg_info("stopping: %s", ending.why);
	until = clock_ms() + (int64_t)set.stop_ms;
	children_stop(&boot, 0, half_way(until));
	if (was_up && bootwork_any(bootwork_stop) && !run_boot("--stop", -1, half_way(until)))
		children_kill(&boot);
	children_stop(&cmd, terminal ? SIGHUP : 0, half_way(until));
	stop_services(until);
	if (!others_known()) /* logd would not be spared: it leaves first */
		logs_close(set.name, later(until, clock_ms() + GRACE_MS));
	if (!set.no_kill)
		others_stop(logs_pid(), cmd.was, until);
	children_interrupt = &never;
	if (was_up && bootwork_any(bootwork_stopped) && !run_boot("--stopped", -1, later(until, clock_ms() + GRACE_MS)))
		children_kill(&boot);
	if (exit_code())
		msg_warn("ends with %d: %s", exit_code(), ending.why);
	logs_close(set.name, later(until, clock_ms() + GRACE_MS));
	rundir_close();
	return GONE;
}

/* NULL, or what is wrong. */
static const char *read_options(int argc, char **argv)
{
	struct opts o = {.argc = argc, .argv = argv};

	for (int c; (c = opts_next(&o, "", longs)) != -1;)
		switch (c) {
		case '?':
			return o.why;
		case QUIET:
		case VERBOSE:
			setenv("INIT_VERBOSE", c == QUIET ? "0" : "2", 1);
			break;
		case SIGNAL_MAP:
			setting_map("--signals", o.arg, signals_number, set.signals);
			break;
		case EXIT_MAP:
			setting_map("--exit-map", o.arg, code_number, set.exits);
			break;
		case EXEC_FAIL:
			set.exec_fail = code_number(o.arg);
			break;
		case EXEC_OTHER:
			set.exec_other = code_number(o.arg);
			break;
		case NAME:
			set.name = o.arg;
			break;
		default:
			*flags[c - NO_BOOT] = true;
		}
	if (argv[o.index])
		set.cmd = argv + o.index;
	set.no_boot |= set.bare;
	set.no_services |= set.bare;
	return NULL;
}

/* All but those a fault of our own raises. The bare bits, for libc's sigaddset() refuses 32 to 34. */
static sigset_t our_signals(void)
{
	static const int faults[] = {SIGFPE, SIGILL, SIGSEGV, SIGBUS, SIGABRT, SIGTRAP, SIGSYS};
	sigset_t all;

	memset(&all, 0xff, sizeof all);
	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
		sigdelset(&all, faults[i]);
	return all;
}

int init_main(int argc, char **argv);

int init_main(int argc, char **argv)
{
	static enum phase (*const phases[])(void) = {[BOOT] = phase_boot, [UP] = phase_up, [DOWN] = phase_down};
	sigset_t signals = our_signals();
	const char *wrong;

	self = getpid();
	for (int i = 0; i < CODES; i++)
		set.exits[i] = (unsigned char)i;
	for (int i = 0; i < SIGNALS; i++)
		set.signals[i] = (unsigned char)i;
	msg_quick = true;
	wrong = read_options(argc, argv);
	if (wrong) {
		msg_error("%s; see 'init --help'", wrong);
		return 2;
	}
	msg_name = set.name;
	read_settings();
	prctl(PR_SET_NAME, set.bare ? set.name : "init");
	if (self != 1 && !set.bare)
		prctl(PR_SET_CHILD_SUBREAPER, 1);
	children_interrupt = &ending.asked;
	if (spawn_open() || loop_open(&signals, on_signal)) {
		msg_error("cannot start: %m");
		return 1;
	}
	/* From here on nothing may fail. */
	while (phase != GONE)
		phase = phases[phase]();
	return exit_code();
}
