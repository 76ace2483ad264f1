/* supervise - see supervise.h */
#include "svc/supervise.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/msg.h"
#include "base/signals.h"
#include "svc/job.h"
#include "svc/leftovers.h"
#include "svc/lender.h"
#include "svc/phases.h"
#include "svc/program.h"
#include "svc/readiness.h"
#include "svc/service.h"
#include "svc/statedir.h"
#include "sys/clock.h"
#include "sys/spawn.h"

enum { RUN_FAILED = 111 };

struct supervise_options supervise_options;
unsigned supervise_removed;

/* Carrying out --------------------------------------------------------- */

static void after_stop_script(struct service *s, char what, int wstat)
{
	(void)what, (void)wstat;
	job_control_over(s);
}

static void after_term(struct service *s)
{
	if (s->machine.want == WANT_UP)
		return;
	program_signal(s, SIGCONT);
	s->paused = false;
	if (s->machine.state == MACHINE_RUN)
		job_control(s, s->machine.want == WANT_EXIT ? 'x' : 'd', after_stop_script);
}

static void term(struct service *s)
{
	program_signal(s, s->machine.waiting ? SIGTERM : s->down_signal);
	s->got_term = s->machine.state == MACHINE_RUN;
}

static void term_script_done(struct service *s, char what, int wstat)
{
	(void)what;
	job_control_over(s);
	if (s->machine.state != MACHINE_RUN)
		return;
	if (wstat)
		term(s);
	after_term(s);
	statedir_touch(s);
}

static void do_stop(struct service *s)
{
	if (s->machine.state == MACHINE_RUN && job_control(s, 't', term_script_done))
		return;
	term(s);
	after_term(s);
}

/* At the end of everything the whole tree is swept once, by the owner: not for each service. */
static bool sweep_deep(const struct service *s)
{
	return s->unit ? phases_deep(s) : s->machine.stopping && !supervise_options.stopping;
}

static void do_sweep(struct service *s)
{
	unsigned left = leftovers_signal(s, SIGTERM, sweep_deep(s));

	if (left)
		leftovers_signal(s, SIGCONT, sweep_deep(s));
	else
		supervise_event(s, EV_EMPTY, 0);
}

static void do_kill(struct service *s)
{
	program_say_killed(s);
	if (s->pid) {
		kill(-s->pid, SIGKILL);
		kill(s->pid, SIGKILL);
	}
	if (s->machine.state != MACHINE_FINISH)
		leftovers_signal(s, SIGKILL, true);
}

static void setup_now(struct service *s)
{
	char *argv[] = {(char[]){"./setup"}, NULL};

	if (s->features & HAS_SETUP && !s->machine.stopping)
		program_start(s, argv, -1);
	if (!s->pid)
		supervise_event(s, EV_SETUP, s->features & HAS_SETUP ? RUN_FAILED : 0);
}

static void up_script_done(struct service *s, char what, int wstat)
{
	(void)what, (void)wstat;
	job_control_over(s);
	if (s->machine.state == MACHINE_SETUP && !s->pid)
		setup_now(s);
}

/* All that it waits for is there. */
static void go_on(struct service *s)
{
	if (!job_control(s, 'u', up_script_done))
		setup_now(s);
}

static void do_setup(struct service *s)
{
	if (!s->fresh && service_load(s))
		msg_error("%s: %s: %m", s->name, s->dir);
	s->fresh = false;
	s->got_term = s->paused = false;
	program_semaphore(s, false);
	if (s->features & HAS_WAIT && program_wait(s))
		supervise_event(s, EV_SETUP, RUN_FAILED);
	else if (!s->machine.waiting)
		go_on(s);
}

static void do_run(struct service *s)
{
	char *argv[] = {(char[]){"./run"}, NULL};
	int notify = readiness_open(s);

	s->since = clock_wall();
	s->wstat = -1;
	program_start(s, argv, notify);
	s->group = s->pid;
	if (notify >= 0)
		close(notify);
	if (!s->pid) {
		supervise_event(s, EV_ENDED, RUN_FAILED);
		return;
	}
	msg_info("%s: started (pid %d)", s->name, (int)s->pid);
	readiness_ask_later(s);
}

