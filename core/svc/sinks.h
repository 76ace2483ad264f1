/* sinks - all sinks that are used (svc/sink.h), as one. */
#ifndef SVC_SINKS_H
#define SVC_SINKS_H

#include <stdbool.h>
#include <stdint.h>

struct line;

/* Opens one by its URL, "SCHEME:…", which stays. 0, or -1 and why. */
int sinks_open(const char *url, const char **why);

/* INIT_LOG_FULL: a sink that can take no more drops lines, or makes their writers wait. */
extern bool sinks_drop;

/* Are there any? */
bool sinks_used(void);

/* A line for all of them, which must not be stuck. */
void sinks_line(const struct line *);

/* A burst of lines is over. */
void sinks_flush(void);

/* Does one want the writers to wait? */
bool sinks_stuck(void);

/* What is called when none is stuck any more; and for a sink to say that it is not. */
void sinks_on_room(void (*)(void));
void sinks_moved(void);

/* No more lines come; then, whether all is written. */
void sinks_stop(int64_t until_ms);
bool sinks_idle(void);

#endif
