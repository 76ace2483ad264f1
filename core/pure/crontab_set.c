/* crontab_set - the settings of a table, and what its jobs are called: see crontab.h. */
#include "pure/crontab.h"

#include <string.h>

#include "base/fmt.h"
#include "base/num.h"

static bool fit(char c)
{
	return ((c | 32) >= 'a' && (c | 32) <= 'z') || (c >= '0' && c <= '9') || (c && strchr("._-", c));
}

/* Which of the words it is; an empty one is the first. False: none. */
static bool choice(const char *words, const char *value, unsigned *which)
{
	size_t len = strlen(value), n;

	for (*which = 0; *words && len; ++*which, words += n + 1) {
		n = strcspn(words, " ");
		if (n == len && memcmp(words, value, n) == 0)
			return true;
	}
	return !len;
}

static const char *yes_no(const char *value, bool *out)
{
	unsigned which;

	if (!choice("no yes off on false true 0 1 ", value, &which))
		return "yes or no is expected";
	*out = which & 1;
	return NULL;
}

static const char *duration(const char *value, unsigned long unit_ms, unsigned *out)
{
	unsigned long ms = 0;

	if (*value && num_duration(value, unit_ms, &ms))
		return "a time such as 90s, 5m or 1h is expected";
	*out = (unsigned)((ms + 999) / 1000);
	return NULL;
}

static const char *overlap(const char *value, uint8_t *out)
{
	unsigned which;

	if (!choice("skip allow queue kill ", value, &which))
		return "skip, allow, queue or kill is expected";
	*out = (uint8_t)which;
	return NULL;
}

static const char *label(const char *value, const char **out)
{
	for (const char *p = value; *p; p++)
		if (!fit(*p))
			return "letters, digits and ._- are expected";
	*out = *value ? value : NULL;
	return NULL;
}

const char crontab_unknown[] = "not a setting of cron: only jobs see it";

const char *crontab_set(struct crontab_section *s, const char *name, size_t len, const char *value)
{
	static const char names[][13] = {"CRON_CATCHUP", "CRON_LABEL", "CRON_OVERLAP", "CRON_QUIET",
	                                 "CRON_TIMEOUT", "CRON_TZ",    "RANDOM_DELAY", "SHELL"};
	unsigned i = 0;

	while (i < 8 && (strncmp(name, names[i], len) != 0 || names[i][len]))
		i++;
	switch (i) {
	case 0:
		return yes_no(value, &s->catchup);
	case 1:
		return label(value, &s->label);
	case 2:
		return overlap(value, &s->overlap);
	case 3:
		return yes_no(value, &s->quiet);
	case 4:
		return duration(value, 1000, &s->timeout_s);
	case 5:
		s->zone = *value ? value : NULL;
		return NULL;
	case 6:
		return duration(value, 60000, &s->delay_s);
	case 7:
		if (*value && *value != '/')
			return "an absolute path is expected";
		s->shell = *value ? value : NULL;
		return NULL;
	default:
		return strncmp(name, "CRON_", 5) == 0 ? crontab_unknown : NULL;
	}
}

void crontab_label(const struct crontab *t, const struct crontab_job *j, const char *table, char *mem, size_t cap)
{
	const char *label = t->sections[j->section].label, *name = label ? label : table ? table : t->text + j->command;
	const char *end = name;
	struct fmt f;

	do { /* assignments are not what it is called */
		name = end + strspn(end, " \t");
		end = name + strcspn(name, " \t");
	} while (*end && memchr(name, '=', (size_t)(end - name)));
	fmt_open(&f, mem, cap);
	for (const char *p = name; p < end; p++)
		if (*p == '/' && p + 1 < end)
			f.len = 0;
		else if (fit(*p))
			fmt_char(&f, *p);
	if (!f.len)
		fmt_add(&f, "line%u", j->line);
}
