/* leftovers - what a service leaves behind when its main process has ended: its process group, and descendants that
 * left the group (daemons). As a child subreaper we are their parent then; a variable of their environment,
 * INIT_SERVICE, tells whose they are. Without /proc only the group is found.
 */
#ifndef SVC_LEFTOVERS_H
#define SVC_LEFTOVERS_H

#include <stdbool.h>

struct service;

/* Makes this process the one that orphans come to. */
void leftovers_open(void);

/* Sends the signal (0: only looks) to all of them; for NULL: to all children of this process. How many there are;
 * `deep`: those outside the group too. */
unsigned leftovers_signal(const struct service *, int sig, bool deep);

#endif
