/* sink - a place where lines go besides the container's stdout and stderr: a server, a directory.
 *
 * A kind of sink is one file core/svc/sink_NAME.c that ends with
 *
 *	static const struct sink_kind kind = {.schemes = "relp", .open = …};
 *	SINK(kind);
 *
 * SINK puts a pointer to it into a section of the binary which the linker gathers: no list names the kinds. Which are
 * used says INIT_LOG_FORWARD, by URL.
 */
#ifndef SVC_SINK_H
#define SVC_SINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct line;
struct sink;

struct sink_kind {
	const char *schemes; /* what stands before the colon of its URLs, blanks between them: "syslog syslog+tcp" */

	/* A new one, never closed, whose first member is struct sink; the URL stays. NULL and why, one line. */
	struct sink *(*open)(const char *url, const char **why);

	/* Takes a line whose memory is good only now; never called while it is stuck. */
	void (*put)(struct sink *, const struct line *);

	/* A burst of lines is over: what was gathered may be written. NULL: nothing to do. */
	void (*flush)(struct sink *);

	/* No more lines come: write what there is, at most until then (clock_ms()). NULL: nothing to do. */
	void (*stop)(struct sink *, int64_t until_ms);

	/* Is everything written (or given up)? NULL: always. */
	bool (*idle)(const struct sink *);
};

struct sink {
	const struct sink_kind *kind;
	struct sink *next;
	const char *url; /* for messages */
	bool stuck;      /* takes no line now, and who writes shall wait for it (sinks_moved() when that is over) */
};

#define SINK(kind) __attribute__((used, section("sinks"))) static const struct sink_kind *const in_section = &(kind)

#endif
