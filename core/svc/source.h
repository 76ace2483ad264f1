/* source - who writes log lines: a service with its one or two pipes, lent to us (sys/lend.h).
 *
 * A source with nothing to say costs its struct and no buffer: what a pipe left unfinished, its tail, is kept in a
 * block of memory that outlives us (sys/keep.h) and is gone with it. The read ends are made non-blocking, which
 * concerns their lender and the next logd alike and nobody else. A source of which only a tail is there, left by a logd
 * that was killed, is absent until it is lent again.
 */
#ifndef SVC_SOURCE_H
#define SVC_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "sys/loop.h"

struct filter;
struct lines;

struct source_pipe {
	struct loop_fd watch; /* fd -1: closed */
	struct source_tail *tail;
	uint32_t left;  /* while `ending`: bytes to read until the end */
	uint8_t stream; /* enum line_stream */
	bool ending;    /* its writer ended: behind `left` bytes a new line begins */
	bool going;     /* then it is to be closed */
	bool parked;    /* readable, but its sink is stuck */
	bool busy;      /* its flow has bytes of it in hand */
	uint8_t waits;  /* whether its last line may have more joined to it, and how long to wait */
	bool skip;      /* a part of its present line was dropped: so are the others */
	bool headed;    /* its lines may begin with headings */
};

struct source {
	struct source_pipe pipes[2]; /* stdout's, stderr's */
	struct filter *filter;       /* its flow's; NULL: not looked up yet */
	uint32_t id;
	pid_t pid;               /* its main process; 0: unknown */
	uint8_t level, facility; /* of all its lines, as of struct lend */
	char name[];             /* printable */
};

enum { SOURCE_READ = 65536 };

/* Finds the tails that are kept, and makes their sources, which are absent. 0, or -1 with errno. */
int source_open(void);

/* The source of that id, which is made and absent if there is none. NULL with errno (ENOMEM). */
struct source *source_recall(uint32_t id, const char *name);

/* Takes over the descriptors (-1: none), also when it fails. NULL with errno (EEXIST: the id is there; EMFILE: no
 * descriptor; ENOMEM). */
struct source *source_add(uint32_t id, const char *name, const int fds[2], void (*ready)(struct loop_fd *, uint32_t));

struct source *source_find(uint32_t id);
struct source *source_find_pid(pid_t); /* not 0 */
struct source *source_find_name(const char *);

/* Changes whenever one has gone: pointers kept from before are not good any more. */
unsigned source_gone(void);

/* All of them, in no order; closing one moves the last to its place. */
size_t source_count(void);
struct source *source_at(size_t i);

struct source *source_of(struct source_pipe *);

/* Has it a descriptor, a tail, or bytes in its flow's hand? */
bool source_open_pipe(const struct source_pipe *);

/* How many bytes are there to be read now, at most SOURCE_READ; 0: it is at its end; -1: none. Of a pipe that was lent
 * to us alone this is exact. */
ssize_t source_ready(struct source_pipe *);

/* May it be asked again at once? Reading could wait, if it is stdin. */
bool source_more(const struct source_pipe *);

/* Begins *lines at `fresh`, and puts the tail, which stays as it is, before that. */
void source_begin(const struct source_pipe *, char *fresh, struct lines *);

/* Reads so many bytes behind *lines. As read(2). */
ssize_t source_read(struct source_pipe *, struct lines *, size_t);

/* Keeps what is left in *lines as the tail. While it does the old tail is lost, and the new one not whole: what makes
 * both up has to be elsewhere. 0, or -1 with errno: no memory for it. */
int source_keep(struct source_pipe *, const struct lines *);

/* Memory for tails will not be used for a while. */
void source_calm(void);

/* The writer ended: `left` is what is in the pipe now. */
void source_end(struct source_pipe *);

/* Closes it. The source is freed with its last pipe. */
void source_close(struct source_pipe *);

#endif
