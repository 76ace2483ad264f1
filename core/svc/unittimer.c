/* unittimer - see unittimer.h */
#include "svc/unittimer.h"

#include <string.h>

#include "base/fmt.h"
#include "pure/calendar.h"
#include "pure/cronspec.h"
#include "pure/unit.h"
#include "pure/unitfile.h"
#include "svc/zones.h"

static void wrong(const struct unit *u, const struct unit_setting *s, size_t at, const char *why)
{
	u->tell(u, UNIT_WRONG, s->path, s->line, s->column + (unsigned)(strlen(s->name) + 1 + at), s->name, why);
}

/* What a label may not have becomes a dash. */
static void put_label(const char *name, struct fmt *f)
{
	fmt_str(f, "CRON_LABEL=");
	for (; *name; name++)
		fmt_char(f, strchr("@:\\", *name) ? '-' : *name);
	fmt_char(f, '\n');
}

/* The next span of that key, in seconds; 0: there is none. */
static uint64_t next_span(struct unit *u, unsigned key, size_t *at)
{
	const struct unit_setting *s;
	uint64_t us;

	while ((s = unit_next(u, (enum unit_key)key, at)))
		if (unitfile_span(s->value, 1000000, &us) == 0 && us / 1000000 < UINT32_MAX)
			return us < 1000000 ? 1 : (us + 999999) / 1000000;
	return 0;
}

static uint64_t shortest(struct unit *u, unsigned key)
{
	uint64_t least = 0;

	for (size_t at = 0;;) {
		uint64_t n = next_span(u, key, &at);
		if (!n)
			return least;
		if (!least || n < least)
			least = n;
	}
}

static void put_command(const char *service, struct fmt *f)
{
	fmt_add(f, " service %s start\n", service);
}

static bool put_spans(struct unit *u, const char *service, struct fmt *f)
{
	static const unsigned char keys[] = {UNIT_OnBootSec, UNIT_OnStartupSec, UNIT_OnActiveSec};
	uint64_t active = shortest(u, UNIT_OnUnitActiveSec),
	         again = active ? active : shortest(u, UNIT_OnUnitInactiveSec);
	char more[24] = "";
	bool any = false;

	if (again)
		fmt_into(more, sizeof more, " %s%llus", active ? "" : "+", (unsigned long long)again);
	for (size_t i = 0; i < sizeof keys; i++)
		for (uint64_t at = 0, n; (n = next_span(u, keys[i], &at)); any = true) {
			fmt_add(f, "@boot %llus%s", (unsigned long long)n, any ? "" : more);
			put_command(service, f);
		}
	if (any || !again)
		return any;
	fmt_add(f, "@boot %llus%s", (unsigned long long)again, more);
	put_command(service, f);
	return true;
}

static bool put_calendar(struct unit *u, const struct unit_setting *s, const char *service, struct fmt *f)
{
	struct cronspec_error error;
	const char *zone, *why;
	char mem[256];
	struct fmt line;

	fmt_open(&line, mem, sizeof mem);
	if (calendar_read(s->value, &line, &zone, &error)) {
		wrong(u, s, error.at, error.why);
		return false;
	}
	if (zone && (zones_find(zone, &why), why)) {
		wrong(u, s, (size_t)(zone - s->value), why);
		return false;
	}
	fmt_add(f, "CRON_TZ=%s\n%s", zone ? zone : "", mem);
	put_command(service, f);
	return true;
}

int unittimer_write(struct unit *u, const char *service, struct fmt *f)
{
	const struct unit_setting *s;
	size_t begin = f->len;
	bool any;

	put_label(u->name, f);
	fmt_add(f, "RANDOM_DELAY=%us\nCRON_CATCHUP=no\n", unit_span(u, UNIT_RandomizedDelaySec, 0) / 1000);
	any = put_spans(u, service, f);
	fmt_str(f, unit_bool(u, UNIT_Persistent, false) ? "CRON_CATCHUP=yes\n" : "");
	for (size_t at = 0; (s = unit_next(u, UNIT_OnCalendar, &at));)
		any |= put_calendar(u, s, service, f);
	if (any)
		return 0;
	f->len = begin;
	f->mem[begin] = '\0';
	return -1;
}
