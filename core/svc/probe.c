/* probe - see probe.h */
#include "svc/probe.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/num.h"
#include "base/signals.h"
#include "pure/status.h"
#include "svc/svdir.h"
#include "sys/clock.h"
#include "sys/spawn.h"

enum { CONNECT_MS = 3000 };

static const char no_answer[] = "no answer";

static void hang_up(struct probe *p)
{
	if (p->watch.fd < 0)
		return;
	loop_remove(&p->watch);
	close(p->watch.fd);
	p->watch.fd = -1;
}

void probe_kill(const struct probe *p)
{
	if (!p->pid)
		return;
	kill(-p->pid, SIGKILL);
	kill(p->pid, SIGKILL); /* it may not have come to its group yet */
}

void probe_cancel(struct probe *p)
{
	if (!p->watch.ready)
		return;
	resolve_cancel(&p->resolve);
	loop_at(&p->timer, 0);
	hang_up(p);
	probe_kill(p);
	if (p->pid)
		waitpid(p->pid, NULL, 0);
	p->pid = 0;
}

/* NULL: it is there. */
static void over(struct probe *p, const char *why)
{
	probe_cancel(p);
	p->there = !why;
	fmt_into(p->why, sizeof p->why, "%s", why ? why : "");
	p->done(p);
}

/* 0, or -1 with errno. */
static int dial(struct probe *p, const struct sockaddr *to, socklen_t size)
{
	hang_up(p);
	p->watch.fd = socket(to->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (p->watch.fd < 0 || (connect(p->watch.fd, to, size) && errno != EINPROGRESS))
		return -1;
	return loop_add(&p->watch, EPOLLOUT);
}

/* The next address; `why` is what was wrong with the one before. */
static void dial_next(struct probe *p, const char *why)
{
	int64_t now = clock_ms(), share;

	for (; p->next < p->resolve.count && now < p->until_ms; why = strerror(errno)) {
		const union address *to = p->resolve.list + p->next;
		share = (p->until_ms - now) / (p->resolve.count - p->next++);
		loop_at(&p->timer, now + (share < CONNECT_MS ? share : CONNECT_MS));
		if (dial(p, &to->any, address_size(to)) == 0)
			return;
	}
	over(p, why);
}

static void silent(struct loop_timer *t)
{
	dial_next(container_of(t, struct probe, timer), no_answer);
}

static void resolved(struct resolve *r)
{
	struct probe *p = container_of(r, struct probe, resolve);

	if (r->count && p->target.kind == TARGET_DNS)
		over(p, NULL);
	else
		dial_next(p, r->count ? no_answer : r->why);
}

/* Nobody listens on a port that the kernel then gave to our own end: connected to itself. */
static bool is_self(int fd)
{
	_Alignas(union address) char here[sizeof(union address)], there[sizeof here];
	socklen_t a = sizeof here, b = sizeof there;

	return getsockname(fd, (struct sockaddr *)(void *)here, &a) == 0 &&
	       getpeername(fd, (struct sockaddr *)(void *)there, &b) == 0 && a == b && memcmp(here, there, a) == 0;
}

/* Sends the request. 0, or -1 with errno. */
static int ask(struct probe *p)
{
	const struct target *t = &p->target;
	char mem[TARGET_WORD + 64];
	struct fmt f;

	fmt_open(&f, mem, sizeof mem);
	fmt_add(&f, "GET %s%s HTTP/1.1\r\nHost: %.*s\r\nConnection: close\r\n\r\n", *t->page == '/' ? "" : "/", t->page,
	        t->name_len, t->name);
	p->asked = true;
	p->got = 0;
	loop_at(&p->timer, p->until_ms);
	p->next = p->resolve.count;
	if (send(p->watch.fd, mem, f.len, MSG_NOSIGNAL) != (ssize_t)f.len)
		return -1;
	return loop_change(&p->watch, EPOLLIN);
}

/* "HTTP/1.1 200" */
static void judge(struct probe *p)
{
	const char *digits = p->head + PROBE_HEAD - 4, *at = digits;
	unsigned long status;
	char why[16];

	p->head[p->got] = '\0';
	if (strncmp(p->head, "HTTP/1.", 7) != 0 || num_digits(&at, p->head + p->got, 3, &status) < 3) {
		over(p, "no answer of HTTP");
		return;
	}
	fmt_into(why, sizeof why, "status %s", digits);
	over(p, target_status(&p->target, (unsigned)status) ? NULL : why);
}

static void hear(struct probe *p)
{
	ssize_t n = read(p->watch.fd, p->head + p->got, PROBE_HEAD - 1 - p->got);

	if (n > 0)
		p->got += (unsigned)n;
	if (n < 0 && errno != EAGAIN)
		over(p, strerror(errno));
	else if (n == 0 || p->got == PROBE_HEAD - 1)
		judge(p);
}

static void ready(struct loop_fd *w, uint32_t events)
{
	struct probe *p = container_of(w, struct probe, watch);
	int err = 0;
	socklen_t size = sizeof err;

	(void)events;
	if (p->asked) {
		hear(p);
		return;
	}
	getsockopt(w->fd, SOL_SOCKET, SO_ERROR, &err, &size);
	if (!err && is_self(w->fd))
		err = ECONNREFUSED;
	if (err)
		dial_next(p, strerror(err));
	else if (p->target.kind != TARGET_HTTP && p->target.kind != TARGET_HTTP_UNIX)
		over(p, NULL);
	else if (ask(p))
		over(p, strerror(errno));
}

/* A socket of another type has somebody behind it too, or it would refuse. */
static void dial_path(struct probe *p)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};

	fmt_into(to.sun_path, sizeof to.sun_path, "%s", p->target.path);
	if (dial(p, (const struct sockaddr *)&to, sizeof to))
		over(p, errno == EPROTOTYPE && p->target.kind == TARGET_UNIX ? NULL : strerror(errno));
}

