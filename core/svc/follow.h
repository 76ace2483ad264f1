/* follow - the last lines of all services, for whoever asks: `service NAME log`.
 *
 * A client connects to the unix stream socket $INIT_RUN_DIR/log (root and our own user may) and sends "NAME\n", or "\n"
 * for all. It gets the lines of that service that are still kept, as text, and then each new one as it comes; once it
 * has shut down its side it gets what there is and is done. What is kept is bounded (FOLLOW_KEPT bytes for all services
 * together), is the only buffer there is for clients, and never waits for one: who is slower than that is told how many
 * lines it lost.
 */
#ifndef SVC_FOLLOW_H
#define SVC_FOLLOW_H

#include "pure/format.h"

struct line;
struct lines;

enum { FOLLOW_KEPT = 16384, FOLLOW_CLIENTS = 8 };

/* Listens in that directory. Without it, or if it cannot (errno), nothing is kept. 0 or -1. */
int follow_open(const char *dir, enum format_stamp);

/* Lines that are about to be handed on: those of `lines`, with what they have in common. */
void follow_lines(const struct line *head, const struct lines *);

/* The same, one. */
void follow_line(const struct line *);

#endif
