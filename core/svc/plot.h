/* plot - the boot as a timeline: SVG of when each service waited, started and was ready (supervise/state, first_ms). */
#ifndef SVC_PLOT_H
#define SVC_PLOT_H

/* Of those services, as svdir_open() finds them; ends with NULL. `put` gets the text, piece by piece.
 * Weak: it may be left out of the choice. */
__attribute__((weak)) void plot_services(char *const *names, void (*put)(const char *));

#endif
