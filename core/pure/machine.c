/* machine - see machine.h */
#include "pure/machine.h"

#include "pure/machine_rows.h"

typedef machine_action action;

/* Starting ------------------------------------------------------------- */

static unsigned start(struct machine *m)
{
	m->state = MACHINE_SETUP;
	m->at_ms = 0;
	m->stopping = m->killed = m->ready = false;
	return DO_SETUP;
}

void machine_clear(struct machine *m)
{
	for (size_t i = 0; m->deaths && i < m->death_max; i++)
		m->deaths[i] = 0;
}

unsigned machine_ask(struct machine *m, enum machine_want want, bool once)
{
	m->want = want;
	m->once = once;
	m->backoff_ms = 0;
	m->at_ms = 0;
	m->state = MACHINE_WAIT;
	return DO_ALLOW;
}

/* Deaths are counted anew. */
static unsigned ask_anew(struct machine *m, enum machine_want want, bool once)
{
	machine_clear(m);
	return machine_ask(m, want, once);
}

static unsigned up(struct machine *m, int value, int64_t now)
{
	(void)value, (void)now;
	return ask_anew(m, WANT_UP, false);
}

static unsigned once(struct machine *m, int value, int64_t now)
{
	(void)value, (void)now;
	return ask_anew(m, WANT_DOWN, true);
}

static unsigned allowed(struct machine *m, int value, int64_t now)
{
	(void)value, (void)now;
	return start(m);
}

static unsigned again(struct machine *m, int value, int64_t now)
{
	(void)value, (void)now;
	m->restarts++;
	return start(m);
}

static unsigned run(struct machine *m, int64_t now)
{
	m->state = MACHINE_RUN;
	m->started_ms = now;
	m->once = false;
	m->ready = !m->has_notify;
	return DO_RUN | (m->ready ? DO_SAY_UP : 0);
}

static unsigned ready(struct machine *m, int value, int64_t now)
{
	(void)value, (void)now;
	if (m->ready)
		return 0;
	m->ready = true;
	return DO_SAY_UP;
}

/* Stopping ------------------------------------------------------------- */

unsigned machine_rest(struct machine *m, enum machine_state state)
{
	m->state = state;
	m->at_ms = 0;
	m->once = false;
	return DO_SAY_END;
}

static unsigned down(struct machine *m, int value, int64_t now)
{
	(void)value, (void)now;
	m->want = WANT_DOWN;
	return machine_rest(m, MACHINE_DOWN);
}

unsigned machine_leave(struct machine *m, int value, int64_t now)
{
	(void)value, (void)now;
	m->want = WANT_EXIT;
	return machine_rest(m, MACHINE_DOWN) | DO_FORGET;
}

static unsigned term(struct machine *m, int value, int64_t now)
{
	(void)value;
	if (m->kill_ms && !m->stopping)
		m->at_ms = now + m->kill_ms;
	m->stopping = true;
	return DO_STOP;
}

static unsigned stop(struct machine *m, int value, int64_t now)
{
	m->want = WANT_DOWN;
	m->once = false;
	return term(m, value, now);
}

static unsigned stop_and_leave(struct machine *m, int value, int64_t now)
{
	m->want = WANT_EXIT;
	m->once = false;
	return term(m, value, now);
}

static unsigned close_and_leave(struct machine *m, int value, int64_t now)
{
	(void)value;
	m->want = WANT_EXIT;
	if (m->kill_ms)
		m->at_ms = now + m->kill_ms;
	return 0;
}

static unsigned want_up(struct machine *m, int value, int64_t now)
{
	(void)value, (void)now;
	m->want = WANT_UP;
	return 0;
}

static unsigned want_down(struct machine *m, int value, int64_t now)
{
	(void)value, (void)now;
	m->want = WANT_DOWN;
	return 0;
}

static unsigned want_once(struct machine *m, int value, int64_t now)
{
	(void)value, (void)now;
	m->want = WANT_DOWN;
	m->once = m->state != MACHINE_RUN;
	return 0;
}

