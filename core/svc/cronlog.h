/* cronlog - what crond and its jobs have to say, line by line, on our stdout and stderr: tagged with headings
 * (pure/heading.h) for logd beneath init, else formatted here as logd would (INIT_LOG_FORMAT, INIT_LOG_TIMESTAMPS,
 * INIT_LOG_MAX_LINE).
 *
 * Never blocks: while one of the two is stuck the jobs' pipes are not read, and so their writers wait.
 */
#ifndef SVC_CRONLOG_H
#define SVC_CRONLOG_H

#include <stdbool.h>
#include <stdint.h>

/* Jobs are called so, a slash, and their label: "cron". */
extern const char *cronlog_prefix;

/* path: a file for all instead of stdout and stderr (appended; crond -L), or NULL. `room`: called when what was stuck
 * has moved; or NULL. After spawn_open(): it blocks SIGPIPE. 0, or -1 with errno. */
int cronlog_open(const char *path, void (*room)(void));

/* One output of one run: a pipe whose read end we own. */
struct cronlog_pipe;

/* Reads fd and passes on its lines as those of `label` until its end; it may outlive the run. *place leads to it, and
 * becomes NULL with its end. fd is taken over, also on failure: -1 with errno. */
int cronlog_add(struct cronlog_pipe **place, int fd, bool is_stderr, const char *label);

/* Passes on what the pipe holds now, so that it comes before what is said next, and forgets `place`. NULL: nothing to
 * do. False: that is stuck, and all is as before; to be asked again when there is room. */
bool cronlog_leave(struct cronlog_pipe *);

/* A line about a job (on stderr; label NULL: about none): severity of syslog; members of JSON
 * ("event":"job_end","exit":0) or NULL. */
__attribute__((format(printf, 4, 5))) void cronlog_say(const char *label, int severity, const char *members,
                                                       const char *, ...);

/* Reads all pipes to their ends and writes everything, in the loop, until then at the latest (clock_ms()). Was it
 * all? */
bool cronlog_flush(int64_t until_ms);

#endif
