/* queue - where records wait for a server: a ring (pure/ring.h) in memory that outlives a killed logd (sys/keep.h), or
 * in a file that outlives the container (sys/spool.h). What is done with costs neither memory nor disk.
 */
#ifndef SVC_QUEUE_H
#define SVC_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pure/ring.h"
#include "sys/spool.h"

struct queue {
	struct ring ring;
	struct spool spool;       /* fd -1: in memory */
	uint64_t reserved, given; /* positions: up to where the spool has space; up to where it was given back */
};

/* In memory, under a name. 0, or -1 with errno. */
int queue_open(struct queue *, const char *name, size_t size);

/* In a file of that directory, which is made. */
int queue_open_spool(struct queue *, const char *dir, const char *name, size_t size);

/* Appends a copy. false: there is no room, or no space on the disk. */
bool queue_add(struct queue *, const char *record, size_t len);

/* The oldest record is done. */
void queue_drop(struct queue *);

#endif
