/* kill - send a signal to processes
 *
 * config:  KILL
 * group:   small tools
 * install: /bin
 *
 * usage: kill [-SIGNAL | -s SIGNAL | --signal SIGNAL] [--] PID...
 *        kill -l [SIGNAL...]
 *
 * SIGNAL is a name or a number (0 only looks whether the process is there), TERM if not given.
 * A negative PID is a process group, -1 is everybody. -l lists the names, or turns a name into its
 * number and a number or exit code into its name. Exits with 1 if anything failed.
 */
#include <limits.h>
#include <signal.h>
#include <string.h>

#include "base/die.h"
#include "base/fmt.h"
#include "base/msg.h"
#include "base/num.h"
#include "base/signals.h"

static int signal_number(const char *word)
{
	int n = signals_number(word);

	if (n < 0)
		die(1, "unknown signal '%s'; 'kill -l' lists them", word);
	return n;
}

static int list(char **words)
{
	unsigned long n;
	char text[16];

	for (int i = 1; i < 32 && !*words; i++) {
		out_text(1, signals_name(i));
		out_text(1, i < 31 ? " " : "\n");
	}
	for (; *words; words++) {
		if (num_uint(*words, 255, &n) == 0)
			fmt_into(text, sizeof text, "%s\n", signals_name((int)(n & 127)));
		else
			fmt_into(text, sizeof text, "%d\n", signal_number(*words));
		out_text(1, text);
	}
	return 0;
}

static int send(const char *word, int number)
{
	unsigned long pid;
	int minus = *word == '-';

	if (num_uint(word + minus, INT_MAX, &pid))
		msg_error("'%s' is no process id", word);
	else if (kill(minus ? -(pid_t)pid : (pid_t)pid, number))
		msg_error("%s: %m", word);
	else
		return 0;
	return 1;
}

int kill_main(int argc, char **argv)
{
	int number = SIGTERM, code = 0;
	char **rest = argv + 1;

	if (argc > 1 && strcmp(*rest, "-l") == 0)
		return list(rest + 1);
	if (argc > 2 && (strcmp(*rest, "-s") == 0 || strcmp(*rest, "--signal") == 0)) {
		number = signal_number(rest[1]);
		rest += 2;
	} else if (argc > 1 && strncmp(*rest, "--signal=", 9) == 0) {
		number = signal_number(*rest++ + 9);
	} else if (argc > 1 && **rest == '-' && strcmp(*rest, "--") != 0) {
		number = signal_number(*rest++ + 1);
	}
	if (*rest && strcmp(*rest, "--") == 0)
		rest++;
	if (!*rest)
		die_usage(1, "no process id");
	for (; *rest; rest++)
		code |= send(*rest, number);
	return code;
}
