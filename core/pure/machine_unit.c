/* machine_unit - the life of a unit, as machine.h draws it: systemd.service(5), systemd.kill(5), and where they are
 * vague systemd's service.c.
 *
 * with: UNIT
 */
#include <sys/wait.h>

#include "pure/machine.h"
#include "pure/machine_rows.h"

static int64_t until(uint32_t ms, int64_t now)
{
	return ms ? now + ms : 0;
}

/* The first that goes wrong is the result. */
static void blame(struct machine *m, enum unitlife_result r)
{
	if (m->result == UNITLIFE_SUCCESS)
		m->result = (uint8_t)r;
}

static enum unitlife_result result_of(const struct machine *m, int status)
{
	bool killed = WIFSIGNALED(status);

	return unitlife_result(m->unit, killed ? 0 : WEXITSTATUS(status), killed ? WTERMSIG(status) : 0,
	                       killed && WCOREDUMP(status));
}

/* Starting ------------------------------------------------------------- */

static bool bad(const struct machine *m)
{
	return m->result != UNITLIFE_SUCCESS && m->result != UNITLIFE_CONDITION;
}

static unsigned rest(struct machine *m)
{
	if (m->want != WANT_EXIT)
		m->want = WANT_DOWN;
	m->ready = m->stopping = false;
	m->done = m->done && !bad(m);
	return machine_rest(m, bad(m) ? MACHINE_FAILED : MACHINE_DOWN) | (m->done ? DO_SAY_UP : 0);
}

/* Every start counts for the limit, whoever wants it. */
static bool too_many_starts(struct machine *m, int64_t now)
{
	int64_t *oldest;

	if (!m->deaths || !m->death_max)
		return false;
	oldest = &m->deaths[m->death_at];
	if (*oldest && now - *oldest < m->unit->limit_ms)
		return true;
	*oldest = now;
	m->death_at = (uint16_t)((m->death_at + 1) % m->death_max);
	return false;
}

static unsigned start(struct machine *m, int value, int64_t now)
{
	(void)value;
	m->ready = m->stopping = m->killed = m->posting = m->forked = m->renew = m->done = false;
	m->signal = 0;
	m->code = -1;
	m->result = UNITLIFE_SUCCESS;
	if (too_many_starts(m, now)) {
		m->result = UNITLIFE_START_LIMIT;
		return rest(m);
	}
	m->alive = true;
	m->state = MACHINE_SETUP;
	m->at_ms = until(m->unit->start_ms, now);
	return DO_SETUP;
}

static unsigned again(struct machine *m, int value, int64_t now)
{
	m->restarts++;
	return start(m, value, now);
}

static unsigned ask(struct machine *m, enum machine_want want, bool once, bool anew)
{
	if (anew && m->state == MACHINE_FAILED)
		machine_clear(m);
	m->done = false;
	m->result = UNITLIFE_SUCCESS;
	if (!m->unit->refused)
		return machine_ask(m, want, once);
	m->result = UNITLIFE_RESOURCES;
	return rest(m);
}

static unsigned up(struct machine *m, int value, int64_t now)
{
	(void)now;
	return ask(m, WANT_UP, false, !value);
}

static unsigned once(struct machine *m, int value, int64_t now)
{
	(void)now;
	return ask(m, WANT_DOWN, true, !value);
}

/* Stopping ------------------------------------------------------------- */

static unsigned finish(struct machine *m, int value, int64_t now)
{
	(void)value;
	m->alive = false;
	m->state = MACHINE_FINISH;
	m->at_ms = until(m->finish_ms, now);
	return DO_FINISH;
}

/* No process that we know is left; the deadline is that of the signals. */
static unsigned sweep(struct machine *m, int64_t now)
{
	m->alive = false;
	if (m->unit->kill_mode >= UNITLIFE_KILL_PROCESS)
		return finish(m, 0, now);
	m->state = MACHINE_SWEEP;
	return DO_SWEEP;
}

