/* followed - a file that a program logs to, being read line by line.
 *
 * Nothing but its position (svc/positions.h) is kept: a line that is not finished is read again when there is more of
 * it. All files share one buffer.
 */
#ifndef SVC_FOLLOWED_H
#define SVC_FOLLOWED_H

#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/types.h>

struct flow_input;
struct position;

enum { FOLLOWED_OPEN = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY };

/* The owner may change what is not said to be private. */
struct followed {
	struct followed *next;
	const void *of;       /* the owner's */
	struct position *pos; /* NULL: it is not followed */
	dev_t dev;
	ino_t ino;
	int fd;
	int watch;           /* the owner's */
	bool ready;          /* there may be something to read */
	bool seen;           /* the owner's */
	bool gone;           /* its path leads to it no more */
	unsigned char ticks; /* the owner's; 0 when something was read */
	char service[];
};

/* All, those that came first come first. */
extern struct followed *followed_all;

/* For lines of at most so many bytes, longer ones come in parts. 0, or -1 with ENOMEM. */
int followed_open(size_t line_max);

struct followed *followed_find(const struct stat *);

/* One more, not followed yet. service: NULL: called as its path's last part. NULL with ENOMEM. */
struct followed *followed_add(const char *service, const char *path, const struct stat *, const void *of);

/* Follows it, whose path it is, from where it is known to have been read to. 0, or -1 with errno. */
int followed_start(struct followed *, const char *path);

/* Follows it from that position; the descriptor is its own from now on. */
void followed_follow(struct followed *, struct position *, int fd);

/* Closed, taken out of the list and forgotten; *at pointed to it. */
void followed_forget(struct followed **at);

/* Does its path lead elsewhere, or to nothing? */
bool followed_left(const struct followed *);

/* Is there another, which had its path before, to be read first? */
bool followed_waits(const struct followed *);

/* Hands on what was written since, as much as one read brings, then tells whether it is still ready. `end`: an
 * unfinished line too. 1: there were lines, 0: there were none, -1: the sinks are stuck. */
int followed_read(struct followed *, struct flow_input *, bool end);

/* The buffer will not be used for a while. */
void followed_calm(void);

#endif
