/* filter - what the settings do to lines before they get anywhere: left out by severity and rate, secrets masked, each
 * service's own format.
 *
 * A service whose lines are treated in its own way has a struct filter, the others share one. It is looked up once for
 *a source, and for each line that comes from elsewhere. The way of a line:
 *
 *	filter_mask()     the bytes just read, before they are cut into lines; of other inputs filter_masked() each text
 *	filter_line()     does it go on, and where to
 *	filter_format()   how it looks on stdout
 *
 * The lines of a source that filter_plain() is true of need only the first and the last of these.
 */
#ifndef SVC_FILTER_H
#define SVC_FILTER_H

#include <stdbool.h>
#include <stddef.h>

struct filter;
struct format;
struct line;
struct logconf;

enum filter_way { FILTER_DROP, FILTER_SINKS, FILTER_ALL };

/* Takes the settings, which stay; `say` is how it speaks (flow_say). */
void filter_open(const struct logconf *, void (*say)(const char *, ...));

/* Of that service; never NULL, good for ever. */
struct filter *filter_of(const char *service);

/* Do all lines of that severity go everywhere as they are? */
bool filter_plain(const struct filter *, int severity);

/* Do indented lines belong to the one before (struct lines' join)? */
bool filter_joins(const struct filter *);

/* Overwrites secrets in [from, end). Where bytes were read behind others that wait, `from` is the beginning of those.
 */
void filter_mask(const struct filter *, char *from, char *end);

/* The same for a line whose text may not be changed: it gets one that was, good until the next call. */
void filter_masked(const struct filter *, struct line *);

/* Whether the line goes nowhere, to the further sinks (and who follows the log), or to stdout too. What the rate left
 * out is counted, and said when the time is over. */
enum filter_way filter_line(struct filter *, const struct line *);

/* Sets kind and stamp for its lines. */
void filter_format(const struct filter *, struct format *);

/* All lines have come: says what is counted still. */
void filter_close(void);

#endif
