/* commands - see commands.h */
#include "svc/commands.h"

#include <signal.h>
#include <unistd.h>

#include "svc/job.h"
#include "svc/phases.h"
#include "svc/program.h"
#include "svc/service.h"
#include "svc/statedir.h"
#include "svc/supervise.h"

enum { NONE = MACHINE_EVENTS };

/* What a byte tells: the machine an event, or the program a signal (0: that of reload-signal). */
static const struct {
	char byte;
	unsigned char event, signal;
} meanings[] = {
        {'u', EV_UP, 0},      {'o', EV_ONCE, 0},    {'d', EV_DOWN, 0},    {'x', EV_EXIT, 0},    {'t', EV_TERM, 0},
        {'p', NONE, SIGSTOP}, {'c', NONE, SIGCONT}, {'a', NONE, SIGALRM}, {'h', NONE, 0},       {'i', NONE, SIGINT},
        {'q', NONE, SIGQUIT}, {'1', NONE, SIGUSR1}, {'2', NONE, SIGUSR2}, {'k', NONE, SIGKILL},
};

static int meaning(char byte)
{
	int i = sizeof meanings / sizeof *meanings;

	while (i-- > 0 && meanings[i].byte != byte)
		;
	return i;
}

static void signal_by(struct service *s, char byte)
{
	int sig = meanings[meaning(byte)].signal;

	program_signal(s, sig ? sig : s->reload_signal);
}

static void signal_script_done(struct service *s, char what, int wstat)
{
	job_control_over(s);
	if (wstat)
		signal_by(s, what);
}

static void command(struct service *s, char byte)
{
	int i = meaning(byte);

	if (i < 0 || s->leaving || (byte == 'x' && s->logs_for))
		return;
	if (meanings[i].event != NONE) {
		supervise_options.hooks.told(s, (enum machine_event)meanings[i].event);
		return;
	}
	if (byte == 'h' && s->unit) {
		phases_reload(s);
		return;
	}
	if (byte == 'p' || byte == 'c')
		s->paused = byte == 'p';
	statedir_touch(s);
	if (s->pid && !job_control(s, byte, signal_script_done))
		signal_by(s, byte);
}

/* A script or an exit may end the reading: the service may then be gone, or its FIFO be closed. */
void commands_ready(struct loop_fd *w, uint32_t events)
{
	struct service *s = container_of(w, struct service, control);
	char byte;

	(void)events;
	for (int i = 0; i < 64; i++) {
		bool leaves;
		if (read(w->fd, &byte, 1) != 1)
			return;
		leaves = byte == 'x';
		command(s, byte);
		if (leaves || job_running(s, 0))
			return;
	}
}
