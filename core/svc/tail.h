/* tail - what a service has written last: from its svlogd's directory if it has a logger of its own, else from logd. */
#ifndef SVC_TAIL_H
#define SVC_TAIL_H

#include <stdbool.h>

struct svdir;

/* Copies the recent lines to `out`, and with `follow` what comes then, for ever. 0 when all is said, -1 with errno. */
int tail_service(const struct svdir *, bool follow, int out);

#endif
