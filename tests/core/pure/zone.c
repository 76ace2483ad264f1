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

enum { DAY = 86400, STEP = 10 * DAY };
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

/* All spans from 1970 to 2100: what they say at both ends and every few days between them. */
static void compare(const struct zone *z, const char *name, const char *tz)
{
	struct zone_span span;

	setenv("TZ", tz, 1);
	tzset();
	for (int64_t at = 0; at < END; at = span.until) {
		int64_t last;
		zone_span(z, at, &span);
		assert_true(span.from <= at && at < span.until);
		assert_true(at == 0 || span.from == at);
		last = (span.until < END ? span.until : END) - 1;
		same(name, &span, last);
		for (; at < last; at += STEP)
			same(name, &span, at);
	}
}

static char file[1 << 17];

static size_t load(const char *path)
{
	FILE *f = fopen(path, "r");
	size_t len;

	assert_non_null(f);
	len = fread(file, 1, sizeof file, f);
	fclose(f);
	return len;
}

static struct zone *open_zone(const char *name)
{
	char path[256];
	struct zone *z;

	snprintf(path, sizeof path, ZONEINFO "/%s", name);
	z = zone_read(file, load(path));
	assert_non_null(z);
	return z;
}

static int zones;

static int each(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	char tz[256];
	struct zone *z;

	(void)st;
	if (type == FTW_D && (strcmp(path + ftw->base, "right") == 0 || strcmp(path + ftw->base, "posix") == 0))
		return FTW_SKIP_SUBTREE; /* leap seconds; the same again */
	if (type != FTW_F)
		return FTW_CONTINUE;
	z = zone_read(file, load(path));
	if (!z)
		return errno == EINVAL && memcmp(file, "TZif", 4) != 0 ? FTW_CONTINUE : FTW_STOP;
	snprintf(tz, sizeof tz, ":%s", path);
	compare(z, path, tz);
	zone_free(z);
	zones++;
	return FTW_CONTINUE;
}

static void compare_all(const char *dir)
{
	zones = 0;
	assert_int_equal(nftw(dir, each, 16, FTW_ACTIONRETVAL | FTW_PHYS), FTW_CONTINUE);
	assert_true(zones > 200);
}

/* Debian's files are fat: with all transitions until 2037. */
static void all_of_tzdata(void **state)
{
	(void)state;
	compare_all(ZONEINFO);
}

/* Others leave to the rule what it can say. */
static void slim_files(void **state)
{
	char dir[] = "/tmp/zone.XXXXXX", command[256];

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(command, sizeof command, "PATH=$PATH:/usr/sbin zic -b slim -d %s " ZONEINFO "/tzdata.zi", dir);
	assert_int_equal(system(command), 0);
	compare_all(dir);
	snprintf(command, sizeof command, "rm -r %s", dir);
	assert_int_equal(system(command), 0);
}

/* As if there were no second block: 32 bits, and no rule. */
static void first_version(void **state)
{
	struct zone *z, *whole;
	size_t len = load(ZONEINFO "/Europe/Berlin");
	struct zone_span a, b;

	(void)state;
	whole = zone_read(file, len);
	file[4] = '\0';
	z = zone_read(file, len);
	assert_non_null(z);
	for (int64_t at = 0; at < INT64_C(2140045200) /* October 2037 */; at = a.until) {
		zone_span(z, at, &a);
		zone_span(whole, at, &b);
		assert_int_equal(a.until, b.until);
		assert_int_equal(a.offset, b.offset);
		assert_string_equal(a.name, b.name);
	}
	zone_span(z, INT64_C(4102444800), &a);
	assert_int_equal(a.offset, 3600);
	assert_true(a.until == INT64_MAX);
	zone_free(z);
	zone_free(whole);
}

/* By hand: the moment that a span begins, what was before and what is then. */
static void changes(void **state)
{
	static const struct {
		const char *zone;
		int64_t at;
		int32_t before, then;
		const char *name;
	} t[] = {
	        {"Europe/Berlin", 1774746000, 3600, 7200, "CEST"},          /* 2026-03-29 01:00 UTC */
	        {"Europe/Berlin", 1792890000, 7200, 3600, "CET"},           /* 2026-10-25 01:00 UTC */
	        {"America/New_York", 1772953200, -18000, -14400, "EDT"},    /* 2026-03-08 07:00 UTC */
	        {"Australia/Lord_Howe", 1775314800, 39600, 37800, "+1030"}, /* 2026-04-04 15:00 UTC: half an hour */
	        {"Pacific/Apia", 1325239200, -36000, 50400, "+14"},         /* 2011-12-30 is missing */
	        {"Asia/Kathmandu", 504901800, 19800, 20700, "+0545"},       /* 1986 */
	        {"Antarctica/Troll", 1774746000, 0, 7200, "+02"},           /* two hours */
	        {"Africa/Casablanca", 1771120800, 3600, 0, "+00"},          /* 2026-02-15 02:00 UTC: Ramadan */
	        {"Europe/Dublin", 1792890000, 3600, 0, "GMT"},              /* winter is the exception */
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct zone *z = open_zone(t[i].zone);
		struct zone_span span;
		zone_span(z, t[i].at - 1, &span);
		assert_true(span.until == t[i].at);
		assert_int_equal(span.offset, t[i].before);
		zone_span(z, t[i].at, &span);
		assert_true(span.from == t[i].at);
		assert_int_equal(span.offset, t[i].then);
		assert_string_equal(span.name, t[i].name);
		zone_free(z);
	}
}

