/* Tests of svc/zones. */
#include "svc/zones.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "../../lib/unit.h"
#include "pure/zone.h"

enum { WINTER = 1767225600 };

/* Its name in January 2026; "UTC" of no zone. */
static const char *name_of(const char *zone)
{
	static struct zone_span span;
	const char *why;
	const struct zone *z = zones_find(zone, &why);

	if (why)
		fail_msg("%s", why);
	zone_span(z, WINTER, &span);
	return span.name;
}

static const char *why_not(const char *zone)
{
	const char *why;

	assert_null(zones_find(zone, &why));
	assert_non_null(why);
	return why;
}

static void by_name(void **state)
{
	const char *why;
	const struct zone *z = zones_find("Europe/Berlin", &why);

	(void)state;
	assert_non_null(z);
	assert_null(why);
	assert_ptr_equal(zones_find("Europe/Berlin", &why), z);
	assert_ptr_equal(zones_find(":Europe/Berlin", &why), z);
	assert_string_equal(name_of("Asia/Kathmandu"), "+0545");
	assert_string_equal(name_of("/usr/share/zoneinfo/America/New_York"), "EST");
	assert_string_equal(name_of(":/usr/share/zoneinfo/America/New_York"), "EST");
}

static void rules(void **state)
{
	(void)state;
	assert_string_equal(name_of("<+03>-3"), "+03");
	assert_string_equal(name_of("XYZ1XYS,M3.5.0,M10.5.0/3"), "XYZ");
}

static void own_zone(void **state)
{
	(void)state;
	setenv("TZ", "Europe/Berlin", 1);
	assert_string_equal(name_of(NULL), "CET");
	assert_string_equal(name_of(""), "CET");
	setenv("TZ", ":Asia/Tokyo", 1);
	assert_string_equal(name_of(NULL), "JST");
	setenv("TZ", "", 1);
	assert_string_equal(name_of(NULL), "UTC");
	setenv("TZ", "Nowhere/Atall", 1);
	assert_non_null(strstr(why_not(NULL), "Nowhere/Atall"));
	unsetenv("TZ");
}

/* In an /etc of our own. */
static void localtime_of_the_machine(void **state)
{
	(void)state;
	assert_int_equal(unshare(CLONE_NEWNS), 0);
	assert_int_equal(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), 0);
	assert_int_equal(mount("none", "/etc", "tmpfs", 0, NULL), 0);
	unsetenv("TZ");
	assert_string_equal(name_of(NULL), "UTC");
	assert_int_equal(symlink("/usr/share/zoneinfo/Nowhere/Atall", "/etc/localtime"), 0);
	assert_non_null(strstr(why_not(""), "/etc/localtime"));
	unlink("/etc/localtime");
	assert_int_equal(symlink("/usr/share/zoneinfo/Asia/Tokyo", "/etc/localtime"), 0);
	assert_string_equal(name_of(NULL), "JST");
}

static void missing(void **state)
{
	const char *why = why_not("Europe/Berln");

	(void)state;
	assert_non_null(strstr(why, "Europe/Berln"));
	assert_non_null(strstr(why, "tzdata"));
	assert_non_null(strstr(why, "/usr/share/zoneinfo"));
	why_not("../../../etc/localtime");
	why_not("Europe/../Europe/Berlin");
	why_not("/usr/share/zoneinfo/../zoneinfo/Europe/Berlin");
	assert_non_null(strstr(why_not("Europe"), "Is a directory"));
	why_not("zone.tab");
	why_not("/etc/hostname");
	why_not("/dev/zero");
	why_not("CET-1CEST,M3.5.0");
}

static void another_directory(void **state)
{
	char dir[] = "/tmp/zones.XXXXXX", path[64];

	(void)state;
	assert_non_null(mkdtemp(dir));
	setenv("TZDIR", dir, 1);
	assert_non_null(strstr(why_not("Europe/Vienna"), dir));
	assert_string_equal(name_of("UTC"), "UTC");
	assert_string_equal(name_of("Etc/UTC"), "UTC");
	assert_string_equal(name_of("Europe/Berlin"), "CET"); /* kept from before */
	snprintf(path, sizeof path, "%s/Mine", dir);
	assert_int_equal(symlink("/usr/share/zoneinfo/Asia/Tokyo", path), 0);
	assert_string_equal(name_of("Mine"), "JST");
	unlink(path);
	rmdir(dir);
	unsetenv("TZDIR");
	assert_string_equal(name_of("Europe/Vienna"), "CET"); /* what was missing is looked for again */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(by_name),           cmocka_unit_test(rules),
	        cmocka_unit_test(own_zone),          cmocka_unit_test(missing),
	        cmocka_unit_test(another_directory), cmocka_unit_test(localtime_of_the_machine),
	};
	return RUN(tests);
}
