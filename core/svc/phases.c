/* phases - see phases.h
 *
 * with: UNIT
 */
#include "svc/phases.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/msg.h"
#include "base/signals.h"
#include "svc/job.h"
#include "svc/leftovers.h"
#include "svc/lender.h"
#include "svc/mainpid.h"
#include "svc/notify.h"
#include "svc/program.h"
#include "svc/service.h"
#include "svc/statedir.h"
#include "sys/clock.h"
#include "sys/files.h"
#include "sys/spawn.h"

enum { FAILED = 1 << 8 }; /* as of waitpid(2) */

void phases_open(const char *run_dir)
{
	notify_open_socket(run_dir);
	program_notify = notify_variable();
}

void phases_orphan(void)
{
	mainpid_look();
}

/* NULL with ENOMEM. */
static struct service_unit *more(struct service *s)
{
	if (!s->more && (s->more = calloc(1, sizeof *s->more)))
		*s->more = (struct service_unit){.exec.fd = -1, .service = s};
	return s->more;
}

int phases_load(struct service *s)
{
	size_t size;
	char *text = files_load(AT_FDCWD, service_path(s, "unit"), &size);
	struct unitlife *u = text ? unitlife_read(text) : NULL;

	free(text);
	if (!u) {
		msg_error("%s: unit: cannot be read: %m", s->name);
		return -1;
	}
	free(s->unit);
	s->machine.unit = s->unit = u;
	s->machine.kill_ms = s->machine.finish_ms = u->stop_ms;
	s->machine.has_notify = u->type != UNITLIFE_SIMPLE || u->has & UNITLIFE_POST;
	s->down_signal = u->kill_signal;
	s->reload_signal = u->reload_signal;
	service_tally(s, u->limit_ms ? u->limit_burst : 0);
	s->fresh = true;
	return 0;
}

/* Signals -------------------------------------------------------------- */

/* At the end of everything the whole tree is swept once, by the owner: not for each service; but daemons are told. */
bool phases_deep(const struct service *s)
{
	return !s->told_to_stop || s->unit->type == UNITLIFE_FORKING;
}

/* To the main process, and with KillMode=control-group to all others. False: there is none. */
static bool send_to(struct service *s, int sig, bool all)
{
	/* asked before: one that was forked just now may join its group behind the signal to that */
	bool grouped = all && s->pid && getpgid(s->pid) == s->group;
	unsigned others = all ? leftovers_signal(s, sig, phases_deep(s)) : 0;

	if (s->pid && !grouped)
		program_signal(s, sig);
	return others || s->pid;
}

static bool tell(struct service *s, int sig, bool all)
{
	if (!send_to(s, sig, all))
		return false;
	if (s->unit->send_hup)
		send_to(s, SIGHUP, all);
	send_to(s, SIGCONT, all);
	return true;
}

static void do_stop(struct service *s)
{
	const struct unitlife *u = s->unit;
	bool renew = s->machine.renew && u->restart_signal;

	job_cancel(s);
	if (!s->pid) { /* it is up without a known one */
		mainpid_close(s);
		service_event(s, EV_ENDED, 0);
		return;
	}
	s->got_term = s->machine.state == MACHINE_RUN;
	s->paused = false;
	tell(s,
	     s->machine.result == UNITLIFE_WATCHDOG ? u->watchdog_signal
	     : renew                                ? u->restart_signal
	                                            : u->kill_signal,
	     u->kill_mode == UNITLIFE_KILL_GROUP);
}

static void do_sweep(struct service *s)
{
	bool mixed = s->unit->kill_mode == UNITLIFE_KILL_MIXED;

	job_cancel(s);
	mainpid_close(s);
	if (!tell(s, mixed ? s->unit->final_signal : s->unit->kill_signal, true))
		service_event(s, EV_EMPTY, 0);
}

static void do_kill(struct service *s)
{
	bool all = s->unit->kill_mode != UNITLIFE_KILL_PROCESS;

	program_say_killed(s);
	if (s->pid && s->machine.state != MACHINE_RUN)
		kill(-s->pid, SIGKILL); /* commands of a phase */
	send_to(s, s->unit->final_signal, all);
}

/* Starting ------------------------------------------------------------- */

static bool has(const struct service *s, unsigned phase)
{
	return s->unit->has & phase;
}