/* Signals. */
static unsigned halt(struct machine *m, int64_t now)
{
	m->ready = m->posting = false;
	m->stopping = true;
	m->at_ms = until(m->kill_ms, now);
	if (!m->alive || m->unit->kill_mode == UNITLIFE_KILL_NONE)
		return sweep(m, now);
	if (m->state == MACHINE_STOP)
		m->state = MACHINE_RUN;
	return DO_STOP;
}

/* ExecStop=, then signals. */
static unsigned end(struct machine *m, int64_t now)
{
	if (!(m->unit->has & UNITLIFE_STOP))
		return halt(m, now);
	m->ready = false;
	m->stopping = true;
	m->state = MACHINE_STOP;
	m->at_ms = until(m->kill_ms, now);
	return DO_ASK;
}

static unsigned fail(struct machine *m, int result, int64_t now)
{
	if (m->stopping)
		return 0;
	blame(m, (enum unitlife_result)result);
	m->done = false;
	if (m->state == MACHINE_WAIT)
		return rest(m);
	if (result == UNITLIFE_RESOURCES)
		m->alive = false;
	return halt(m, now);
}

static unsigned stop_for(struct machine *m, enum machine_want want, int64_t now)
{
	m->want = want;
	m->once = m->renew = m->done = false;
	return m->stopping ? 0 : m->ready ? end(m, now) : halt(m, now);
}

static unsigned down(struct machine *m, int value, int64_t now)
{
	(void)value, (void)now;
	m->want = WANT_DOWN;
	m->done = false;
	return m->state == MACHINE_BACKOFF ? machine_rest(m, MACHINE_DOWN) : 0;
}

static unsigned stop(struct machine *m, int value, int64_t now)
{
	(void)value;
	return stop_for(m, WANT_DOWN, now);
}

static unsigned stop_and_leave(struct machine *m, int value, int64_t now)
{
	(void)value;
	return stop_for(m, WANT_EXIT, now);
}

static unsigned term(struct machine *m, int value, int64_t now)
{
	enum machine_want want = m->want;
	unsigned todo;

	(void)value;
	if (m->stopping)
		return 0;
	todo = stop_for(m, want, now);
	m->renew = want == WANT_UP;
	return todo;
}

/* While it is being stopped: it shall be there again afterwards. */
static unsigned want_again(struct machine *m, int value, int64_t now)
{
	(void)value, (void)now;
	m->want = WANT_UP;
	m->renew |= m->stopping;
	return 0;
}

static unsigned stops_itself(struct machine *m, int value, int64_t now)
{
	(void)value;
	if (!m->stopping)
		m->at_ms = until(m->kill_ms, now);
	m->stopping = true;
	m->ready = false;
	return 0;
}

static unsigned stopped(struct machine *m, int status, int64_t now)
{
	blame(m, result_of(m, status));
	return halt(m, now);
}

/* Running -------------------------------------------------------------- */

static unsigned active(struct machine *m, int64_t now)
{
	m->posting = false;
	m->done = true;
	m->at_ms = until(m->unit->run_max_ms, now);
	if (!m->alive && m->unit->has & UNITLIFE_START && !m->unit->remain)
		return end(m, now);
	m->ready = true;
	return DO_SAY_UP;
}

/* What its type waits for has come. */
static unsigned begun(struct machine *m, int64_t now)
{
	if (!(m->unit->has & UNITLIFE_POST))
		return active(m, now);
	m->posting = true;
	return DO_POST;
}

static unsigned run(struct machine *m, int64_t now)
{
	m->state = MACHINE_RUN;
	m->started_ms = now;
	m->once = false;
	m->alive = m->unit->has & UNITLIFE_START;
	if (!m->alive)
		return begun(m, now);
	return DO_RUN | (m->unit->type == UNITLIFE_SIMPLE ? begun(m, now) : 0);
}

