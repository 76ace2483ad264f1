/* notify - see notify.h */
#include "svc/notify.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/msg.h"
#include "pure/notify.h"
#include "svc/job.h"
#include "svc/leftovers.h"
#include "svc/mainpid.h"
#include "svc/service.h"
#include "svc/statedir.h"
#include "sys/clock.h"
#include "sys/loop.h"
#include "sys/procs.h"

enum { TURN = 64, REST_MS = 5, STATUS_MAX = 255 };

/* Of a service that has one; on the heap until its run is over. */
struct watchdog {
	struct loop_timer timer;
	struct watchdog *next;
	struct service *service;
	uint32_t ms;
};

static void on_message(struct loop_fd *, uint32_t);
static void on_rest(struct loop_timer *);

static struct watchdog *watchdogs;
static struct loop_fd watch = {.fd = -1, .ready = on_message};
static struct loop_timer rest = {.fire = on_rest};
static char variable[sizeof(struct sockaddr_un) + 16];

/* Watchdog ------------------------------------------------------------- */

static void expired(struct loop_timer *t)
{
	struct watchdog *w = container_of(t, struct watchdog, timer);

	msg_error("%s: watchdog: nothing was heard of it for %u ms", w->service->name, (unsigned)w->ms);
	service_event(w->service, EV_FAIL, UNITLIFE_WATCHDOG);
}

static struct watchdog **find(const struct service *s)
{
	struct watchdog **p = &watchdogs;

	while (*p && (*p)->service != s)
		p = &(*p)->next;
	return p;
}

static void rearm(struct watchdog *w)
{
	if (w)
		loop_at(&w->timer, w->ms ? clock_ms() + w->ms : 0);
}

/* With another time from now on; 0: no more. */
static void set_watchdog(struct service *s, uint32_t ms)
{
	struct watchdog **p = find(s);

	if (!*p && ms && (*p = calloc(1, sizeof **p))) {
		(*p)->service = s;
		(*p)->timer.fire = expired;
	}
	if (*p)
		(*p)->ms = ms;
	rearm(*p);
}

void notify_up(struct service *s)
{
	struct watchdog *w = *find(s);

	if (w)
		rearm(w);
	else if (s->unit && s->unit->watchdog_ms)
		set_watchdog(s, s->unit->watchdog_ms);
}

static void set_status(struct service *s, const char *text)
{
	free(s->status);
	s->status = text && *text ? strndup(text, STATUS_MAX) : NULL;
}

void notify_ended(struct service *s)
{
	struct watchdog **p = find(s), *w = *p;

	s->reloading = false;
	set_status(s, NULL);
	if (!w)
		return;
	*p = w->next;
	loop_at(&w->timer, 0);
	free(w);
}

/* Messages ------------------------------------------------------------- */

static uint32_t in_ms(uint64_t us)
{
	return us / 1000 < INT32_MAX ? (uint32_t)((us + 999) / 1000) : 0;
}

static void take(struct service *s, const struct notify *n)
{
	if (n->main_pid && s->unit && s->machine.state == MACHINE_RUN && !mainpid_told(s, n->main_pid))
		msg_warn("%s: MAINPID=%d: that is none of its processes", s->name, (int)n->main_pid);
	if (n->status || n->error)
		set_status(s, n->status && *n->status ? n->status : n->error ? strerror(n->error) : NULL);
	if (n->what & NOTIFY_WATCHDOG_USEC && s->unit && s->machine.state == MACHINE_RUN)
		set_watchdog(s, in_ms(n->watchdog_us));
	if (n->what & NOTIFY_WATCHDOG)
		rearm(*find(s));
	if (n->what & (NOTIFY_RELOADING | NOTIFY_READY))
		s->reloading = n->what & NOTIFY_RELOADING;
	if (n->extend_us)
		service_event(s, EV_EXTEND, (int)in_ms(n->extend_us));
	if (n->what & NOTIFY_WATCHDOG_TRIGGER)
		service_event(s, EV_FAIL, UNITLIFE_WATCHDOG);
	else if (n->what & NOTIFY_STOPPING)
		service_event(s, EV_STOPPING, 0);
	else if (n->what & NOTIFY_READY)
		service_event(s, EV_READY, 0);
	if (n->what & ~(unsigned)NOTIFY_WATCHDOG || n->status || n->error)
		statedir_touch(s);
}

