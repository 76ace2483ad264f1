/* program - see program.h */
#include "svc/program.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/msg.h"
#include "base/signals.h"
#include "svc/leftovers.h"
#include "svc/lender.h"
#include "svc/service.h"
#include "sys/exec_why.h"
#include "sys/files.h"
#include "sys/spawn.h"

void program_start(struct service *s, char *const *argv, int notify_write)
{
	char mark[300];
	struct spawn child = {
	        .path = argv[0][0] == '.' ? argv[0] : spawn_self(),
	        .argv = argv,
	        .dir = s->dir,
	        .in = s->input.read,
	        .out = service_output(s),
	        .err = s->err.write,
	        .session = true,
	        .mark = leftovers_mark(s),
	        .env_set = {mark, s->log              ? "INIT_SERVICE_LOG="
	                          : s->out.write >= 0 ? "INIT_SERVICE_LOG=logd"
	                                              : NULL},
	        .env_dir = s->features & HAS_ENV ? "env" : NULL,
	};
	pid_t pid;

	fmt_into(mark, sizeof mark, "INIT_SERVICE=%s", s->name);
	if (notify_write >= 0) {
		child.extra[0][0] = notify_write;
		child.extra[0][1] = s->notify_to;
	}
	pid = spawn(&child);
	if (pid < 0)
		msg_error("%s: %s: cannot fork: %m; it will be tried again", s->name, argv[0]);
	s->pid = pid < 0 ? 0 : pid;
	if (s->pid)
		lender_started(s);
}

int program_wait(struct service *s)
{
	char **argv = service_list(s, "wait", 2, "not started"), text[400];
	struct fmt f;
	int bad = 0;

	if (!argv)
		return -1;
	argv[0] = (char[]){"wait-for"};
	argv[1] = (char[]){"-t0"};
	if (argv[2]) {
		fmt_open(&f, text, sizeof text);
		fmt_str(&f, "waits for");
		for (char **p = argv + 2; *p; p++)
			fmt_add(&f, " %s", *p);
		service_reason(s, text);
		program_start(s, argv, -1);
		s->machine.waiting = s->pid;
		bad = s->pid ? 0 : -1;
	}
	free(argv);
	return bad;
}

void program_semaphore(struct service *s, bool make)
{
	char path[1024];
	int fd;

	if (!(s->features & HAS_SEMAPHORE) ||
	    files_read_word(AT_FDCWD, service_path(s, "semaphore"), path, sizeof path) <= 0)
		return;
	if (!make) {
		if (unlink(path) && errno != ENOENT)
			msg_warn("%s: semaphore %s: cannot be removed: %m", s->name, path);
		return;
	}
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	if (fd < 0)
		msg_warn("%s: semaphore %s: cannot be made: %m", s->name, path);
	else
		close(fd);
}

void program_signal(struct service *s, int sig)
{
	if (s->pid && kill(s->pid, sig) && errno != ESRCH)
		msg_warn("%s: cannot send %s to %d: %m", s->name, signals_name(sig), (int)s->pid);
}

bool program_not_run(struct service *s, const char *file, pid_t pid, int code)
{
	struct spawn_error e;
	char text[300];
	struct fmt f;

	if ((code != SPAWN_NOT_FOUND && code != SPAWN_NOT_RUN) || !spawn_failed(pid, &e))
		return false;
	fmt_open(&f, text, sizeof text);
	fmt_add(&f, "%s: ", file);
	if (strcmp(e.step, "exec") == 0) {
		exec_why(service_path(s, file), e.err, &f);
	} else {
		errno = e.err;
		fmt_add(&f, "%s: %m", e.step);
	}
	if (!s->reason || strcmp(s->reason, text) != 0)
		msg_error("%s: %s", s->name, text);
	service_reason(s, text);
	return true;
}
