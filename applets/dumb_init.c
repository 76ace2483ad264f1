/* dumb-init - init for one program, with dumb-init's options
 *
 * config:  DUMB_INIT
 * group:   boot and stop
 * install: /sbin
 *
 * usage: dumb-init [OPTION...] PROGRAM [ARG...]
 *
 *   -c, --single-child  no session of its own; signals go to PROGRAM alone
 *   -r, --rewrite S:R   pass signal S (a number) on as R, 0: not at all
 *   -v, --verbose       say more
 *   -h, --help
 *   -V, --version
 *
 * Every signal goes to PROGRAM's session, which gets TERM when PROGRAM has ended.
 * Ends with PROGRAM's code. DUMB_INIT_SETSID=0, DUMB_INIT_DEBUG=1 stand for -c, -v.
 * Exits with 2 if PROGRAM cannot be run, 1 for wrong use.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "applet.h"
#include "base/die.h"
#include "base/fmt.h"
#include "base/initopts.h"
#include "base/num.h"
#include "base/opts.h"
#include "base/setting.h"
#include "base/words.h"

/* "15:3" into "15=3", in place. */
static char *rewriting(char *text)
{
	char *colon = strchr(text, ':');
	unsigned long from, to;

	if (colon)
		*colon = '\0';
	if (!colon || num_uint(text, 31, &from) || !from || num_uint(colon + 1, 31, &to))
		die(1, "-r takes FROM:TO, numbers from 1 to 31 (TO 0: none), not '%s'", text);
	*colon = '=';
	return text;
}

/* PROGRAM's session shall have the terminal. To be let go by it means HUP and CONT for the group of a session's
 * leader: they are not ours to die of, nor to pass on. */
static void let_terminal_go(void)
{
	signal(SIGHUP, SIG_IGN);
	signal(SIGCONT, SIG_IGN);
	ioctl(0, TIOCNOTTY);
	signal(SIGHUP, SIG_DFL);
	signal(SIGCONT, SIG_DFL);
}

int dumb_init_main(int argc, char **argv);

int dumb_init_main(int argc, char **argv)
{
	static const struct opts_long longs[] = {{"single-child", 'c', 0}, {"rewrite", 'r', ':'}, {"verbose", 'v', 0},
	                                         {"help", 'h', 0},         {"version", 'V', 0},   {0}};
	enum { SIGNALS = 4, MODE = 6 };
	static const char *const base[] = {"init", "--name", "dumb-init", "--signals", "", "--mode", "", NULL};
	bool single = setting_is("DUMB_INIT_SETSID", "0"), verbose = setting_is("DUMB_INIT_DEBUG", "1");
	struct opts o = {.argc = argc, .argv = argv};
	unsigned mode = INITOPTS_BARE | INITOPTS_STOP_SELF | INITOPTS_EXEC_2;
	static char terminal_stops[] = "TSTP=STOP TTIN=STOP TTOU=STOP";
	struct words w;
	char number[8];

	if (words_open(&w, base, 2 * (size_t)argc + 8))
		die(1, "%m");
	for (int c; (c = opts_next(&o, "cr:vhV", longs)) != -1;)
		switch (c) {
		case 'c':
			single = true;
			break;
		case 'r':
			words_add(&w, "--signals");
			words_add(&w, rewriting(o.arg));
			break;
		case 'v':
			verbose = true;
			break;
		case 'h':
			return applet_run(2, (char *[]){argv[0], (char[]){"--help"}, NULL});
		case 'V':
			out_text(1, "dumb-init v1.2.5 (initbox)\n");
			return 0;
		default:
			die_usage(1, "%s", o.why);
		}
	if (o.index == argc)
		die_usage(1, "no program");
	if (!single) {
		/* a stop by the terminal would not reach a session that is not its own; -r, which comes later, wins */
		w.list[SIGNALS] = terminal_stops;
		mode |= INITOPTS_SESSION | INITOPTS_GROUP | INITOPTS_END_GROUP;
		let_terminal_go();
	}
	fmt_into(number, sizeof number, "%u", single ? mode | INITOPTS_ALONE : mode);
	w.list[MODE] = number;
	if (verbose)
		words_add(&w, "--verbose");
	return applet_run(words_end(&w, argv + o.index), w.list);
}
