/* date - a point in time as people write it. musl's gmtime_r(3) comes with the zones of the world: 6 kB. */
#ifndef BASE_DATE_H
#define BASE_DATE_H

#include <stdint.h>
#include <time.h>

struct fmt;

/* UTC; month and day count from 1. */
struct date {
	unsigned year, month, day, hour, minute, second;
};

/* Of seconds since 1970; what lies before counts as 1970, what lies behind the year 9999 is not for this world. */
struct date date_of(int64_t seconds);

/* @ and 24 hexadecimal digits, as runit has it: ten seconds off UTC, leap seconds left out. */
void date_tai64n(struct fmt *, const struct timespec *);

#endif
