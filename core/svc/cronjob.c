/* cronjob - see cronjob.h */
#include "svc/cronjob.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "base/fmt.h"
#include "base/msg.h"
#include "base/signals.h"
#include "pure/crontab.h"
#include "pure/format.h"
#include "pure/zone.h"
#include "svc/cronlog.h"
#include "sys/children.h"
#include "sys/clock.h"
#include "sys/others.h"
#include "sys/procs.h"
#include "sys/random.h"
#include "sys/rundir.h"
#include "sys/spawn.h"
#include "sys/wallclock.h"

enum { QUEUE_MOST = 100, GRACE_MS = 10000, LAST_MS = 300, VALUE = 300, ERR = 3, WARNING = 4, INFO = 6 };

enum phase { DELAYED, GOES_ON, TOLD, KILLED, ENDED };

/* On the heap from the moment it is due until its end was said. */
struct cronrun {
	struct cronrun *next; /* of all */
	struct cronjob *job;
	struct loop_timer timer; /* of the phase: the delay, CRON_TIMEOUT, the time before KILL */
	struct cronlog_pipe *pipes[2];
	int64_t at, since; /* when it was due, when it began */
	int64_t began_ms;
	struct spawn_error failed; /* step NULL: its program was started */
	enum phase phase;
	pid_t pid;
	int status; /* once it has ended */
	unsigned ms;
};

bool cronjob_quiet;
unsigned cronjob_failures;

static char *const *base_env;
static struct cronplan *plan;
static const char *stamps;
static struct cronrun *runs;
static unsigned running;
static bool stopping;

const char *cronjob_label(const struct cronjob *j)
{
	static char label[CRONJOB_LABEL];

	crontab_label(j->table->tab, cronjob_line(j), j->table->name, label, sizeof label);
	return label;
}

/* Saying ---------------------------------------------------------------- */

/* Members of JSON that all events have, each with a comma behind it. */
static void about(struct fmt *f, char *mem, size_t cap, const struct cronjob *j, const char *event, pid_t pid)
{
	fmt_open(f, mem, cap);
	fmt_add(f, "\"event\":\"%s\",", event);
	if (pid)
		fmt_add(f, "\"pid\":%d,", (int)pid);
	format_field(f, "schedule", cronjob_text(j, cronjob_line(j)->schedule));
	if (j->user->name)
		format_field(f, "user", j->user->name);
}

__attribute__((format(printf, 5, 6))) static void tell(const struct cronjob *j, int severity, const char *event,
                                                       pid_t pid, const char *text, ...)
{
	char members[800], line[300];
	struct fmt f;
	va_list ap;

	fmt_open(&f, line, sizeof line);
	va_start(ap, text);
	fmt_va(&f, text, ap);
	va_end(ap);
	about(&f, members, sizeof members, j, event, pid);
	members[f.len - 1] = '\0';
	cronlog_say(cronjob_label(j), severity, members, "%s", line);
}

/* In static memory. */
static const char *when(const struct cronjob *j, int64_t at)
{
	static char text[48];
	struct fmt f;

	fmt_open(&f, text, sizeof text);
	zone_text(j->entry.zone, at, &f);
	return text;
}

static bool quiet(const struct cronjob *j)
{
	return cronjob_quiet || cronjob_section(j)->quiet;
}

static void say_end(const struct cronrun *r)
{
	const struct cronjob *j = r->job;
	char members[800], how[400];
	bool killed = WIFSIGNALED(r->status);
	int number = killed ? WTERMSIG(r->status) : WEXITSTATUS(r->status);
	struct fmt f;

	if (!r->status && quiet(j))
		return;
	about(&f, members, sizeof members, j, "job_end", r->pid);
	fmt_add(&f, "\"%s\":%d,\"duration\":%u.%03u", killed ? "signal" : "exit", number, r->ms / 1000, r->ms % 1000);
	fmt_open(&f, how, sizeof how);
	if (r->failed.step)
		fmt_add(&f, "not started: %s: %s", cronjob_program(j), spawn_why(cronjob_program(j), &r->failed));
	else if (killed)
		fmt_add(&f, "killed by signal %d (%s)", number, signals_name(number));
	else
		fmt_add(&f, "exit %d", number);
	cronlog_say(cronjob_label(j), r->status ? ERR : INFO, members, "end: %s after %u.%03u s", how, r->ms / 1000,
	            r->ms % 1000);
}

/* The life of a run ----------------------------------------------------- */

static void stamp(const struct cronjob *j, int64_t at)
{
	static bool said;

	if (!cronjob_section(j)->catchup || !stamps || cronjob_stamp(j, stamps, at) == 0 || said)
		return;
	said = true;
	msg_warn("%s: %m: CRON_CATCHUP cannot tell later what was missed", stamps);
}

static void begin(struct cronjob *, int64_t at);