static unsigned was_set_up(struct machine *m, int status, int64_t now)
{
	enum unitlife_result r = result_of(m, status);

	m->alive = false;
	if (m->stopping)
		return sweep(m, now);
	if (WIFEXITED(status) && WEXITSTATUS(status) == UNITLIFE_SKIP) {
		m->result = UNITLIFE_CONDITION;
		m->done = true;
		return rest(m);
	}
	return r == UNITLIFE_SUCCESS ? run(m, now) : fail(m, (int)r, now);
}

static unsigned ready(struct machine *m, int value, int64_t now)
{
	bool waits = m->unit->type == UNITLIFE_NOTIFY || m->unit->type == UNITLIFE_EXEC;

	(void)value;
	return waits && !m->ready && !m->posting && !m->stopping ? begun(m, now) : 0;
}

static unsigned found(struct machine *m, int value, int64_t now)
{
	(void)value;
	return m->forked && !m->ready && !m->posting && !m->stopping ? begun(m, now) : 0;
}

static unsigned posted(struct machine *m, int status, int64_t now)
{
	if (!m->posting)
		return 0;
	blame(m, result_of(m, status));
	return m->result == UNITLIFE_SUCCESS ? active(m, now) : fail(m, m->result, now);
}

/* It ended well before it was up. */
static unsigned ended_early(struct machine *m, int64_t now)
{
	switch ((enum unitlife_type)m->unit->type) {
	case UNITLIFE_FORKING:
		m->forked = m->alive = true;
		return DO_FIND;
	case UNITLIFE_NOTIFY:
		/* another of its processes may still say so */
		if (m->unit->remain && m->unit->access != UNITLIFE_ACCESS_MAIN)
			return 0;
		return fail(m, UNITLIFE_PROTOCOL, now);
	case UNITLIFE_SIMPLE:
	case UNITLIFE_EXEC:
	case UNITLIFE_ONESHOT:
		break;
	}
	return begun(m, now);
}

/* What ended the main process, wherever that happens. */
static enum unitlife_result note_end(struct machine *m, int status)
{
	enum unitlife_result r = result_of(m, status);

	m->alive = false;
	m->signal = WIFSIGNALED(status) ? (uint8_t)WTERMSIG(status) : 0;
	m->code = m->signal ? 128 + m->signal : WEXITSTATUS(status);
	blame(m, r);
	return r;
}

static unsigned ended(struct machine *m, int status, int64_t now)
{
	enum unitlife_result r = note_end(m, status);

	if (m->stopping)
		return sweep(m, now);
	if (m->posting)
		return 0; /* what `post` does comes to its end */
	if (r != UNITLIFE_SUCCESS)
		return fail(m, (int)r, now);
	if (!m->ready)
		return ended_early(m, now);
	return m->unit->remain ? 0 : end(m, now);
}

static unsigned ended_in_stop(struct machine *m, int status, int64_t now)
{
	(void)now;
	note_end(m, status);
	return 0;
}

/* Nothing is left of one whose main process is not known. */
static unsigned empty(struct machine *m, int value, int64_t now)
{
	(void)value;
	if (!m->alive)
		return 0;
	if (m->ready || m->posting || m->stopping)
		return ended(m, 0, now);
	m->alive = false;
	return fail(m, UNITLIFE_PROTOCOL, now);
}

/* Over ----------------------------------------------------------------- */

static unsigned finished(struct machine *m, int status, int64_t now)
{
	blame(m, result_of(m, status));
	m->ready = m->stopping = false;
	m->at_ms = 0;
	if (m->want == WANT_EXIT)
		return machine_leave(m, 0, now);
	if (m->once || m->renew)
		return again(m, 0, now);
	if (m->want == WANT_DOWN ||
	    !unitlife_restarts(m->unit, (enum unitlife_result)m->result, m->signal ? 0 : m->code, m->signal))
		return rest(m);
	m->done = m->done && !bad(m);
	m->state = MACHINE_BACKOFF;
	m->at_ms = now + m->unit->restart_ms;
	return m->unit->restart_ms ? 0 : again(m, 0, now);
}

