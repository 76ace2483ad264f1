/* leftovers - see leftovers.h */
#include "svc/leftovers.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/fmt.h"
#include "svc/service.h"
#include "sys/files.h"
#include "sys/procs.h"
#include "sys/random.h"

/* Our marks: bit 62, which those of other supervisors have too, 31 bits by chance, and the service's id. */
static const uint64_t any = 1ULL << 62;
static uint64_t ours;

void leftovers_open(void)
{
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	ours = any | random_bits() >> 33 << 31;
}

uint64_t leftovers_mark(const struct service *s)
{
	return ours ? ours | s->id : 0;
}

static bool is_marked(uint64_t mark)
{
	return mark >> 62 == any >> 62;
}

struct service *leftovers_service(pid_t pid)
{
	uint64_t mark = procs_mark(pid);
	bool by_mark = is_marked(mark);
	struct service *s = service_all;
	char name[256];

	if (!by_mark && procs_service(pid, name, sizeof name))
		return NULL;
	while (s && (by_mark ? leftovers_mark(s) != mark : strcmp(s->name, name) != 0))
		s = s->next;
	return s;
}

void leftovers_each(const struct service *s, void (*found)(const struct procs_one *, void *), void *arg)
{
	procs_marked(leftovers_mark(s), found, arg);
}

/* Who is signalled. */
struct swept {
	const struct service *service;
	unsigned count;
	int sig;
};

static void sweep(struct swept *w, pid_t pid, pid_t group)
{
	const struct service *s = w->service;

	if (s && (pid == s->pid || group == s->group))
		return;
	w->count++;
	kill(pid, w->sig);
}

static void marked(const struct procs_one *one, void *arg)
{
	sweep(arg, one->pid, one->group);
}

static bool by_name(const struct service *s, pid_t pid)
{
	char service[256];

	return !(s->unit && is_marked(procs_mark(pid))) && procs_service(pid, service, sizeof service) == 0 &&
	       strcmp(service, s->name) == 0;
}

static void sweep_children(struct swept *w)
{
	char path[48];
	size_t len;
	char *list;

	fmt_into(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
	list = files_load(AT_FDCWD, path, &len);
	if (!list)
		return;
	for (char *p = list; *p;) {
		pid_t pid = 0;
		for (; *p >= '0' && *p <= '9'; p++)
			pid = pid * 10 + (*p - '0');
		while (*p == ' ')
			p++;
		if (pid > 1 && (!w->service || by_name(w->service, pid)))
			sweep(w, pid, getpgid(pid));
	}
	free(list);
}

unsigned leftovers_signal(const struct service *s, int sig, bool deep)
{
	struct swept w = {.service = s, .sig = sig};

	/* EPERM: it is there, but changed its user (we are not root): it counts until it has gone */
	if (s && s->group > 1 && (kill(-s->group, sig) == 0 || errno == EPERM))
		w.count++;
	if (deep && s && s->unit)
		leftovers_each(s, marked, &w);
	if (deep)
		sweep_children(&w);
	return w.count;
}
