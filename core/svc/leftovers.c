/* leftovers - see leftovers.h */
#include "svc/leftovers.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/fmt.h"
#include "svc/service.h"
#include "sys/files.h"
#include "sys/procs.h"

void leftovers_open(void)
{
	prctl(PR_SET_CHILD_SUBREAPER, 1);
}

static bool has_mark(pid_t pid, const char *name)
{
	char service[256];

	return procs_service(pid, service, sizeof service) == 0 && strcmp(service, name) == 0;
}

unsigned leftovers_signal(const struct service *s, int sig, bool deep)
{
	unsigned count = 0;
	char path[48];
	size_t len;
	char *list = NULL;

	/* EPERM: it is there, but changed its user (we are not root): it counts until it has gone */
	if (s && s->group > 1 && (kill(-s->group, sig) == 0 || errno == EPERM))
		count++;
	if (!deep)
		return count;
	fmt_into(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
	list = files_load(AT_FDCWD, path, &len);
	if (!list)
		return count;
	for (char *p = list; *p;) {
		pid_t pid = 0;
		for (; *p >= '0' && *p <= '9'; p++)
			pid = pid * 10 + (*p - '0');
		while (*p == ' ')
			p++;
		if (pid <= 1 || (s && (pid == s->pid || getpgid(pid) == s->group || !has_mark(pid, s->name))))
			continue;
		count++;
		kill(pid, sig);
	}
	free(list);
	return count;
}
