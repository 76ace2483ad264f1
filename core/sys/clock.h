/* clock - the two clocks. Deadlines are absolute times of the monotonic one, which no NTP step moves. */
#ifndef SYS_CLOCK_H
#define SYS_CLOCK_H

#include <stdint.h>
#include <time.h>

/* Milliseconds of CLOCK_MONOTONIC. */
int64_t clock_ms(void);

/* Wall-clock time, for stamps that people and other tools read. */
struct timespec clock_wall(void);

#endif
