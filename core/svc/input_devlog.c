/* input_devlog - /dev/log as an input of logd: INIT_LOG_SYSLOG.
 *
 * config: INPUT_DEVLOG
 *
 * By default ("on") it is there wherever /dev can be written; where it cannot nothing is said. A service's messages are
 * lines of that service, whatever it calls itself.
 */
#include <errno.h>
#include <string.h>

#include "pure/logconf.h"
#include "svc/devlog.h"
#include "svc/flow.h"
#include "svc/input.h"
#include "svc/sender.h"
#include "sys/logs.h"

static void on_room(struct flow_input *in)
{
	(void)in;
	devlog_resume();
}

static struct flow_input input = {.resume = on_room};

static bool put(const struct line *l)
{
	return flow_put(&input, l);
}

static struct devlog_user user = {.put = put, .flush = flow_flush, .service = sender_service};

static void open_it(const struct logconf *c)
{
	bool on = strcmp(c->syslog, "on") == 0;
	const char *path = on ? "/dev/log" : c->syslog, *why;

	user.below = (int)c->syslog_level;
	if (strcmp(path, "off") == 0 || devlog_open(path, LOGS_DEVLOG_FD, &user, &why) == 0)
		return;
	if (!on || (errno != EACCES && errno != EROFS && errno != EPERM && errno != ENOENT))
		flow_say("%s: %s; messages of syslog(3) are lost: INIT_LOG_SYSLOG may name another path, or be off",
		         path, why);
}

static const struct input_kind kind = {.open = open_it, .stop = devlog_close};
INPUT(kind);