/* Deadlines ------------------------------------------------------------ */

/* The signals did not help. Without SendSIGKILL=, and if not even KILL does, it goes on without what is left. */
static unsigned too_late(struct machine *m, int64_t now)
{
	blame(m, UNITLIFE_TIMEOUT);
	if (m->killed || !m->unit->send_kill)
		return finish(m, 0, now);
	m->killed = true;
	m->at_ms = now + 1000;
	return DO_KILL;
}

static unsigned late(struct machine *m, int value, int64_t now)
{
	(void)value;
	if (m->stopping)
		return too_late(m, now);
	if (!m->ready)
		return fail(m, UNITLIFE_TIMEOUT, now);
	blame(m, UNITLIFE_TIMEOUT); /* RuntimeMaxSec= */
	m->done = false;
	return end(m, now);
}

static unsigned late_stop(struct machine *m, int value, int64_t now)
{
	(void)value;
	blame(m, UNITLIFE_TIMEOUT);
	return halt(m, now);
}

static unsigned late_finish(struct machine *m, int value, int64_t now)
{
	(void)value, (void)now;
	blame(m, UNITLIFE_TIMEOUT);
	m->killed = true;
	m->at_ms = 0;
	return DO_KILL;
}

static unsigned extend(struct machine *m, int ms, int64_t now)
{
	if (m->at_ms && m->at_ms < now + ms)
		m->at_ms = now + ms;
	return 0;
}

/* What is not in here a unit does as a directory. */
static const struct machine_row table[] = {
        {EV_UP, IN(DOWN) | IN(BACKOFF) | IN(FAILED), up},
        {EV_UP, IN(SETUP) | IN(RUN) | IN(STOP) | IN(SWEEP) | IN(FINISH), want_again},
        {EV_ONCE, IN(DOWN) | IN(BACKOFF) | IN(FAILED), once},
        {EV_DOWN, IN(DOWN) | IN(BACKOFF) | IN(FAILED), down},
        {EV_DOWN, IN(SETUP) | IN(RUN) | IN(STOP) | IN(SWEEP) | IN(FINISH), stop},
        {EV_EXIT, IN(SETUP) | IN(RUN) | IN(STOP) | IN(SWEEP) | IN(FINISH), stop_and_leave},
        {EV_TERM, IN(SETUP) | IN(RUN), term},
        {EV_ALLOWED, IN(WAIT), start},
        {EV_SETUP, IN(SETUP), was_set_up},
        {EV_READY, IN(RUN), ready},
        {EV_MAIN, IN(RUN), found},
        {EV_POST, IN(RUN), posted},
        {EV_ENDED, IN(RUN), ended},
        {EV_ENDED, IN(STOP), ended_in_stop},
        {EV_EMPTY, IN(RUN), empty},
        {EV_STOPPING, IN(RUN), stops_itself},
        {EV_STOPPED, IN(STOP), stopped},
        {EV_FAIL, IN(WAIT) | IN(SETUP) | IN(RUN), fail},
        {EV_FINISH, IN(FINISH), finished},
        {EV_EXTEND, IN(SETUP) | IN(RUN) | IN(STOP) | IN(SWEEP) | IN(FINISH), extend},
        {EV_TIMER, IN(SETUP) | IN(RUN) | IN(SWEEP), late},
        {EV_TIMER, IN(STOP), late_stop},
        {EV_TIMER, IN(FINISH), late_finish},
        {EV_TIMER, IN(BACKOFF), again},
};

machine_action *machine_unit_action(enum machine_event e, enum machine_state state)
{
	return machine_row(table, sizeof table / sizeof *table, e, state);
}