static unsigned want_exit(struct machine *m, int value, int64_t now)
{
	(void)value, (void)now;
	m->want = WANT_EXIT;
	return 0;
}

static unsigned kill_it(struct machine *m, int value, int64_t now)
{
	(void)value, (void)now;
	m->at_ms = 0;
	m->killed = true;
	return DO_KILL;
}

/* What is left after a KILL hangs in the kernel: it is given one second, then the service goes on without it. */
static unsigned kill_rest(struct machine *m, int value, int64_t now)
{
	(void)value;
	if (m->killed)
		return machine_event(m, EV_EMPTY, 0, now);
	m->at_ms = now + 1000;
	m->killed = true;
	return DO_KILL;
}

/* Ending --------------------------------------------------------------- */

static bool too_many_deaths(struct machine *m, int64_t now)
{
	int64_t oldest;

	if (!m->deaths || !m->death_max)
		return false;
	m->deaths[m->death_at] = now;
	m->death_at = (uint16_t)((m->death_at + 1) % m->death_max);
	oldest = m->deaths[m->death_at];
	return oldest && now - oldest <= MACHINE_TALLY_MS;
}

static unsigned fail(struct machine *m)
{
	m->want = WANT_DOWN;
	return machine_rest(m, MACHINE_FAILED);
}

/* The run is over, finish included: what now? */
static unsigned over(struct machine *m, int finish_code, int64_t now)
{
	bool asked = m->stopping;

	m->ready = false;
	if (m->want == WANT_EXIT)
		return machine_leave(m, 0, now);
	if (m->want == WANT_DOWN && !m->once)
		return machine_rest(m, MACHINE_DOWN);
	if (finish_code == MACHINE_NO_RESTART || (!asked && too_many_deaths(m, now)))
		return fail(m);
	if (asked || m->once || now - m->started_ms >= MACHINE_BACKOFF_MS) {
		m->backoff_ms = 0;
		return again(m, 0, now);
	}
	m->backoff_ms = m->backoff_ms ? m->backoff_ms * 2 : MACHINE_BACKOFF_MS;
	if (m->backoff_ms > MACHINE_BACKOFF_MAX_MS)
		m->backoff_ms = MACHINE_BACKOFF_MAX_MS;
	m->state = MACHINE_BACKOFF;
	m->at_ms = now + m->backoff_ms;
	return 0;
}

static unsigned finish(struct machine *m, int64_t now)
{
	m->state = MACHINE_FINISH;
	m->at_ms = m->finish_ms ? now + m->finish_ms : 0;
	return DO_FINISH;
}

/* Only a service that is being stopped waits until nothing of it is left: a crashed one shall be back at once. */
static unsigned ended(struct machine *m, int code, int64_t now)
{
	m->code = code;
	m->ready = false;
	if (m->want == WANT_UP || !m->stopping)
		return DO_SWEEP | finish(m, now);
	m->state = MACHINE_SWEEP;
	if (!m->at_ms)
		m->at_ms = now + (m->kill_ms ? m->kill_ms : MACHINE_BACKOFF_MS);
	return DO_SWEEP;
}

static unsigned swept(struct machine *m, int value, int64_t now)
{
	(void)value;
	return finish(m, now);
}

static unsigned finished(struct machine *m, int code, int64_t now)
{
	m->at_ms = 0;
	return over(m, code, now);
}

static unsigned was_set_up(struct machine *m, int code, int64_t now)
{
	m->at_ms = 0;
	if (m->want == WANT_EXIT)
		return machine_leave(m, 0, now);
	if (m->want == WANT_DOWN && !m->once)
		return machine_rest(m, MACHINE_DOWN);
	if (code == 0 && !m->stopping)
		return run(m, now);
	m->code = code;
	m->started_ms = now;
	return over(m, 0, now);
}

