/* cronlog - what crond and its jobs have to say, line by line, on our stdout and stderr: tagged with headings
 * (pure/heading.h) for logd beneath init, else formatted here as logd would (INIT_LOG_FORMAT, INIT_LOG_TIMESTAMPS).
 *
 * Never blocks: while one of the two is stuck the jobs' pipes are not read, and so their writers wait.
 */
#ifndef SVC_CRONLOG_H
#define SVC_CRONLOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct line;

/* path: a file for all instead of stdout and stderr (appended; crond -L), or NULL. 0, or -1 with errno. */
int cronlog_open(const char *path);

/* The output of one run: a pipe whose read end we own. */
struct cronlog_pipe;

/* Reads fd (taken over; non-blocking is set) and passes on its lines as those of `label` until its end; `closed` is
 * told. NULL with errno. */
struct cronlog_pipe *cronlog_add(int fd, bool is_stderr, const char *label, void (*closed)(void *), void *context);

/* Passes on what is there now, so that it comes before what is said next. Returns false if it could not all be. */
bool cronlog_drain(struct cronlog_pipe *);

/* A line about a job (on stderr): severity of syslog; members of JSON ("event":"job_end","exit":0) or NULL. */
__attribute__((format(printf, 4, 5))) void cronlog_say(const char *label, int severity, const char *members,
                                                       const char *, ...);

/* Is all written? Writes what it can for so many ms (at the end). */
bool cronlog_flush(int64_t until_ms);

#endif