static void forget(struct cronrun *r)
{
	struct cronrun **at = &runs, *other;
	struct cronpast *past = r->job->past;
	const struct cronspec *when = r->job->entry.when;

	if (when->flags & CRONSPEC_AFTER && !r->job->gone)
		cronplan_at(plan, &r->job->entry, wallclock_now() + when->every);
	while (*at != r)
		at = &(*at)->next;
	*at = r->next;
	for (other = runs; other && other->job != r->job; other = other->next)
		;
	past->runs = other;
	running--;
	loop_at(&r->timer, 0);
	free(r);
}

/* Says how it ended once all its output was; the next in the queue begins. */
static void finish(struct cronrun *r)
{
	struct cronjob *j = r->job;
	struct cronpast *past = j->past;
	bool said = cronlog_leave(r->pipes[0]);

	if (!cronlog_leave(r->pipes[1]) || !said)
		return;
	say_end(r);
	cronjob_failures += r->status != 0;
	past->at = r->at;
	past->status = r->status;
	past->ms = r->ms;
	forget(r);
	if (past->runs || !past->queued || stopping || j->gone)
		return;
	past->queued--;
	begin(j, wallclock_now());
}

static void start(struct cronrun *r)
{
	struct cronjob *j = r->job;
	unsigned timeout_s = cronjob_section(j)->timeout_s;

	r->phase = GOES_ON;
	r->since = wallclock_now();
	r->began_ms = clock_ms();
	stamp(j, r->at);
	r->pid = cronjob_start(j, base_env, cronjob_label(j), r->pipes);
	if (r->pid < 0) {
		r->failed = (struct spawn_error){.step = "start", .err = errno};
		r->status = SPAWN_NOT_RUN << 8;
		r->phase = ENDED;
		r->pid = 0;
		finish(r);
		return;
	}
	if (timeout_s)
		loop_at(&r->timer, r->began_ms + timeout_s * INT64_C(1000));
	if (!quiet(j))
		tell(j, INFO, "job_start", r->pid, "start (pid %d)", (int)r->pid);
}

/* Before it has made its session there is only itself. */
static void signal_run(const struct cronrun *r, int sig)
{
	if (r->phase != ENDED && kill(-r->pid, sig) && errno == ESRCH)
		kill(r->pid, sig);
}

static void terminate(struct cronrun *r)
{
	signal_run(r, SIGTERM);
	signal_run(r, SIGCONT);
	r->phase = TOLD;
	loop_at(&r->timer, clock_ms() + GRACE_MS);
}

static void on_timer(struct loop_timer *t)
{
	struct cronrun *r = container_of(t, struct cronrun, timer);
	struct cronjob *j = r->job;

	if (r->phase == DELAYED && j->gone) {
		forget(r);
	} else if (r->phase == DELAYED) {
		start(r);
	} else if (r->phase == GOES_ON) {
		tell(j, WARNING, "job_timeout", r->pid, "timeout after %u s: TERM (pid %d)",
		     cronjob_section(j)->timeout_s, (int)r->pid);
		terminate(r);
	} else if (r->phase == TOLD) {
		tell(j, WARNING, "job_timeout", r->pid, "does not end: KILL (pid %d)", (int)r->pid);
		signal_run(r, SIGKILL);
		r->phase = KILLED;
	}
}

static void begin(struct cronjob *j, int64_t at)
{
	uint64_t delay_ms = cronjob_section(j)->delay_s * UINT64_C(1000);
	struct cronrun *r = calloc(1, sizeof *r);

	if (!r) {
		tell(j, ERR, "job_skip", 0, "skipped: out of memory");
		return;
	}
	*r = (struct cronrun){.next = runs, .job = j, .at = at, .timer.fire = on_timer};
	runs = r;
	j->past->runs = r;
	running++;
	if (delay_ms)
		loop_at(&r->timer, clock_ms() + (int64_t)(random_bits() % (delay_ms + 1)));
	else
		start(r);
}

/* CRON_OVERLAP=kill: the next begins when all have ended. */
static void replace(struct cronjob *j)
{
	for (struct cronrun *r = runs; r; r = r->next)
		if (r->job == j && r->phase == GOES_ON) {
			tell(j, WARNING, "job_kill", r->pid, "still running (pid %d): TERM, the next one is due",
			     (int)r->pid);
			terminate(r);
		}
	j->past->queued = 1;
}

/* A job of @boot: has its first run been already, in this container? */
static bool first(const struct cronjob *j)
{
	char name[32];

	fmt_into(name, sizeof name, "cron-%llx", (unsigned long long)cronjob_key(j));
	return rundir_first(name);
}