static void do_finish(struct service *s)
{
	char code[12], sig[12], group[12];
	char *argv[] = {(char[]){"./finish"}, code, sig, (char *)(uintptr_t)s->name, group, NULL};
	bool killed = s->wstat != -1 && WIFSIGNALED(s->wstat);

	if (killed)
		fmt_into(code, sizeof code, "%s", supervise_options.s6_finish ? "256" : "-1");
	else
		fmt_into(code, sizeof code, "%d", s->machine.code);
	/* runit's second argument is waitpid's low byte: with 128 added for a core */
	fmt_into(sig, sizeof sig, "%d",
	         !killed                       ? 0
	         : supervise_options.s6_finish ? WTERMSIG(s->wstat)
	                                       : s->wstat & 0xff);
	fmt_into(group, sizeof group, "%d", (int)s->group);
	if (s->features & HAS_FINISH)
		program_start(s, argv, -1);
	if (!s->pid)
		supervise_event(s, EV_FINISH, 0);
}

/* For the timeline of the boot. */
static void note_first(uint32_t *ms)
{
	static int64_t began;

	if (!began)
		began = clock_ms() - 1;
	if (!*ms)
		*ms = (uint32_t)(clock_ms() - began);
}

static void say_up(struct service *s)
{
	note_first(&s->first_ms[2]);
	program_semaphore(s, true);
	if (s->machine.has_notify)
		msg_info("%s: %s", s->name, s->machine.ready ? "ready" : "done");
	if (s->unit)
		phases_up(s);
	supervise_options.hooks.up(s);
}

static void forget(struct service *s)
{
	struct service *main = s->logs_for;

	supervise_options.hooks.forget(s);
	job_cancel(s);
	if (s->unit)
		phases_close(s);
	loop_at(&s->timer, 0);
	loop_remove(&s->control);
	readiness_close(s);
	statedir_close(s, !(supervise_options.stopping && supervise_options.last_stop));
	service_remove(s);
	supervise_removed++;
	if (main)
		main->log = NULL;
	service_free(s);
	if (main && main->leaving)
		forget(main);
}

/* A logger ends by itself once nobody can write to it any more; its service is forgotten after it. */
static void do_forget(struct service *s)
{
	if (!s->log) {
		forget(s);
		return;
	}
	s->leaving = true;
	service_close_pipe(&s->log->input);
	s->log->machine.kill_ms = s->log->machine.kill_ms ? s->log->machine.kill_ms : s->machine.kill_ms;
	supervise_event(s->log, EV_CLOSE, 0);
}

void supervise_timer(struct loop_timer *t)
{
	struct service *s = container_of(t, struct service, timer);

	if (readiness_asks(s))
		readiness_ask(s);
	else
		supervise_event(s, EV_TIMER, 0);
}

/* What changed with the state, before anything is done about it. */
static void note_state(struct service *s, enum machine_event e, int value)
{
	char text[80];

	if (s->machine.state == MACHINE_WAIT || s->machine.state == MACHINE_SETUP)
		note_first(&s->first_ms[s->machine.state == MACHINE_SETUP]);
	if (s->machine.state != MACHINE_RUN && s->machine.state != MACHINE_FINISH && s->machine.state != MACHINE_SWEEP)
		s->since = clock_wall();
	if (s->machine.state != MACHINE_FAILED || s->unit)
		return;
	if (e == EV_FINISH && value == MACHINE_NO_RESTART)
		fmt_into(text, sizeof text, "finish exited with %d", MACHINE_NO_RESTART);
	else
		fmt_into(text, sizeof text, "%u deaths within %d s", s->machine.death_max, MACHINE_TALLY_MS / 1000);
	service_reason(s, text);
	msg_error("%s: failed (%s): not started again until told so", s->name, text);
}

void supervise_event(struct service *s, enum machine_event e, int value)
{
	struct machine *m = &s->machine;
	struct phases_before was = {m->state, m->result, m->ready, m->stopping};
	unsigned todo = machine_event(m, e, value, clock_ms());

	if (!readiness_asks(s))
		loop_at(&s->timer, m->at_ms);
	if (s->unit)
		phases_note(s, &was, e, value);
	if (m->state != was.state) {
		note_state(s, e, value);
		supervise_options.hooks.changed(s, was.state);
	} else if (m->state == MACHINE_FAILED && e <= EV_ONCE) {
		s->since = clock_wall(); /* failed again, at once */
	}
	statedir_touch(s);
	if (s->unit) {
		unsigned its = todo & (DO_FINISH * 2 - 1);
		todo &= ~its;
		phases_do(s, its);
	}
	if (todo & DO_STOP)
		do_stop(s);
	if (todo & DO_SWEEP)
		do_sweep(s);
	if (todo & DO_KILL)
		do_kill(s);
	if (todo & DO_SETUP)
		do_setup(s);
	if (todo & DO_RUN)
		do_run(s);
	if (todo & DO_SAY_UP && machine_reached(m))
		say_up(s);
	if (todo & DO_FINISH)
		do_finish(s);
	if (todo & DO_ALLOW && supervise_options.hooks.allowed(s))
		supervise_event(s, EV_ALLOWED, 0);
	if (todo & DO_SAY_END)
		supervise_options.hooks.ended(s);
	if (todo & DO_FORGET)
		do_forget(s);
}

