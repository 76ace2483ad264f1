/* program - see program.h */
#include "svc/program.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/msg.h"
#include "base/signals.h"
#include "svc/leftovers.h"
#include "svc/lender.h"
#include "svc/service.h"
#include "svc/unitphase.h"
#include "sys/exec_why.h"
#include "sys/files.h"
#include "sys/random.h"
#include "sys/spawn.h"

const char *program_notify;

void program_child(const struct service *s, struct spawn *child)
{
	child->dir = s->dir;
	child->out = service_output(s);
	child->err = s->err.write;
	child->mark = leftovers_mark(s);
}

static const char *log_variable(const struct service *s)
{
	return s->log ? "INIT_SERVICE_LOG=" : s->out.write >= 0 ? "INIT_SERVICE_LOG=logd" : NULL;
}

static void start(struct service *s, const struct spawn *child, const char *what)
{
	pid_t pid = spawn(child);

	if (pid < 0)
		msg_error("%s: %s: cannot fork: %m; it will be tried again", s->name, what);
	s->pid = pid < 0 ? 0 : pid;
	if (s->pid)
		lender_started(s);
}

void program_start(struct service *s, char *const *argv, int notify_write)
{
	char mark[300];
	struct spawn child = {
	        .path = argv[0][0] == '.' ? argv[0] : spawn_self(),
	        .argv = argv,
	        .in = s->input.read,
	        .session = true,
	        .env_set = {mark, log_variable(s), s->features & HAS_NOTIFY ? program_notify : NULL},
	        .env_dir = s->features & HAS_ENV ? "env" : NULL,
	};

	program_child(s, &child);
	fmt_into(mark, sizeof mark, "INIT_SERVICE=%s", s->name);
	if (notify_write >= 0) {
		child.extra[0][0] = notify_write;
		child.extra[0][1] = s->notify_to;
	}
	start(s, &child, argv[0]);
}

/* Adds a variable. */
__attribute__((format(printf, 3, 4))) static void put(struct program_phase *p, struct fmt *f, const char *format, ...)
{
	const char **slot = p->child.env_set;
	va_list ap;

	while (*slot)
		slot++;
	*slot = f->mem + f->len;
	va_start(ap, format);
	fmt_va(f, format, ap);
	va_end(ap);
	fmt_mem(f, "", 1);
}

void program_phase_child(const struct service *s, const char *phase, struct program_phase *p)
{
	const struct machine *m = &s->machine;
	const struct unitlife *u = s->unit;
	static uint64_t run; /* the part of $INVOCATION_ID that no other supervisor has */
	bool known = s->wstat != -1, killed = known && WIFSIGNALED(s->wstat), ends = strncmp(phase, "stop", 4) == 0;
	struct fmt f;

	*p = (struct program_phase){.argv = {(char *)(uintptr_t) "unit", (char *)(uintptr_t)phase}};
	p->child = (struct spawn){.path = spawn_self(),
	                          .argv = p->argv,
	                          .in = -1,
	                          .env_set = {log_variable(s) ? log_variable(s) : "INIT_SERVICE_LOG="}};
	program_child(s, &p->child);
	fmt_open(&f, p->text, sizeof p->text);
	put(p, &f, "INIT_SERVICE=%s", s->name);
	while (!run)
		run = random_bits();
	put(p, &f, "INVOCATION_ID=%08x%08x%08x%08x", (unsigned)(run >> 32), (unsigned)run, (unsigned)s->id,
	    (unsigned)s->invocation);
	if (u->access && program_notify)
		put(p, &f, "%s", program_notify);
	if (u->watchdog_ms)
		put(p, &f, "WATCHDOG_USEC=%lu", u->watchdog_ms * 1000UL);
	if (s->pid)
		put(p, &f, "MAINPID=%d", (int)s->pid);
	if (ends)
		put(p, &f, "SERVICE_RESULT=%s", unitlife_result_name((enum unitlife_result)m->result));
	if (ends && known) {
		put(p, &f, "EXIT_CODE=%s", !killed ? "exited" : WCOREDUMP(s->wstat) ? "dumped" : "killed");
		if (killed)
			put(p, &f, "EXIT_STATUS=%s", signals_name(WTERMSIG(s->wstat)));
		else
			put(p, &f, "EXIT_STATUS=%d", WEXITSTATUS(s->wstat));
	}
}

void program_phase(struct service *s, const char *phase, int exec_fd)
{
	struct program_phase p;

	program_phase_child(s, phase, &p);
	p.child.session = true;
	/* who becomes the program at once needs no binary of ours on the way */
	if (s->unit->type != UNITLIFE_ONESHOT && strcmp(phase, "start") == 0)
		p.child.run = unitphase_run;
	if (exec_fd >= 0) {
		p.child.extra[0][0] = exec_fd;
		p.child.extra[0][1] = 3;
		for (size_t i = 0; i < SPAWN_ENV; i++)
			if (!p.child.env_set[i]) {
				p.child.env_set[i] = "EXEC_FD=3";
				break;
			}
	}
	start(s, &p.child, phase);
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

void program_say_killed(const struct service *s)
{
	if (s->pid)
		msg_warn("%s: pid %d did not end in time: killed", s->name, (int)s->pid);
	else
		msg_warn("%s: what it left behind did not end in time: killed", s->name);
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
