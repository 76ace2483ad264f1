/* shutdown - end the container in order
 *
 * config:  SHUTDOWN
 * group:   boot and stop
 * install: /sbin
 * also:    halt poweroff
 *
 * usage: shutdown [-c CODE] [now]
 *
 * Asks init to stop. Returns at once; harmless when repeated.
 *
 *   -c CODE                  init's exit code; 0, or 1 under the name halt
 *   -f -h -H -n -p -P -r -w  taken, and change nothing
 */
#include <errno.h>
#include <signal.h>
#include <string.h>

#include "base/die.h"
#include "base/msg.h"
#include "base/num.h"
#include "base/opts.h"
#include "sys/initctl.h"

int shutdown_main(int argc, char **argv);

int shutdown_main(int argc, char **argv)
{
	struct opts o = {.argc = argc, .argv = argv};
	unsigned long code = strcmp(msg_name, "halt") == 0;
	pid_t init;

	for (int c; (c = opts_next(&o, "c:fhHnpPrw", NULL)) != -1;)
		if (c == '?')
			die_usage(2, "%s", o.why);
		else if (c == 'c' && num_uint(o.arg, 255, &code))
			die_usage(2, "-c takes 0 to 255, not '%s'", o.arg);
	init = initctl_find();
	if (!init)
		die(1, "no init of ours runs here: no pid file in its run directory, and process 1 is another program");
	signal(SIGTERM, SIG_IGN); /* the stop may reach us before we have told the caller that it was asked for */
	if (initctl_stop(init, (int)code) == 0)
		return 0;
	if (errno == EPERM)
		die(1, "init (pid %d) takes orders from root and its own user only", (int)init);
	die(1, "init (pid %d): %m", (int)init);
}
