/* top - the list on a live screen, `service top`; see top.h
 *
 * config: TOP
 */
#include "svc/top.h"

#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "sys/clock.h"
#include "sys/files.h"
#include "sys/loop.h"

enum { EACH_MS = 1000, LINES = 24 };

static void redraw(struct loop_timer *);
static void key(struct loop_fd *, uint32_t);

static void (*draw_all)(unsigned);
static struct loop_timer again = {.fire = redraw};
static struct loop_fd keys = {.fd = 0, .ready = key};
static bool over;

static void redraw(struct loop_timer *t)
{
	struct winsize size = {0};

	ioctl(1, TIOCGWINSZ, &size);
	files_write_all(1, "\33[H", 3);
	draw_all(size.ws_row ? size.ws_row : LINES);
	files_write_all(1, "\33[J", 3); /* what more there was before */
	loop_at(t, clock_ms() + EACH_MS);
}

static void key(struct loop_fd *w, uint32_t events)
{
	char text[16];
	ssize_t n = read(w->fd, text, sizeof text);

	(void)events;
	over |= n <= 0 || memchr(text, 'q', (size_t)n);
}

static void signalled(const struct signalfd_siginfo *i)
{
	if (i->ssi_signo == SIGWINCH)
		redraw(&again);
	else
		over = true;
}

int top_run(void (*draw)(unsigned lines))
{
	/* the other page, no cursor, no wrapping at the right edge; and back */
	static const char begin[] = "\33[?1049h\33[?25l\33[?7l", end[] = "\33[?7h\33[?25h\33[?1049l";
	struct termios was, raw;
	sigset_t set;

	sigemptyset(&set);
	for (int i = 0; i < 4; i++)
		sigaddset(&set, (const int[]){SIGINT, SIGTERM, SIGHUP, SIGWINCH}[i]);
	if (tcgetattr(1, &raw) || tcgetattr(0, &was) || loop_open(&set, signalled) || loop_add(&keys, EPOLLIN))
		return -1;
	draw_all = draw;
	raw = was;
	raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	tcsetattr(0, TCSANOW, &raw);
	files_write_all(1, begin, sizeof begin - 1);
	redraw(&again);
	while (!over)
		loop_turn(true);
	files_write_all(1, end, sizeof end - 1);
	return tcsetattr(0, TCSANOW, &was);
}