static void do_setup(struct service *s)
{
	static uint32_t starts;

	if (!s->fresh)
		phases_load(s);
	s->fresh = s->got_term = s->paused = false;
	s->wstat = -1;
	s->group = 0;
	if (s->more)
		s->more->reloads = false;
	service_reason(s, NULL);
	s->invocation = ++starts;
	if (!has(s, UNITLIFE_PRE)) {
		service_event(s, EV_SETUP, 0);
		return;
	}
	program_phase(s, "pre", -1);
	s->group = s->pid;
	if (!s->pid)
		service_event(s, EV_FAIL, UNITLIFE_RESOURCES);
}

static void exec_close(struct service *s)
{
	struct loop_fd *w = s->more ? &s->more->exec : NULL;

	if (!w || w->fd < 0)
		return;
	loop_remove(w);
	close(w->fd);
	w->fd = -1;
}

/* The pipe closes as the program is executed, and also as its process ends: that one has no memory by then, nor a path
 * of what it executes. */
static void executed(struct loop_fd *w, uint32_t events)
{
	struct service *s = container_of(w, struct service_unit, exec)->service;
	char path[40], exe[1];

	(void)events;
	exec_close(s);
	fmt_into(path, sizeof path, "/proc/%d/exe", (int)s->pid);
	if (s->pid && (readlink(path, exe, sizeof exe) >= 0 || errno != ENOENT))
		service_event(s, EV_READY, 0);
}

static void do_run(struct service *s)
{
	struct pipe_ends p = {-1, -1};

	s->since = clock_wall();
	if (s->unit->type == UNITLIFE_EXEC && more(s) && service_open_pipe(&p) == 0) {
		s->more->exec = (struct loop_fd){.fd = p.read, .ready = executed};
		loop_add(&s->more->exec, EPOLLIN);
	}
	program_phase(s, "start", p.write);
	if (p.write >= 0) {
		close(p.write);
		spawn_forget(); /* it would seem that nothing was ever executed */
	}
	s->group = s->pid;
	if (s->pid)
		msg_info("%s: started (pid %d)", s->name, (int)s->pid);
	else
		service_event(s, EV_FAIL, UNITLIFE_RESOURCES);
}

static void job_ended(struct service *s, char what, int wstat)
{
	service_event(s, what == 'P' ? EV_POST : EV_STOPPED, wstat);
}

static void do_job(struct service *s, char what, const char *phase)
{
	if (!job_phase(s, what, phase, 0, job_ended))
		job_ended(s, what, FAILED);
}

static void do_finish(struct service *s)
{
	if (s->pid) {
		msg_error("%s: pid %d does not end: left alone", s->name, (int)s->pid);
		s->pid = 0;
		lender_end(s);
	}
	mainpid_close(s);
	notify_ended(s);
	if (has(s, UNITLIFE_STOP_POST))
		program_phase(s, "stop-post", -1);
	if (!s->pid)
		service_event(s, EV_FINISH, 0);
}

void phases_do(struct service *s, unsigned todo)
{
	if (todo & DO_ASK)
		do_job(s, 'S', "stop");
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
	if (todo & DO_FIND)
		mainpid_find(s);
	if (todo & DO_POST && s->machine.posting)
		do_job(s, 'P', "post");
	if (todo & DO_FINISH)
		do_finish(s);
}

/* Reloading ------------------------------------------------------------ */

static void reloaded(struct service *s, char what, int wstat)
{
	char how[SIGNALS_ENDED];

	(void)what;
	signals_ended(how, wstat);
	if (wstat)
		msg_error("%s: reload %s", s->name, how);
	else
		msg_info("%s: reloaded", s->name);
	if (!more(s))
		return;
	s->more->reloads = false;
	s->more->reloaded = clock_wall();
	s->more->reload_code = WIFSIGNALED(wstat) ? 128 + WTERMSIG(wstat) : WEXITSTATUS(wstat);
	statedir_touch(s);
}

void phases_reload(struct service *s)
{
	const char *why = !s->machine.ready                                      ? "it is not up"
	                  : !has(s, UNITLIFE_RELOAD) && !s->unit->notify_reload  ? "it has no ExecReload="
	                  : job_running(s, 'R') || (s->more && s->more->reloads) ? "it is reloading"
	                  : !more(s)                                             ? "out of memory"
	                                                                         : NULL;

	if (why) {
		msg_error("%s: not reloaded: %s", s->name, why);
		reloaded(s, 'R', FAILED);
		return;
	}
	if (s->unit->notify_reload) {
		s->more->reloads = true;
		program_signal(s, s->unit->reload_signal);
	}
	if (has(s, UNITLIFE_RELOAD) && !job_phase(s, 'R', "reload", s->unit->start_ms, reloaded))
		reloaded(s, 'R', FAILED);
}

