/* date - see date.h */
#include "base/date.h"

#include "base/fmt.h"

enum { DAY = 24 * 60 * 60, TO_1970 = 719468 /* days from the first of March of the year 0 */ };

/* Years begin in March here, so that the leap day is the last of its year: then 4 centuries have 146097 days, 4 years
 * of one century 1461, and 5 months from March or August 153, each evenly spread over its parts. */
struct date date_of(int64_t seconds)
{
	unsigned days = seconds > 0 ? (unsigned)(seconds / DAY) : 0;
	unsigned rest = seconds > 0 ? (unsigned)(seconds % DAY) : 0;
	unsigned in_400_years = 4 * (days + TO_1970) + 3;
	unsigned in_4_years = in_400_years % 146097 / 4 * 4 + 3;
	unsigned in_5_months = 5 * (in_4_years % 1461 / 4) + 2;
	unsigned month = in_5_months / 153 + 3;
	unsigned next_year = month > 12;

	return (struct date){
	        .year = in_400_years / 146097 * 100 + in_4_years / 1461 + next_year,
	        .month = month - 12 * next_year,
	        .day = in_5_months % 153 / 5 + 1,
	        .hour = rest / 3600,
	        .minute = rest / 60 % 60,
	        .second = rest % 60,
	};
}

void date_tai64n(struct fmt *f, const struct timespec *t)
{
	fmt_add(f, "@%016llx%08lx", (unsigned long long)t->tv_sec + 0x400000000000000aULL, (unsigned long)t->tv_nsec);
}