/* What is not in here says nothing there. */
static const struct machine_row table[] = {
        {EV_UP, IN(DOWN) | IN(BACKOFF) | IN(FAILED), up},
        {EV_UP, IN(WAIT) | IN(SETUP) | IN(RUN) | IN(SWEEP) | IN(FINISH), want_up},
        {EV_ONCE, IN(DOWN) | IN(BACKOFF) | IN(FAILED), once},
        {EV_ONCE, IN(WAIT) | IN(SETUP) | IN(RUN) | IN(STOP) | IN(SWEEP) | IN(FINISH), want_once},
        {EV_DOWN, IN(DOWN) | IN(SWEEP) | IN(FINISH) | IN(FAILED), want_down},
        {EV_DOWN, IN(WAIT) | IN(BACKOFF), down},
        {EV_DOWN, IN(SETUP) | IN(RUN), stop},
        {EV_EXIT, IN(DOWN) | IN(WAIT) | IN(BACKOFF) | IN(FAILED), machine_leave},
        {EV_EXIT, IN(SETUP) | IN(RUN), stop_and_leave},
        {EV_EXIT, IN(SWEEP) | IN(FINISH), want_exit},
        {EV_CLOSE, IN(DOWN) | IN(WAIT) | IN(BACKOFF) | IN(FAILED), machine_leave},
        {EV_CLOSE, IN(SETUP), stop_and_leave},
        {EV_CLOSE, IN(RUN), close_and_leave},
        {EV_CLOSE, IN(SWEEP) | IN(FINISH), want_exit},
        {EV_TERM, IN(RUN), term},
        {EV_ALLOWED, IN(WAIT), allowed},
        {EV_SETUP, IN(SETUP), was_set_up},
        {EV_READY, IN(RUN), ready},
        {EV_ENDED, IN(RUN), ended},
        {EV_EMPTY, IN(SWEEP), swept},
        {EV_FINISH, IN(FINISH), finished},
        {EV_TIMER, IN(SETUP) | IN(RUN) | IN(FINISH), kill_it},
        {EV_TIMER, IN(SWEEP), kill_rest},
        {EV_TIMER, IN(BACKOFF), again},
};

machine_action *machine_row(const struct machine_row *rows, size_t n, enum machine_event e, enum machine_state state)
{
	for (; n--; rows++)
		if (rows->event == e && rows->states & 1 << state)
			return rows->act;
	return NULL;
}

unsigned machine_event(struct machine *m, enum machine_event e, int value, int64_t now)
{
	action *act = m->unit ? machine_unit_action(e, m->state) : NULL;

	if (!act)
		act = machine_row(table, sizeof table / sizeof *table, e, m->state);

	/* a command that was on its way when everything was told to stop does not keep it */
	if (m->want == WANT_EXIT && (e == EV_UP || e == EV_ONCE || e == EV_DOWN))
		return 0;
	return act ? act(m, value, now) : 0;
}

bool machine_reached(const struct machine *m)
{
	bool rests = m->state == MACHINE_DOWN || m->state == MACHINE_BACKOFF;

	return m->state == MACHINE_RUN ? m->ready : m->done && rests;
}

const char *machine_state_name(const struct machine *m)
{
	static const char names[MACHINE_STATES][9] = {
	        [MACHINE_DOWN] = "down",       [MACHINE_WAIT] = "waiting",   [MACHINE_SETUP] = "starting",
	        [MACHINE_RUN] = "up",          [MACHINE_SWEEP] = "stopping", [MACHINE_FINISH] = "finish",
	        [MACHINE_BACKOFF] = "backoff", [MACHINE_FAILED] = "failed",  [MACHINE_STOP] = "stopping",
	};

	if (m->state != MACHINE_RUN)
		return names[m->state == MACHINE_SETUP && m->waiting ? MACHINE_WAIT : m->state];
	return (m->unit || m->want != WANT_UP) && m->stopping ? "stopping"
	       : m->has_notify && !m->ready                   ? "starting"
	       : m->ready && m->has_notify                    ? "ready"
	                                                      : "up";
}
