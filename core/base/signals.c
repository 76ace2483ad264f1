/* signals - see signals.h */
#include "base/signals.h"

#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/wait.h>

#include "base/fmt.h"
#include "base/num.h"

static const char names[][7] = {
        [SIGHUP] = "HUP",       [SIGINT] = "INT",   [SIGQUIT] = "QUIT",   [SIGILL] = "ILL",   [SIGTRAP] = "TRAP",
        [SIGABRT] = "ABRT",     [SIGBUS] = "BUS",   [SIGFPE] = "FPE",     [SIGKILL] = "KILL", [SIGUSR1] = "USR1",
        [SIGSEGV] = "SEGV",     [SIGUSR2] = "USR2", [SIGPIPE] = "PIPE",   [SIGALRM] = "ALRM", [SIGTERM] = "TERM",
        [SIGSTKFLT] = "STKFLT", [SIGCHLD] = "CHLD", [SIGCONT] = "CONT",   [SIGSTOP] = "STOP", [SIGTSTP] = "TSTP",
        [SIGTTIN] = "TTIN",     [SIGTTOU] = "TTOU", [SIGURG] = "URG",     [SIGXCPU] = "XCPU", [SIGXFSZ] = "XFSZ",
        [SIGVTALRM] = "VTALRM", [SIGPROF] = "PROF", [SIGWINCH] = "WINCH", [SIGIO] = "IO",     [SIGPWR] = "PWR",
        [SIGSYS] = "SYS",
};

enum { COUNT = sizeof names / sizeof *names, RT_FIRST = 34, RT_LAST = 64 };

/* RTMIN+n counts from 34 as glibc and systemd do; musl's own SIGRTMIN is 35. */
static int realtime(const char *name)
{
	unsigned long n = 0;
	bool min = strncmp(name, "RTMIN", 5) == 0;

	if (!min && strncmp(name, "RTMAX", 5) != 0)
		return -1;
	if (name[5] && (name[5] != (min ? '+' : '-') || num_uint(name + 6, RT_LAST - RT_FIRST, &n)))
		return -1;
	return min ? RT_FIRST + (int)n : RT_LAST - (int)n;
}

int signals_number(const char *text)
{
	char upper[16] = "", *name = upper;
	unsigned long n;

	if (num_uint(text, RT_LAST, &n) == 0)
		return (int)n;
	for (size_t i = 0; text[i]; i++) {
		if (i == sizeof upper - 1)
			return -1;
		upper[i] = text[i] >= 'a' && text[i] <= 'z' ? (char)(text[i] - 'a' + 'A') : text[i];
	}
	if (strncmp(name, "SIG", 3) == 0)
		name += 3;
	for (int i = 1; i < COUNT; i++)
		if (name[0] && strcmp(names[i], name) == 0)
			return i;
	if (strcmp(name, "POLL") == 0)
		return SIGIO;
	if (strcmp(name, "CLD") == 0)
		return SIGCHLD;
	return realtime(name);
}

const char *signals_name(int number)
{
	static char rt[12];

	if (number > 0 && number < COUNT && names[number][0])
		return names[number];
	if (number >= RT_FIRST)
		fmt_into(rt, sizeof rt, "RTMIN+%d", number - RT_FIRST);
	else
		fmt_into(rt, sizeof rt, "%d", number);
	return rt;
}

void signals_ended(char text[SIGNALS_ENDED], int status)
{
	if (WIFSIGNALED(status))
		fmt_into(text, SIGNALS_ENDED, "was killed by %s", signals_name(WTERMSIG(status)));
	else
		fmt_into(text, SIGNALS_ENDED, "exited with %d", WEXITSTATUS(status));
}
