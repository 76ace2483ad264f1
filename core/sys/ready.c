/* ready - see ready.h */
#include "sys/ready.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "base/num.h"

static void heard(struct loop_fd *w, uint32_t events)
{
	struct ready *r = container_of(w, struct ready, watch);
	char text[16];
	ssize_t n = read(w->fd, text, sizeof text - 1);

	(void)events;
	text[n < 0 ? 0 : n] = '\0';
	text[strcspn(text, "\n")] = '\0';
	if (num_uint(text, ULONG_MAX, &r->count))
		r->count = 1;
	r->over = true;
	loop_remove(w);
	close(w->fd);
	w->fd = -1;
}

int ready_open(struct ready *r)
{
	int ends[2], saved;

	*r = (struct ready){.watch = {.fd = -1, .ready = heard}, .over = true, .count = 1};
	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK))
		return -1;
	r->watch.fd = ends[0];
	if (loop_add(&r->watch, EPOLLIN) == 0) {
		r->over = false;
		return ends[1];
	}
	saved = errno;
	close(ends[0]);
	close(ends[1]);
	errno = saved;
	return -1;
}
