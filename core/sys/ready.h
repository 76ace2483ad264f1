/* ready - hearing that a child is ready, s6's way: it writes a line to a descriptor it was given. */
#ifndef SYS_READY_H
#define SYS_READY_H

#include <stdbool.h>

#include "sys/loop.h"

/* The caller's, static. */
struct ready {
	struct loop_fd watch;
	bool over;           /* it was said, or cannot be any more: the child has closed the descriptor */
	unsigned long count; /* the number in that line; 1 if there was none */
};

/* The end for the child, which the caller closes; or -1 with errno, and `over` is set. */
int ready_open(struct ready *);

#endif