/* What happened -------------------------------------------------------- */

void phases_up(struct service *s)
{
	notify_up(s);
}

void phases_close(struct service *s)
{
	exec_close(s);
	mainpid_close(s);
	notify_ended(s);
}

bool phases_ended(struct service *s, int wstat, enum machine_event *e)
{
	enum machine_state state = s->machine.state;
	bool starter = s->unit->type == UNITLIFE_FORKING && !s->machine.forked;
	char how[SIGNALS_ENDED];

	*e = state == MACHINE_SETUP ? EV_SETUP : state == MACHINE_FINISH ? EV_FINISH : EV_ENDED;
	if (*e != EV_ENDED)
		return true;
	if (!starter && mainpid_moved(s, wstat))
		return false;
	if (starter && wstat == 0 && !s->machine.stopping)
		return true;
	signals_ended(how, wstat);
	if (!wstat || s->machine.stopping)
		msg_info("%s: %s%s", s->name, s->machine.stopping ? "stopped: " : "", how);
	s->wstat = wstat;
	s->paused = false;
	exec_close(s);
	if (s->more && s->more->reloads)
		reloaded(s, 'R', FAILED);
	lender_end(s);
	notify_ended(s);
	return true;
}

/* Why the result is a bad one. */
static void blame(struct service *s, const struct phases_before *before, enum machine_event e, int value)
{
	static const char phases[MACHINE_EVENTS][12] = {
	        [EV_SETUP] = "pre ", [EV_POST] = "post ", [EV_STOPPED] = "stop ", [EV_FINISH] = "stop-post "};
	const struct machine *m = &s->machine;
	const char *name = unitlife_result_name((enum unitlife_result)m->result);
	bool starts = !before->ready && !before->stopping;
	uint32_t ms = before->ready ? s->unit->run_max_ms : starts ? s->unit->start_ms : m->kill_ms;
	char text[120], how[SIGNALS_ENDED];

	switch ((enum unitlife_result)m->result) {
	case UNITLIFE_EXIT_CODE:
	case UNITLIFE_SIGNAL:
	case UNITLIFE_CORE_DUMP:
		signals_ended(how, value);
		fmt_into(text, sizeof text, "%s%s", phases[e], how);
		break;
	case UNITLIFE_TIMEOUT:
		fmt_into(text, sizeof text, "%s timed out after %u %s",
		         before->ready ? "run"
		         : starts      ? "start"
		                       : "stop",
		         ms < 1000 ? ms : ms / 1000, ms < 1000 ? "ms" : "s");
		break;
	case UNITLIFE_PROTOCOL:
		fmt_into(text, sizeof text, "ended before it was up");
		break;
	case UNITLIFE_START_LIMIT:
		fmt_into(text, sizeof text, "%s: %u starts within %u s", name, s->unit->limit_burst,
		         s->unit->limit_ms / 1000);
		break;
	case UNITLIFE_CONDITION:
		fmt_into(text, sizeof text, "skipped: a condition does not hold");
		break;
	case UNITLIFE_DEPENDENCY: /* who says so says why */
		return;
	case UNITLIFE_SUCCESS:
	case UNITLIFE_RESOURCES:
	case UNITLIFE_WATCHDOG:
	case UNITLIFE_RESULTS:
		fmt_into(text, sizeof text, "%s", s->unit->refused ? s->unit->refused : name);
		break;
	}
	service_reason(s, text);
	(m->result == UNITLIFE_CONDITION ? msg_info : msg_warn)("%s: %s", s->name, text);
}

void phases_note(struct service *s, const struct phases_before *before, enum machine_event e, int value)
{
	const struct machine *m = &s->machine;

	if (m->result != before->result && m->result != UNITLIFE_SUCCESS)
		blame(s, before, e, value);
	if (e == EV_READY && before->ready && s->more && s->more->reloads)
		reloaded(s, 'R', 0);
	if (m->state == before->state)
		return;
	if (m->state == MACHINE_FAILED && m->result != UNITLIFE_DEPENDENCY)
		msg_error("%s: failed (%s): not started again until told so", s->name, s->reason ? s->reason : "");
	if (before->state == MACHINE_FINISH && has(s, UNITLIFE_STOP_POST) && s->unit->kill_mode < UNITLIFE_KILL_PROCESS)
		leftovers_signal(s, SIGKILL, phases_deep(s)); /* of stop-post */
}