/* Children ------------------------------------------------------------- */

static void say_end(const struct service *s, int wstat)
{
	bool asked = s->machine.stopping || s->machine.want != WANT_UP;
	char how[SIGNALS_ENDED];

	signals_ended(how, wstat);
	if (asked)
		msg_info("%s: stopped: %s", s->name, how);
	else
		msg_warn("%s: %s", s->name, how);
}

static void main_ended(struct service *s, pid_t pid, int wstat, int code)
{
	s->wstat = wstat;
	s->got_term = s->paused = s->reloading = false;
	free(s->status); /* what it said of itself */
	s->status = NULL;
	lender_end(s);
	readiness_close(s);
	program_semaphore(s, false);
	if (program_not_run(s, "run", pid, code)) {
		code = RUN_FAILED;
	} else {
		service_reason(s, NULL);
		say_end(s, wstat);
	}
	supervise_event(s, EV_ENDED, code);
}

/* wait-for or ./setup has ended. */
static void set_up(struct service *s, pid_t pid, int code)
{
	bool waited = s->machine.waiting, asked = s->machine.stopping;
	const char *what = waited ? "wait" : "setup";

	s->machine.waiting = false;
	if (code && !asked && !program_not_run(s, what, pid, code))
		msg_error("%s: %s failed with %d: not started", s->name, what, code);
	if (waited && (!code || asked))
		service_reason(s, NULL);
	if (waited && !code && !asked) {
		statedir_touch(s);
		go_on(s);
	} else {
		supervise_event(s, EV_SETUP, code);
	}
}

static void child_ended(struct service *s, int wstat)
{
	int code = WIFSIGNALED(wstat) ? 128 + WTERMSIG(wstat) : WEXITSTATUS(wstat);
	pid_t pid = s->pid;
	enum machine_event e;

	s->pid = 0;
	if (s->unit) {
		if (phases_ended(s, wstat, &e))
			supervise_event(s, e, wstat);
		return;
	}
	switch (s->machine.state) {
	case MACHINE_RUN:
		main_ended(s, pid, wstat, code);
		break;
	case MACHINE_SETUP:
		set_up(s, pid, code);
		break;
	case MACHINE_FINISH:
		supervise_event(s, EV_FINISH, program_not_run(s, "finish", pid, code) ? 0 : code);
		break;
	case MACHINE_DOWN:
	case MACHINE_WAIT:
	case MACHINE_SWEEP:
	case MACHINE_BACKOFF:
	case MACHINE_FAILED:
	case MACHINE_STOP:
	case MACHINE_STATES:
		break;
	}
}

void supervise_watched(struct service *s, enum machine_event e, int value)
{
	if (e == EV_ENDED && s->pid)
		child_ended(s, value);
	else
		supervise_event(s, e, value);
}

/* An orphan died: perhaps it was the last that a stopped service left behind. */
static void orphan_ended(void)
{
	struct service *s = service_all;

	while (s) {
		int sig = s->unit && s->machine.killed ? SIGKILL : 0; /* who was just forking */
		if (s->machine.state == MACHINE_SWEEP && !leftovers_signal(s, sig, sweep_deep(s))) {
			supervise_event(s, EV_EMPTY, 0);
			s = service_all; /* the list may have changed */
		} else {
			s = s->next;
		}
	}
	if (phases_orphan)
		phases_orphan();
}

void supervise_reap(void)
{
	bool orphans = false;
	struct rusage use;
	int wstat;
	pid_t pid;

	while ((pid = wait4(-1, &wstat, WNOHANG, &use)) > 0) {
		struct service *s = service_all;
		while (s && s->pid != pid)
			s = s->next;
		if (s) {
			s->peak_kb = (unsigned)use.ru_maxrss;
			child_ended(s, wstat);
		} else if (job_reap(pid, wstat) ||
		           !(supervise_options.hooks.reap && supervise_options.hooks.reap(pid, wstat))) {
			orphans = true; /* a job may have been the last of its service */
		}
	}
	if (orphans)
		orphan_ended();
}