void cronjob_due(struct cronplan_entry *e, int64_t at)
{
	struct cronjob *j = container_of(e, struct cronjob, entry);
	enum crontab_overlap overlap = cronjob_section(j)->overlap;
	const struct cronrun *r;

	if (stopping)
		return;
	if (e->when->flags & CRONSPEC_BOOT)
		first(j);
	if (!j->past && !(j->past = calloc(1, sizeof *j->past))) {
		tell(j, ERR, "job_skip", 0, "skipped: out of memory");
		return;
	}
	r = j->past->runs;
	if (!r || overlap == CRONTAB_ALLOW)
		begin(j, at);
	else if (r->phase == DELAYED && overlap != CRONTAB_QUEUE)
		tell(j, WARNING, "job_skip", 0, "skipped: the run before still waits for its RANDOM_DELAY");
	else if (overlap == CRONTAB_SKIP)
		tell(j, WARNING, "job_skip", r->pid, "skipped: still running (pid %d, since %s)", (int)r->pid,
		     when(j, r->since) + sizeof "2026-11-22");
	else if (overlap == CRONTAB_KILL)
		replace(j);
	else if (j->past->queued == QUEUE_MOST)
		tell(j, WARNING, "job_skip", r->pid, "skipped: %d runs wait already", QUEUE_MOST);
	else
		j->past->queued++;
}

/* Those that come again do so in steps from the first, wherever we begin. */
static void count_from_boot(struct cronjob *j, int64_t now)
{
	const struct cronspec *when = j->entry.when;
	int64_t at = now - rundir_age() + (int64_t)when->seconds;
	bool due = at <= now && first(j);

	if (at <= now && when->flags & CRONSPEC_AFTER)
		at = now + when->every;
	else if (at <= now)
		at = when->every ? at + ((now - at) / when->every + 1) * when->every : CRONSPEC_NEVER;
	cronplan_at(plan, &j->entry, at);
	if (due)
		cronjob_due(&j->entry, now);
}

void cronjob_catch_up(struct cronjob *j, int64_t now)
{
	int64_t last = cronjob_section(j)->catchup && stamps ? cronjob_stamped(j, stamps) : -1, missed;

	if (j->entry.when->flags & CRONSPEC_BOOT)
		count_from_boot(j, now);
	if (last < 0)
		stamp(j, now);
	if (last < 0)
		return;
	missed = cronspec_next(j->entry.when, j->entry.zone, last);
	if (missed > now)
		return;
	tell(j, INFO, "job_catchup", 0, "was due at %s, while we were down", when(j, missed));
	cronjob_due(&j->entry, now);
}

void cronjob_continue(struct cronjob *now, struct cronjob *before)
{
	now->past = before->past;
	before->past = NULL;
	for (struct cronrun *r = runs; r; r = r->next)
		if (r->job == before)
			r->job = now;
}

static void ended(pid_t pid, int status)
{
	struct cronrun *r = runs;
	int code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;

	while (r && (r->pid != pid || r->phase == ENDED))
		r = r->next;
	if (!r)
		return;
	r->ms = (unsigned)(clock_ms() - r->began_ms);
	r->status = status;
	r->phase = ENDED;
	loop_at(&r->timer, 0);
	if ((code == SPAWN_NOT_FOUND || code == SPAWN_NOT_RUN) && !spawn_failed(pid, &r->failed))
		r->failed.step = NULL;
	finish(r);
}

void cronjob_reap(void)
{
	spawn_forget();
	children_reap(ended);
}

void cronjob_room(void)
{
	for (struct cronrun *r = runs, *next; r; r = next) {
		next = r->next;
		if (r->phase == ENDED)
			finish(r);
	}
}

unsigned cronjob_running(void)
{
	return running;
}

/* The end --------------------------------------------------------------- */

/* Those that have not begun. */
static void drop(void)
{
	for (struct cronrun *r = runs, *next; r; r = next) {
		struct cronjob *j = r->job;
		next = r->next;
		if (j->past->queued)
			tell(j, WARNING, "job_skip", 0, "%u waiting runs dropped: crond stops", j->past->queued);
		j->past->queued = 0;
		if (r->phase != DELAYED)
			continue;
		tell(j, WARNING, "job_skip", 0, "skipped: crond stops");
		forget(r);
	}
}

static bool goes_on(const struct child *unused)
{
	(void)unused;
	return children_any();
}

void cronjob_stop(int64_t until_ms)
{
	static bool now;
	static const bool never;

	now = stopping;
	if (stopping)
		return;
	stopping = true;
	children_interrupt = &now;
	cronjob_reap(); /* so that children_any() is true of now */
	drop();
	for (struct cronrun *r = procs_known() ? NULL : runs; r; r = r->next)
		terminate(r);
	others_stop(0, 0, until_ms);
	children_interrupt = &never;
	if (!running)
		return;
	for (const struct cronrun *r = runs; r; r = r->next)
		signal_run(r, SIGKILL);
	children_wait(goes_on, NULL, clock_ms() + LAST_MS);
}

void cronjob_open(char *const *env, const char *state_dir, struct cronplan *p)
{
	plan = p;
	base_env = env;
	stamps = state_dir;
	spawn_default_signals();
	spawn_raise_files();
	prctl(PR_SET_CHILD_SUBREAPER, 1);
}
