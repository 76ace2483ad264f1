/* s6-svscanctl - tell the supervisor of all services to look again, or the container to stop
 *
 * config:  S6_SVSCANCTL
 * group:   services
 * install: /usr/bin
 *
 * usage: s6-svscanctl [-ahnNz] [-tiqb] DIR
 *
 *   -a -h -n -N -z  look for new and removed services in DIR
 *   -t -i -q -b     stop all and the container, as shutdown does
 */
#include <errno.h>
#include <signal.h>

#include "base/die.h"
#include "base/opts.h"
#include "svc/svdir.h"
#include "sys/initctl.h"

enum { USAGE = 100, FAILED = 111 };

int s6_svscanctl_main(int argc, char **argv)
{
	struct opts o = {.argc = argc, .argv = argv};
	bool rescan = false, stop = false;
	pid_t runsvdir, init;

	for (int c; (c = opts_next(&o, "ahnNztiqb", NULL)) != -1;) {
		if (c == '?')
			die_usage(USAGE, "%s", o.why);
		if (c == 't' || c == 'i' || c == 'q' || c == 'b')
			stop = true;
		else
			rescan = true;
	}
	if (argc - o.index != 1)
		die_usage(USAGE, "one directory of services is wanted");
	runsvdir = svdir_runsvdir();
	init = initctl_find();
	if (runsvdir < 0 || !init || !svdir_of_init(argv[o.index]))
		die(USAGE, "%s: no running init keeps its services", argv[o.index]);
	if ((rescan && kill(runsvdir, SIGHUP)) || (stop && initctl_stop(init, 0)))
		die(FAILED, "%m; only root and init's own user may control it");
	return 0;
}
