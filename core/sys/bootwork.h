/* bootwork - what an image brings along: is there anything to boot, where are its services, has it hooks. */
#ifndef SYS_BOOTWORK_H
#define SYS_BOOTWORK_H

#include <stdbool.h>

/* The directories and files with boot scripts, in their order; ends with NULL. INIT_BOOT_DIRS is in their place. */
extern const char *const bootwork_scripts[];

/* Those of the scripts that run when a stop begins, and when all is gone. */
extern const char *const bootwork_stop[], *const bootwork_stopped[];

/* Is one of the paths there, and no empty directory? */
bool bootwork_any(const char *const *paths);

/* Are there boot scripts? */
bool bootwork_scripted(void);

/* Could boot have anything to do? Where surely not, CMD starts sooner by a fork and an exec. */
bool bootwork_needed(bool with_scripts);

/* Are there units in the service directory, or is INIT_UNITS set, and /usr/lib/tmpfiles.d has something for them? */
bool bootwork_units(void);

/* The service directory ($INIT_SERVICE_DIR, /etc/service, /etc/s6), or NULL. With INIT_UNITS=enabled there need be
 * none. */
const char *bootwork_services(void);

#endif
