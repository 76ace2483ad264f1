/* readiness - see readiness.h */
#include "svc/readiness.h"

#include <string.h>
#include <unistd.h>

#include "base/msg.h"
#include "svc/job.h"
#include "svc/service.h"
#include "sys/clock.h"

enum { CHECK_FIRST_MS = 20, CHECK_MAX_MS = 1000 };

static void notified(struct loop_fd *w, uint32_t events)
{
	struct service *s = container_of(w, struct service, notify);
	char text[256];
	ssize_t n = read(w->fd, text, sizeof text);
	bool line = n > 0 && memchr(text, '\n', (size_t)n);

	(void)events;
	if (n > 0 && !line)
		return;
	loop_remove(w);
	close(w->fd);
	w->fd = -1;
	if (line)
		service_event(s, EV_READY, 0);
}

void readiness_close(struct service *s)
{
	if (s->notify.fd < 0)
		return;
	loop_remove(&s->notify);
	close(s->notify.fd);
	s->notify.fd = -1;
}

int readiness_open(struct service *s)
{
	struct pipe_ends p;

	readiness_close(s);
	if (!s->notify_to)
		return -1;
	if (service_open_pipe(&p)) {
		msg_error("%s: no pipe for its readiness: %m", s->name);
		return -1;
	}
	s->notify = (struct loop_fd){.fd = p.read, .ready = notified};
	if (loop_add(&s->notify, EPOLLIN)) {
		close(p.read);
		s->notify.fd = -1;
	}
	return p.write;
}

/* `check` has no event to tell of readiness: it is asked again, ever more slowly, until it says yes. A service that has
 * a check and no kill deadline to wait for leaves its timer free for that. */
static void checked(struct service *s, char what, int wstat)
{
	(void)what;
	if (s->machine.state != MACHINE_RUN || s->machine.ready)
		return;
	if (wstat == 0)
		service_event(s, EV_READY, 0);
	else
		readiness_ask_later(s);
}

bool readiness_asks(const struct service *s)
{
	return s->machine.state == MACHINE_RUN && !s->machine.ready && !s->machine.stopping && !s->notify_to &&
	       !(s->features & HAS_NOTIFY) && s->features & HAS_CHECK && s->machine.has_notify;
}

void readiness_ask_later(struct service *s)
{
	int64_t now = clock_ms(), wait = (now - s->machine.started_ms) / 4;

	if (!readiness_asks(s))
		return;
	wait = wait < CHECK_FIRST_MS ? CHECK_FIRST_MS : wait > CHECK_MAX_MS ? CHECK_MAX_MS : wait;
	loop_at(&s->timer, now + wait);
}

void readiness_ask(struct service *s)
{
	if (!job_running(s, 'C') && !job_start(s, 'C', "./check", checked))
		readiness_ask_later(s);
}