static void rules(void **state)
{
	static const char *const good[] = {
	        "UTC0",
	        "CET-1CEST,M3.5.0,M10.5.0/3",
	        "<+03>-3",
	        "<-0330>3:30:15",
	        "AAA5BBB4,M3.2.0,M11.1.0",
	        "EST5EDT,M3.2.0,M11.1.0",
	        "NZST-12NZDT,M9.5.0,M4.1.0/3",
	        "<-02>2<-01>,M3.5.0/-1,M10.5.0/0",
	        "EET-2EEST,M3.4.4/50,M10.4.4/50",
	        "IST-1GMT0,M10.5.0,M3.5.0/1",
	        "AAA3BBB,J60,J300",
	        "AAA3BBB,59,300/-2:30",
	        "AAA3BBB,J2/0,J364/23",
	        "AAA-3BBB,M2.5.6/24,M8.5.1/12:34:56",
	        "<A+1>-24<B-1>24:59:59,10/167,200/-167",
	};
	static const char *const bad[] = {
	        "",
	        "CET",
	        "CE-1",
	        "UTC25",
	        "UTC0:60",
	        "<+03-3",
	        "<+03>",
	        "ABCDEFGHIJKLMNOP1",
	        "CET-1 ",
	        "CET-1CE",
	        "CET-1CEST,",
	        "CET-1CEST,M3.5.0",
	        "CET-1CEST,M3.5.0,",
	        "CET-1CEST,M3.5.0,M10.5.0/",
	        "CET-1CEST,M3.5.0,M10.5.0/168",
	        "CET-1CEST,M3.5.0,M10.5.0,",
	        "CET-1CEST,M13.5.0,M10.5.0",
	        "CET-1CEST,M3.6.0,M10.5.0",
	        "CET-1CEST,M3.0.0,M10.5.0",
	        "CET-1CEST,M3.5.7,M10.5.0",
	        "CET-1CEST,M3.5,M10.5.0",
	        "CET-1CEST,J0,J365",
	        "CET-1CEST,J1,366",
	};

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		struct zone *z = zone_rule(good[i]);
		if (!z)
			fail_msg("%s is refused", good[i]);
		compare(z, good[i], good[i]);
		zone_free(z);
	}
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		errno = 0;
		if (zone_rule(bad[i]))
			fail_msg("%s is accepted", bad[i]);
		assert_int_equal(errno, EINVAL);
	}
}

/* Without dates those of the USA; glibc takes them from a file, so it is not asked. */
static void default_dates(void **state)
{
	struct zone *z = zone_rule("EST5EDT");

	(void)state;
	assert_non_null(z);
	compare(z, "EST5EDT", "EST5EDT4,M3.2.0/2,M11.1.0/2");
	zone_free(z);
}

/* Summer for ever, as RFC 9636 has it: no moment of winter between the years. */
static void always_summer(void **state)
{
	struct zone *z = zone_rule("EST5EDT,0/0,J365/25");
	struct zone_span span;

	(void)state;
	assert_non_null(z);
	for (int64_t at = 0; at < END; at = span.until) {
		zone_span(z, at, &span);
		assert_int_equal(span.offset, -4 * 3600);
		assert_true(span.until > at);
	}
	zone_free(z);
}

static void ends_of_time(void **state)
{
	struct zone *z = open_zone("Europe/Berlin");
	struct zone_span span;

	(void)state;
	zone_span(NULL, 0, &span);
	assert_true(span.from == INT64_MIN && span.until == INT64_MAX && span.offset == 0);
	assert_string_equal(span.name, "UTC");
	zone_span(z, INT64_MIN, &span);
	assert_true(span.from == INT64_MIN);
	assert_string_equal(span.name, "LMT");
	zone_span(z, INT64_MAX, &span);
	assert_true(span.until == INT64_MAX);
	zone_free(z);
}

/* A part of a file is none, and neither is one with a wrong number in it. */
static void broken_files(void **state)
{
	size_t len = load(ZONEINFO "/Europe/Berlin"), second;
	struct zone *z;

	(void)state;
	for (size_t part = 0; part < len; part++) {
		char *mem = malloc(part + 1); /* the sanitizer sees what is read behind it */
		memcpy(mem, file, part);
		z = zone_read(mem, part);
		assert_null(z);
		assert_int_equal(errno, EINVAL);
		free(mem);
	}
	for (second = 44; memcmp(file + second, "TZif", 4) != 0; second++)
		;
	for (int counter = 20; counter < 44; counter += 4) {
		file[second + (size_t)counter] ^= 0x7f;
		z = zone_read(file, len);
		assert_null(z);
		file[second + (size_t)counter] ^= 0x7f;
	}
	file[len - 2] = 'x';
	z = zone_read(file, len);
	assert_null(z);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(all_of_tzdata), cmocka_unit_test(slim_files),   cmocka_unit_test(first_version),
	        cmocka_unit_test(changes),       cmocka_unit_test(rules),        cmocka_unit_test(always_summer),
	        cmocka_unit_test(default_dates), cmocka_unit_test(ends_of_time), cmocka_unit_test(broken_files),
	};
	return RUN(tests);
}
