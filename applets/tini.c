/* tini - init for one program, with tini's options
 *
 * config:  TINI
 * group:   boot and stop
 * install: /sbin
 *
 * usage: tini [OPTION...] PROGRAM [ARG...]
 *
 *   -s         become a subreaper
 *   -g         signals go to PROGRAM's process group
 *   -p SIGNAL  get it when the parent dies
 *   -e CODE    exit with 0 instead; may be repeated
 *   -w         name each orphan that is reaped
 *   -v         say more
 *   -l         licence
 *   -h, --version
 *
 * Every signal goes to PROGRAM; ends with PROGRAM's code.
 * TINI_SUBREAPER, TINI_KILL_PROCESS_GROUP, TINI_VERBOSITY stand for -s, -g, -v.
 * Exits with 127 or 126 if PROGRAM cannot be run, 1 for wrong use.
 */
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "applet.h"
#include "base/die.h"
#include "base/fmt.h"
#include "base/initopts.h"
#include "base/msg.h"
#include "base/num.h"
#include "base/opts.h"
#include "base/signals.h"
#include "base/words.h"

/* Once more beside what the others gave: N of "N=0". */
static void forgive(struct words *w, const char *code)
{
	char *pair = malloc(8);
	unsigned long n;

	if (num_uint(code, 255, &n))
		die(1, "-e takes 0 to 255, not '%s'", code);
	if (!pair)
		die(1, "%m");
	fmt_into(pair, 8, "%u=0", (unsigned)n);
	words_add(w, "--exit-map");
	words_add(w, pair);
}

static void death_signal(const char *name)
{
	int sig = signals_number(name);

	if (sig <= 0)
		die(1, "-p takes a signal, not '%s'", name);
	if (prctl(PR_SET_PDEATHSIG, sig))
		die(1, "-p %s: %m", name);
}

static void subreaper(bool wanted, bool quiet)
{
	if (wanted && prctl(PR_SET_CHILD_SUBREAPER, 1))
		die(1, "-s: %m");
	if (!wanted && !quiet && getpid() != 1)
		msg_warn("not process 1 and no subreaper: orphans are not reaped here (-s)");
}

int tini_main(int argc, char **argv);

int tini_main(int argc, char **argv)
{
	static const struct opts_long longs[] = {{"version", 'V', 0}, {0}};
	static const char *const base[] = {"init", "--name", "tini", "--signals", "TTIN=0 TTOU=0", "--mode", NULL};
	const char *verbosity = getenv("TINI_VERBOSITY");
	bool reap = getenv("TINI_SUBREAPER") != NULL;
	struct opts o = {.argc = argc, .argv = argv};
	unsigned long level = 1;
	unsigned mode = INITOPTS_BARE | INITOPTS_EXEC_1;
	char number[8];
	struct words w;

	if (words_open(&w, base, 2 * (size_t)argc + 4))
		die(1, "%m");
	words_add(&w, number);
	if (verbosity)
		num_uint(verbosity, 9, &level);
	if (getenv("TINI_KILL_PROCESS_GROUP"))
		mode |= INITOPTS_GROUP;
	for (int c; (c = opts_next(&o, "hsvwglp:e:", longs)) != -1;)
		switch (c) {
		case 's':
			reap = true;
			break;
		case 'v':
			level++;
			break;
		case 'w':
			mode |= INITOPTS_TELL_REAPED;
			break;
		case 'g':
			mode |= INITOPTS_GROUP;
			break;
		case 'p':
			death_signal(o.arg);
			break;
		case 'e':
			forgive(&w, o.arg);
			break;
		case 'h':
			return applet_run(2, (char *[]){argv[0], (char[]){"--help"}, NULL});
		case 'V':
			out_text(1, "tini version 0.19.0 (initbox)\n");
			return 0;
		case 'l':
			out_text(1, "MIT\n");
			return 0;
		default:
			die_usage(1, "%s", o.why);
		}
	if (o.index == argc)
		die_usage(1, "no program");
	if (level != 1)
		words_add(&w, level ? "--verbose" : "--quiet");
	fmt_into(number, sizeof number, "%u", mode);
	subreaper(reap, level == 0);
	return applet_run(words_end(&w, argv + o.index), w.list);
}
