/* lender - see lender.h */
#include "svc/lender.h"

#include <errno.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/msg.h"
#include "svc/service.h"
#include "sys/lend.h"

static void answered(struct loop_fd *, uint32_t events);

static struct loop_fd line = {.fd = -1, .ready = answered};

static int send_one(struct service *s, enum lend_op op)
{
	struct lend l = {.op = op, .id = s->id, .pid = s->pid};
	const struct unitlife *u = s->unit;

	if (op == LEND_ADD && fmt_into(l.name, sizeof l.name, "%s", u && u->log_name ? u->log_name : s->name))
		return 0;
	if (u) {
		l.level = u->level;
		l.facility = u->facility;
	}
	return lend_send(line.fd, &l, op == LEND_ADD ? s->out.read : -1, op == LEND_ADD ? s->err.read : -1);
}

/* Lends what is not lent yet, and says what is not said yet; the queue being full, goes on when it has room. */
static void lend_rest(void)
{
	for (struct service *s = service_all; s;) {
		enum lend_op op = !s->lent ? LEND_ADD : s->end_due ? LEND_END : LEND_PID;
		if (s->out.read < 0 || (s->lent && !s->end_due && !s->pid_due)) {
			s = s->next;
			continue;
		}
		if (send_one(s, op)) {
			loop_change(&line, EPOLLIN | EPOLLOUT);
			return;
		}
		s->lent = true;
		s->end_due = s->end_due && op != LEND_END;
		s->pid_due = s->pid_due && op == LEND_END;
	}
	loop_change(&line, EPOLLIN);
}

static void answered(struct loop_fd *w, uint32_t events)
{
	struct lend l;
	int fds[2], n;

	while ((n = lend_receive(w->fd, &l, fds)) > 0)
		if (l.op == LEND_HELLO)
			for (struct service *s = service_all; s; s = s->next)
				s->lent = false;
	if (n == 0 || events & EPOLLHUP) {
		loop_remove(w);
		w->fd = -1;
		return;
	}
	lend_rest();
}

void lender_open(int sock)
{
	line.fd = sock;
	if (loop_add(&line, EPOLLIN)) {
		msg_error("no log: %m");
		line.fd = -1;
	}
}

void lender_add(struct service *s)
{
	if (line.fd < 0)
		return;
	if (service_open_pipe(&s->out) || service_open_pipe(&s->err)) {
		msg_error("%s: no pipes for its log (%m): it writes unnamed; raise the limit of open files", s->name);
		service_close_pipe(&s->out);
		return;
	}
	if (send_one(s, LEND_ADD) == 0)
		s->lent = true;
	else
		loop_change(&line, EPOLLIN | EPOLLOUT);
}

void lender_end(struct service *s)
{
	if (!s->lent || s->machine.want == WANT_EXIT || send_one(s, LEND_END) == 0)
		return;
	s->end_due = true;
	loop_change(&line, EPOLLIN | EPOLLOUT);
}

void lender_started(struct service *s)
{
	if (!s->lent || send_one(s, LEND_PID) == 0)
		return;
	s->pid_due = true;
	loop_change(&line, EPOLLIN | EPOLLOUT);
}