static void look_for_file(struct probe *p)
{
	struct stat st;
	bool is = stat(p->target.path, &st) == 0;

	if (is && p->target.kind == TARGET_DIR && !S_ISDIR(st.st_mode)) {
		errno = ENOTDIR;
		is = false;
	}
	over(p, is ? NULL : strerror(errno));
}

static void run(struct probe *p)
{
	static int null = -1;
	struct spawn s = {.argv = p->target.argv, .group = true};

	if (null < 0)
		null = open("/dev/null", O_RDWR | O_CLOEXEC);
	s.in = s.out = s.err = null;
	p->pid = spawn(&s);
	if (p->pid > 0)
		return;
	p->pid = 0;
	over(p, strerror(errno));
}

void probe_ended(struct probe *p, int wstat)
{
	struct spawn_error e;
	char why[SIGNALS_ENDED];
	pid_t pid = p->pid;

	p->pid = 0;
	if (!wstat) {
		over(p, NULL);
	} else if (WIFEXITED(wstat) && WEXITSTATUS(wstat) >= SPAWN_NOT_RUN && spawn_failed(pid, &e)) {
		over(p, spawn_why(p->target.argv[0], &e));
	} else {
		signals_ended(why, wstat);
		over(p, why);
	}
}

/* As `service check` sees it. */
static void look_at_service(struct probe *p)
{
	bool up = p->target.up, is;
	char mem[1024];
	struct svstate s;
	struct svdir dir;
	struct status st;

	if (svdir_open(&dir, p->target.path)) {
		svdir_close(&dir);
		over(p, errno == ENOENT ? "no such service" : strerror(errno));
		return;
	}
	svdir_look(&dir, &st, &s, mem, sizeof mem);
	svdir_close(&dir);
	is = up && *s.state != '-' ? st.pid && st.state == STATUS_RUN : s.ready || s.done;
	over(p, is ? NULL : *s.state == '-' ? s.reason : s.state);
}

void probe_start(struct probe *p, int64_t until_ms)
{
	const struct target *t = &p->target;

	probe_cancel(p);
	p->watch = (struct loop_fd){.fd = -1, .ready = ready};
	p->timer.fire = silent;
	p->until_ms = until_ms;
	p->resolve.done = resolved;
	p->resolve.count = p->next = 0;
	p->asked = false;
	loop_at(&p->timer, until_ms);
	switch (t->kind) {
	case TARGET_TCP:
	case TARGET_HTTP:
	case TARGET_DNS:
		if (resolve_start(&p->resolve, t->host, t->port))
			resolved(&p->resolve);
		break;
	case TARGET_UNIX:
	case TARGET_HTTP_UNIX:
		dial_path(p);
		break;
	case TARGET_FILE:
	case TARGET_DIR:
		look_for_file(p);
		break;
	case TARGET_EXEC:
		run(p);
		break;
	case TARGET_SERVICE:
		look_at_service(p);
		break;
	}
}
