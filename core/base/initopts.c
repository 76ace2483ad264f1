/* initopts - see initopts.h */
#include "base/initopts.h"

#include <limits.h>
#include <stddef.h>

#include "base/msg.h"
#include "base/num.h"
#include "base/opts.h"
#include "base/setting.h"
#include "base/signals.h"

enum { NO_BOOT = 256, NO_SERVICES, QUIET, VERBOSE, MODE, MAP_SIGNALS, MAP_EXIT, NAME };

static const struct opts_long longs[] = {{"no-boot", NO_BOOT, 0},
                                         {"no-services", NO_SERVICES, 0},
                                         {"quiet", QUIET, 0},
                                         {"verbose", VERBOSE, 0},
                                         {"mode", MODE, ':'},
                                         {"name", NAME, ':'},
                                         {"signals", MAP_SIGNALS, ':'},
                                         {"exit-map", MAP_EXIT, ':'},
                                         {0}};

static int code_number(const char *text)
{
	unsigned long n;

	return num_uint(text, INITOPTS_CODES - 1, &n) ? -1 : (int)n;
}

static bool take(struct initopts *i, int option, const char *arg)
{
	switch (option) {
	case NO_BOOT:
		i->no_boot = true;
		return true;
	case NO_SERVICES:
		i->no_services = true;
		return true;
	case QUIET:
	case VERBOSE:
		msg_verbose = option == QUIET ? 0 : 2;
		return true;
	case MODE:
		return num_uint(arg, UINT_MAX, &i->mode) == 0;
	case NAME:
		i->name = arg;
		return true;
	case MAP_SIGNALS:
		setting_map("--signals", arg, signals_number, i->signals);
		return true;
	case MAP_EXIT:
		setting_map("--exit-map", arg, code_number, i->exits);
		return true;
	default:
		return false;
	}
}

const char *initopts_read(struct initopts *i, int argc, char **argv)
{
	struct opts o = {.argc = argc, .argv = argv};

	*i = (struct initopts){.name = "init", .stop_code = -1, .stop_ms = 8000};
	for (int n = 0; n < INITOPTS_CODES; n++)
		i->exits[n] = (unsigned char)n;
	for (int n = 0; n < INITOPTS_SIGNALS; n++)
		i->signals[n] = (unsigned char)n;
	for (int c; (c = opts_next(&o, "", longs)) != -1;)
		if (!take(i, c, o.arg))
			return c == '?' ? o.why : "--mode takes a number";
	if (argv[o.index])
		i->cmd = argv + o.index;
	return NULL;
}

void initopts_environment(struct initopts *i)
{
	setting_verbose();
	setting_ms("INIT_STOP_TIMEOUT", &i->stop_ms);
	setting_ms("INIT_STOP_DELAY", &i->delay_ms);
	setting_number("INIT_STOP_CODE", INITOPTS_CODES - 1, &i->stop_code);
	setting_pairs("INIT_SIGNALS", signals_number, i->signals);
	setting_pairs("INIT_EXIT_MAP", code_number, i->exits);
	i->cmd_signals = (i->mode & INITOPTS_BARE) || setting_is("INIT_CMD_SIGNALS", "1");
}
