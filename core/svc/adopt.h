/* adopt - making a service of a directory. */
#ifndef SVC_ADOPT_H
#define SVC_ADOPT_H

struct service;

/* A service, with its logger if it has one, made and its supervise/ opened; not started. NULL: said why, unless it is
 * only that there is no run file. */
struct service *adopt(const char *dir);

#endif
