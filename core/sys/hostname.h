/* hostname - what this machine, or container, is called. */
#ifndef SYS_HOSTNAME_H
#define SYS_HOSTNAME_H

/* As the kernel says at the first call; "localhost" if it has no name. In static memory. */
const char *hostname_get(void);

#endif
