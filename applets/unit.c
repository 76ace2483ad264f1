/* unit - the programs of a systemd unit, started by the supervisor
 *
 * config:  UNIT
 * group:   services
 * install: /sbin
 *
 * usage: unit --load [-d DIR] RUNDIR
 *        unit pre|start|post|reload|stop|stop-post
 *
 *   --load  makes services of units: a directory RUNDIR/units/NAME of each
 *   -d DIR  the service directory, whose units are enabled
 *
 * The other form runs what such a directory, the present one, has for that phase.
 */
#include "base/die.h"
#include "base/opts.h"
#include "base/setting.h"
#include "svc/unitload.h"
#include "svc/unitphase.h"

enum { LONG_LOAD = 256 };

int unit_main(int argc, char **argv)
{
	static const struct opts_long longs[] = {{"load", LONG_LOAD, 0}, {0}};
	struct opts o = {.argc = argc, .argv = argv};
	struct unitload l = {.dir = NULL};
	bool load = false;
	int code;

	for (int c; (c = opts_next(&o, "d:", longs)) != -1;)
		switch (c) {
		case 'd':
			l.dir = o.arg;
			break;
		case LONG_LOAD:
			load = true;
			break;
		default:
			die_usage(2, "%s", o.why);
		}
	if (argc - o.index != 1)
		die_usage(2, load ? "the run directory is missing" : "a phase is missing");
	setting_verbose();
	if (load)
		return unitload_all(&l, argv[o.index]) != 0;
	code = unitphase_run(argv + o.index - 1);
	if (code < 0)
		die_usage(2, "'%s' is no phase", argv[o.index]);
	return code;
}
