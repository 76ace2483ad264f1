/* job - see job.h */
#include "svc/job.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/msg.h"
#include "svc/program.h"
#include "svc/service.h"
#include "sys/clock.h"
#include "sys/spawn.h"

/* One running script; on the heap from job_start() until it is reaped. */
struct job {
	struct loop_timer limit;
	struct job *next;
	struct service *service; /* NULL: cancelled */
	job_done_fn *done;
	pid_t pid;
	char what;
};

static struct job *jobs;

static void too_long(struct loop_timer *t)
{
	struct job *j = container_of(t, struct job, limit);
	char script[] = "control/?";

	script[8] = j->what;
	if (j->service)
		msg_warn("%s: %s does not end: killed after %u s", j->service->name,
		         j->what == 'C'   ? "check"
		         : j->what == 'R' ? "reload"
		                          : script,
		         (unsigned)(j->what == 'R' ? j->service->unit->start_ms : JOB_LIMIT_MS) / 1000);
	kill(-j->pid, SIGKILL);
}

static bool start(struct service *s, char what, const struct spawn *child, uint32_t limit_ms, job_done_fn *done)
{
	struct job *j = calloc(1, sizeof *j);

	if (!j)
		return false;
	j->pid = spawn(child);
	if (j->pid < 0) {
		free(j);
		return false;
	}
	j->service = s;
	j->what = what;
	j->done = done;
	j->next = jobs;
	jobs = j;
	j->limit.fire = too_long;
	if (limit_ms)
		loop_at(&j->limit, clock_ms() + limit_ms);
	return true;
}

bool job_start(struct service *s, char what, const char *path, job_done_fn *done)
{
	char *argv[] = {(char *)(size_t)path, NULL};
	struct spawn child = {.path = path, .argv = argv, .in = -1, .group = true};

	program_child(s, &child);
	return start(s, what, &child, JOB_LIMIT_MS, done);
}

bool job_phase(struct service *s, char what, const char *phase, uint32_t limit_ms, job_done_fn *done)
{
	struct program_phase p;

	program_phase_child(s, phase, &p);
	p.child.group = true;
	return start(s, what, &p.child, limit_ms, done);
}

bool job_running(const struct service *s, char what)
{
	for (const struct job *j = jobs; j; j = j->next)
		if (j->service == s && (what ? j->what == what : j->what != 'C'))
			return true;
	return false;
}

bool job_is(const struct service *s, pid_t pid)
{
	const struct job *j = jobs;

	while (j && (j->service != s || j->pid != pid))
		j = j->next;
	return j;
}

bool job_reap(pid_t pid, int wstat)
{
	for (struct job **p = &jobs; *p; p = &(*p)->next) {
		struct job *j = *p;
		if (j->pid != pid)
			continue;
		*p = j->next;
		loop_at(&j->limit, 0);
		if (j->service)
			j->done(j->service, j->what, wstat);
		free(j);
		return true;
	}
	return false;
}

void job_cancel(const struct service *s)
{
	for (struct job *j = jobs; j; j = j->next)
		if (j->service == s) {
			j->service = NULL;
			kill(-j->pid, SIGKILL);
		}
}

static bool has_control(const struct service *s, char letter)
{
	char file[] = "control/?";

	file[8] = letter;
	return s->features & HAS_CONTROL && !s->logs_for && access(service_path(s, file), X_OK) == 0;
}

bool job_control(struct service *s, char letter, job_done_fn *done)
{
	static char file[] = "./control/?";

	if (!has_control(s, letter))
		return false;
	file[10] = letter;
	if (!job_start(s, letter, file, done))
		return false;
	if (s->control.fd >= 0)
		loop_change(&s->control, 0); /* the bytes behind wait until the script has ended */
	return true;
}

void job_control_over(struct service *s)
{
	if (s->control.fd >= 0 && !job_running(s, 0))
		loop_change(&s->control, EPOLLIN);
}
