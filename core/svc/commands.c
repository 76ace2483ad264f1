/* commands - see commands.h */
#include "svc/commands.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "svc/job.h"
#include "svc/program.h"
#include "svc/service.h"
#include "svc/statedir.h"
#include "svc/supervise.h"

static void signal_by(struct service *s, char byte)
{
	switch (byte) {
	case 'p':
		program_signal(s, SIGSTOP);
		break;
	case 'c':
		program_signal(s, SIGCONT);
		break;
	case 'a':
		program_signal(s, SIGALRM);
		break;
	case 'h':
		program_signal(s, s->reload_signal);
		break;
	case 'i':
		program_signal(s, SIGINT);
		break;
	case 'q':
		program_signal(s, SIGQUIT);
		break;
	case '1':
		program_signal(s, SIGUSR1);
		break;
	case '2':
		program_signal(s, SIGUSR2);
		break;
	case 'k':
		program_signal(s, SIGKILL);
		break;
	default:
		break;
	}
}

static void signal_script_done(struct service *s, char what, bool ok)
{
	job_control_over(s);
	if (!ok)
		signal_by(s, what);
}

static void command(struct service *s, char byte)
{
	static const char events[][2] = {['u'] = {EV_UP, 1},
	                                 ['o'] = {EV_ONCE, 1},
	                                 ['d'] = {EV_DOWN, 1},
	                                 ['x'] = {EV_EXIT, 1},
	                                 ['t'] = {EV_TERM, 1}};

	if (s->leaving || (byte == 'x' && s->logs_for))
		return;
	/* what was told to go for good is not called back */
	if (s->told_to_stop && (byte == 'u' || byte == 'o' || byte == 'd'))
		return;
	if (byte > 0 && (size_t)byte < sizeof events / sizeof *events && events[(int)byte][1]) {
		supervise_event(s, (enum machine_event)events[(int)byte][0], 0);
		return;
	}
	if (!byte || !strchr("pcahiq12k", byte))
		return;
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
