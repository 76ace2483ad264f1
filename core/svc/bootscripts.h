/* bootscripts - runs what is to be run once: boot scripts and the hooks of a stop, one at a time, each with its
 * outcome. */
#ifndef SVC_BOOTSCRIPTS_H
#define SVC_BOOTSCRIPTS_H

struct boot;

/* Step: those of INIT_BOOT_DIRS, or of the usual places (sys/bootwork.h). The code is the first failing one's. */
int bootscripts_all(struct boot *);

/* Those of certain places; ends with NULL. */
int bootscripts_paths(struct boot *, const char *const *paths);

#endif
