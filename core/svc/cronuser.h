/* cronuser - whom jobs run as. Each user is looked up once and kept for good. */
#ifndef SVC_CRONUSER_H
#define SVC_CRONUSER_H

struct cronuser;

/* By the name, or number. NULL with errno: ENOENT; EPERM: another one than we are, and we are not root. */
const struct cronuser *cronuser_find(const char *name);

/* Who we are. A container's random uid has no name: the number will do. NULL with errno. */
const struct cronuser *cronuser_self(void);

#endif
