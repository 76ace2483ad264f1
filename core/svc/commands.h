/* commands - what arrives on a service's control FIFO: runit's letters, one byte a command (runsv(8)). */
#ifndef SVC_COMMANDS_H
#define SVC_COMMANDS_H

#include "sys/loop.h"

/* For service.control: reads and obeys. The service may be gone afterwards. */
void commands_ready(struct loop_fd *, uint32_t events);

#endif
