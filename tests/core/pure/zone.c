/* Unit tests of pure/zone, beside what glibc makes of the same files and rules. */
#include "pure/zone.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../../lib/unit.h"

#define ZONEINFO "/usr/share/zoneinfo"

enum { DAY = 86400, STEP = 5 * DAY };
#define END INT64_C(4102444800) /* 2100 */

static void same(const char *name, const struct zone_span *span, int64_t at)
{
	time_t t = (time_t)at;
	struct tm tm;

	assert_non_null(localtime_r(&t, &tm));
	if (tm.tm_gmtoff != span->offset || strcmp(tm.tm_zone, span->name) != 0)
		fail_msg("%s at %lld: %d %s, not %ld %s", name, (long long)at, span->offset, span->name, tm.tm_gmtoff,
		         tm.tm_zone);
}

/* All spans from 1970 to 2100: what they say at both ends and every few days between them. Returns how many there are.
 */
static int compare(const struct zone *z, const char *name, const char *tz)
{
	struct zone_span span;
	int count = 0;

	setenv("TZ", tz, 1);
	tzset();
	for (int64_t at = 0; at < END; at = span.until, count++) {
		int64_t last;
		zone_span(z, at, &span);
		assert_true(span.from <= at && at < span.until);
		assert_true(!count || span.from == at);
		last = (span.until < END ? span.until : END) - 1;
		same(name, &span, last);
		for (; at < last; at += STEP)
			same(name, &span, at);
	}
	return count;
}

static struct zone *load(const char *path)
{
	static char mem[1 << 17];
	FILE *f = fopen(path, "r");
	size_t len;

	assert_non_null(f);
	len = fread(mem, 1, sizeof mem, f);
	fclose(f);
	return zone_read(mem, len);
}

static int zones;

static int each(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	const char *name = path + strlen(ZONEINFO "/");
	char tz[256];
	struct zone *z;

	(void)st;
	(void)ftw;
	if (type != FTW_F || strncmp(name, "right/", 6) == 0 || strncmp(name, "posix/", 6) == 0)
		return 0;
	z = load(path);
	if (!z)
		return errno != EINVAL; /* a table of zones, say */
	snprintf(tz, sizeof tz, ":%s", name);
	compare(z, name, tz);
	zone_free(z);
	zones++;
	return 0;
}

static void all_of_tzdata(void **state)
{
	(void)state;
	assert_int_equal(nftw(ZONEINFO, each, 16, 0), 0);
	assert_true(zones > 300);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(all_of_tzdata),
	};
	return RUN(tests);
}
