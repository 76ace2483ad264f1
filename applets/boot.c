/* boot - what is done once before the services: environment, user, directories, templates, scripts
 *
 * config:  BOOT
 * group:   boot and stop
 * install: /sbin
 *
 * usage: boot [OPTION...]
 *
 *   --no-scripts  all but those
 *   --stop        only the scripts that run when a stop begins
 *   --stopped     only those that run when all is gone
 *   --phusion     lines such as my_init's
 *   -l            logd names us in front of each line
 *
 * As a child of init it leaves the environment on fd 3. In this order:
 *   /etc/container_environment/NAME, INIT_FILE_ENV (X_FILE gives X), INIT_REQUIRED_ENV,
 *   USER_NAME USER_UID USER_GID GROUP_NAME, /etc/tmpfiles.d, /etc/templates,
 *   scripts: below /etc/init, in /etc/my_init.d, /etc/rc.local; or INIT_BOOT_DIRS (a:b:c).
 * Exits with 1, or the code of the script that failed; 124 after INIT_BOOT_TIMEOUT.
 * INIT_ON_BOOT_FAILURE=continue goes on, =abort:N exits with N.
 */

/* init starts it, waits for it and takes over the environment it leaves. Each step of the table works on that
 * environment; scripts change it through files (sys/envfiles.h).
 */
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/die.h"
#include "base/fmt.h"
#include "base/msg.h"
#include "base/num.h"
#include "base/opts.h"
#include "base/setting.h"
#include "svc/boot.h"
#include "svc/bootenv.h"
#include "svc/bootscripts.h"
#include "svc/boottemplates.h"
#include "svc/bootuser.h"
#include "svc/tmpfiles.h"
#include "sys/bootwork.h"
#include "sys/clock.h"
#include "sys/envblock.h"
#include "sys/spawn.h"

enum { ENV_FD = 3, TIMED_OUT = 124, LONG_STOP = 256, LONG_STOPPED, LONG_PHUSION, LONG_NO_SCRIPTS };

static struct boot boot = {.failure = -1};
static const char *doing; /* that step */
extern char **environ;

/* In this order; a step's first failure ends the boot. */
static const struct {
	const char *name;
	int (*carry_out)(struct boot *);
} steps[] = {
        {"environment", bootenv_import},            /* what /etc/container_environment adds */
        {"secrets", bootenv_secrets},               /* INIT_FILE_ENV */
        {"requirements", bootenv_required},         /* INIT_REQUIRED_ENV */
        {"user", bootuser},                         /* USER_NAME */
        {"directories", tmpfiles_boot},             /* /etc/tmpfiles.d */
        {"templates", boottemplates_all},           /* /etc/templates */
        {"files of the environment", bootenv_save}, /* for scripts */
        {"scripts", bootscripts_all},
};

static int failed(int code)
{
	return boot.failure >= 0 ? boot.failure : code;
}

/* Each file that a step was at is as it was or as it is to be (sys/newfile.h). */
static void too_long(int sig)
{
	(void)sig;
	/* it takes memory of the stack only: NOLINTNEXTLINE(bugprone-signal-handler) */
	msg_error("INIT_BOOT_TIMEOUT is over; it was at: %s", doing);
	_exit(failed(TIMED_OUT));
}

/* Of the environment as it is after import. */
static void read_policy(int64_t start)
{
	const char *text = setting_text("INIT_ON_BOOT_FAILURE");
	unsigned long ms = 0, code;

	setting_verbose();
	setting_ms("INIT_BOOT_TIMEOUT", &ms);
	if (ms) {
		struct itimerval t = {.it_value = {.tv_sec = (time_t)(ms / 1000), .tv_usec = ms % 1000 * 1000}};
		boot.deadline_ms = start + (int64_t)ms;
		signal(SIGALRM, too_long);
		setitimer(ITIMER_REAL, &t, NULL);
	}
	boot.go_on = text && strcmp(text, "continue") == 0;
	if (!text || boot.go_on || strcmp(text, "abort") == 0)
		return;
	if (strncmp(text, "abort:", 6) == 0 && num_uint(text + 6, 255, &code) == 0)
		boot.failure = (int)code;
	else
		msg_error("INIT_ON_BOOT_FAILURE=%s: neither continue nor abort nor abort:CODE; it is abort", text);
}

static void part(struct fmt *f, unsigned count, const char *what)
{
	if (count)
		fmt_add(f, "%s%u %s%s", f->len ? ", " : "", count, what, count == 1 ? "" : "s");
}

static void summary(int64_t start)
{
	char text[sizeof boot.user + 100];
	struct fmt f;

	fmt_open(&f, text, sizeof text);
	part(&f, boot.scripts, "script");
	part(&f, boot.templates, "template");
	part(&f, boot.lines, "tmpfiles line");
	if (boot.user[0])
		fmt_add(&f, "%suser %s", f.len ? ", " : "", boot.user);
	if (f.len)
		msg_info("%s in %lld ms", text, (long long)(clock_ms() - start));
}

static int carry_out(void)
{
	int64_t start = clock_ms();

	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		int code;
		doing = steps[i].name;
		code = steps[i].carry_out(&boot);
		if (i == 0)
			read_policy(start);
		if (code && !boot.go_on)
			return failed(code);
	}
	summary(start);
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
	bool asked;
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
			boot.no_scripts = true;
			break;
		case LONG_PHUSION:
			boot.phusion_lines = true;
			break;
		default:
			die_usage(2, "%s", o.why);
		}
	if (o.index < argc)
		die_usage(2, "no arguments are taken");
	if (boot.phusion_lines)
		msg_name = "";
	setting_verbose();
	asked = fcntl(ENV_FD, F_GETFD) >= 0; /* later it may be a file of ours */
	sigemptyset(&chld);
	sigaddset(&chld, SIGCHLD);
	if (spawn_open() || sigprocmask(SIG_BLOCK, &chld, NULL) || env_copy(&boot.env, environ))
		die(1, "cannot start: %m");
	if (hooks) {
		boot.go_on = true;
		return bootscripts_paths(&boot, hooks);
	}
	code = carry_out();
	if (!code && asked && envblock_write(ENV_FD, boot.env.list))
		die(1, "environment: %m");
	return code;
}
