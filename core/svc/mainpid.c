/* mainpid - see mainpid.h */
#include "svc/mainpid.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/msg.h"
#include "base/num.h"
#include "svc/leftovers.h"
#include "svc/lender.h"
#include "svc/service.h"
#include "svc/statedir.h"
#include "sys/loop.h"
#include "sys/procs.h"
#include "sys/watch.h"

/* A run whose first process was not, or may not be, its last. On the heap until mainpid_close(). */
struct run {
	struct run *next;
	struct service *service;
	struct loop_fd ends; /* pidfd of a main process that is not our child */
	bool waits;          /* for its PIDFile= */
	bool guessed;        /* s->pid, or that there is none to be known */
};

static struct run *runs;

static struct run *find(const struct service *s)
{
	struct run *r = runs;

	while (r && r->service != s)
		r = r->next;
	return r;
}

static struct run *make(struct service *s)
{
	struct run *r = find(s);

	if (!r && (r = calloc(1, sizeof *r))) {
		r->service = s;
		r->ends.fd = -1;
		r->next = runs;
		runs = r;
	}
	return r;
}

static void no_pidfd(struct run *r)
{
	loop_remove(&r->ends);
	if (r->ends.fd >= 0)
		close(r->ends.fd);
	r->ends.fd = -1;
}

void mainpid_close(struct service *s)
{
	struct run **p = &runs, *r = find(s);

	if (!r)
		return;
	while (*p != r)
		p = &(*p)->next;
	*p = r->next;
	no_pidfd(r);
	free(r);
}

/* Is it alive, and his? `file`: that says so. */
static bool suits(const struct service *s, pid_t pid, const struct stat *file, struct procs_one *one)
{
	const struct service *of;

	if (pid <= 1 || pid == getpid() || procs_read(pid, one) || strchr("ZX", one->state))
		return false;
	of = leftovers_service(pid);
	return of == s || (!of && file && file->st_uid == 0 && file->st_mtim.tv_sec >= s->since.tv_sec);
}

static void ended(struct loop_fd *w, uint32_t events)
{
	struct run *r = container_of(w, struct run, ends);
	siginfo_t info = {0};

	(void)events;
	no_pidfd(r);
	/* our child meanwhile: it will be reaped, and tell how it ended */
	if (waitid(P_PID, (id_t)r->service->pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid)
		return;
	service_event(r->service, EV_ENDED, 0);
}

/* That process it is, unless it has just gone. */
static bool set(struct run *r, const struct procs_one *one)
{
	struct service *s = r->service;

	no_pidfd(r);
	if (one->parent != getpid()) {
		r->ends = (struct loop_fd){.fd = (int)syscall(SYS_pidfd_open, one->pid, 0), .ready = ended};
		if (r->ends.fd < 0 && errno == ESRCH)
			return false;
		loop_add(&r->ends, EPOLLIN);
	}
	s->pid = one->pid;
	r->waits = r->guessed = false;
	lender_started(s);
	statedir_touch(s);
	msg_info("%s: main process is %d", s->name, (int)s->pid);
	return true;
}

/* The main process is the one that the PIDFile= names. */
static bool set_by_file(struct run *r)
{
	const struct service *s = r->service;
	char text[32], *word = text;
	struct procs_one one;
	unsigned long pid;
	struct stat st;
	ssize_t n = -1;
	int fd;

	if (!s->unit->pid_file)
		return false;
	fd = open(s->unit->pid_file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return false;
	if (fstat(fd, &st) == 0)
		n = read(fd, text, sizeof text - 1);
	close(fd);
	text[n < 0 ? 0 : n] = '\0';
	word += strspn(word, " \t\n");
	word[strcspn(word, " \t\r\n")] = '\0';
	return num_uint(word, 1UL << 30, &pid) == 0 && suits(s, (pid_t)pid, &st, &one) && set(r, &one);
}

/* Candidates for a guess. */
struct guess {
	struct procs_one one;
	unsigned count;
};

static void child(const struct procs_one *one, void *arg)
{
	struct guess *g = arg;

	if (one->parent != getpid())
		return;
	g->one = *one;
	g->count++;
}

/* True if there is one at all. */
static bool guess(struct run *r)
{
	struct guess g = {0};

	leftovers_each(r->service, child, &g);
	if (g.count == 1 && r->service->unit->guess_main)
		set(r, &g.one);
	r->guessed = true;
	return g.count > 0;
}

/* Watched first and then read: no change is missed. */
static void look_for_files(void)
{
	if (watch_open(look_for_files))
		msg_warn("PID files: %m");
	for (struct run *r = runs; r; r = r->next)
		if (r->waits)
			watch_path(r->service->unit->pid_file);
	for (struct run *r = runs; r;) {
		if (r->waits && set_by_file(r)) {
			service_event(r->service, EV_MAIN, 0);
			r = runs; /* the list may have changed */
		} else {
			r = r->next;
		}
	}
}

void mainpid_find(struct service *s)
{
	struct run *r = make(s);

	if (r && s->unit->pid_file) {
		r->waits = true;
		look_for_files();
		mainpid_look();
		return;
	}
	if (r)
		guess(r);
	service_event(s, EV_MAIN, 0);
	mainpid_look();
}

bool mainpid_told(struct service *s, pid_t pid)
{
	struct procs_one one;
	struct run *r;
	bool waited;

	/* while the starter lives nothing is decided */
	if (pid == s->pid || (s->unit->type == UNITLIFE_FORKING && !s->machine.forked))
		return true;
	if (!suits(s, pid, NULL, &one) || !(r = make(s)))
		return false;
	waited = r->waits;
	if (!set(r, &one))
		return false;
	if (waited)
		service_event(s, EV_MAIN, 0);
	return true;
}

bool mainpid_moved(struct service *s, int wstat)
{
	struct run *r = find(s);

	if (r)
		no_pidfd(r);
	return r && !s->machine.stopping && (set_by_file(r) || (r->guessed && wstat == 0 && guess(r)));
}

void mainpid_look(void)
{
	struct run *r = runs;

	while (r) {
		struct service *s = r->service;
		if ((r->waits || (r->guessed && !s->pid)) && !leftovers_signal(s, 0, true)) {
			if (r->waits)
				msg_error("%s: ended without writing its PIDFile, %s", s->name, s->unit->pid_file);
			r->waits = r->guessed = false;
			service_event(s, EV_EMPTY, 0);
			r = runs;
		} else {
			r = r->next;
		}
	}
}