/* One of its control processes: `unit PHASE`, or what that has started. */
static bool is_control(const struct service *s, pid_t pid)
{
	struct procs_one one = {0};

	if (s->machine.state != MACHINE_RUN && pid == s->pid)
		return true;
	procs_read(pid, &one);
	return job_is(s, pid) || job_is(s, one.parent) || (s->machine.state != MACHINE_RUN && one.parent == s->pid);
}

static bool believed(const struct service *s, pid_t pid)
{
	switch (s->unit ? s->unit->access : UNITLIFE_ACCESS_ALL) {
	case UNITLIFE_ACCESS_ALL:
		return true;
	case UNITLIFE_ACCESS_EXEC:
		if (is_control(s, pid))
			return true;
		/* fall through */
	case UNITLIFE_ACCESS_MAIN:
		return s->machine.state == MACHINE_RUN && pid == s->pid;
	default:
		return false;
	}
}

/* One message. The control data has no room for descriptors: the kernel closes them. False: there is none. */
static bool receive(void)
{
	static char text[NOTIFY_MAX + 1];
	union {
		struct cmsghdr head; /* for its alignment */
		char mem[CMSG_SPACE(sizeof(struct ucred))];
	} from = {0};
	struct iovec part = {.iov_base = text, .iov_len = NOTIFY_MAX};
	struct msghdr m = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = &from, .msg_controllen = sizeof from};
	ssize_t n = recvmsg(watch.fd, &m, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	struct service *s = NULL;
	struct ucred who = {0};
	struct notify told;

	if (n < 0)
		return errno == EINTR;
	if (m.msg_controllen >= CMSG_LEN(sizeof who) && from.head.cmsg_type == SCM_CREDENTIALS) {
		memcpy(&who, CMSG_DATA(&from.head), sizeof who);
		s = leftovers_service(who.pid);
	}
	text[n] = '\0';
	if (!s)
		msg_info("notify: a message of process %d is dropped: it is not there any more, or no service's",
		         (int)who.pid);
	else if (!believed(s, who.pid))
		msg_info("%s: a message of process %d is dropped: NotifyAccess= says whom to believe", s->name,
		         (int)who.pid);
	else {
		notify_read(&told, text, (size_t)n);
		take(s, &told);
	}
	return true;
}

static void on_message(struct loop_fd *w, uint32_t events)
{
	(void)w, (void)events;
	for (int i = 0; i < TURN; i++)
		if (!receive())
			return;
	loop_change(&watch, 0);
	loop_at(&rest, clock_ms() + REST_MS);
}

static void on_rest(struct loop_timer *t)
{
	(void)t;
	loop_change(&watch, EPOLLIN);
}

int notify_open_socket(const char *run_dir)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	int yes = 1;

	errno = ENAMETOOLONG;
	if (fmt_into(at.sun_path, sizeof at.sun_path, "%s/notify", run_dir) == 0 &&
	    (watch.fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) >= 0 &&
	    (unlink(at.sun_path) == 0 || errno == ENOENT) &&
	    setsockopt(watch.fd, SOL_SOCKET, SO_PASSCRED, &yes, sizeof yes) == 0 &&
	    bind(watch.fd, (const struct sockaddr *)&at, sizeof at) == 0 && chmod(at.sun_path, 0666) == 0 &&
	    loop_add(&watch, EPOLLIN) == 0) {
		fmt_into(variable, sizeof variable, "NOTIFY_SOCKET=%s", at.sun_path);
		return 0;
	}
	msg_error("%s/notify: %m: units that tell when they are ready never are", run_dir);
	return -1;
}

const char *notify_variable(void)
{
	return variable[0] ? variable : NULL;
}
