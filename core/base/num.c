/* num - see num.h */
#include "base/num.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

enum { YEAR_S = 366 * 24 * 3600 };

static int fail(int err)
{
	errno = err;
	return -1;
}

/* The digits at *s; moves *s behind them. */
static int digits(const char **s, unsigned long max, unsigned long *out)
{
	unsigned long n = 0;

	if (**s < '0' || **s > '9')
		return fail(EINVAL);
	for (; **s >= '0' && **s <= '9'; ++*s) {
		unsigned long d = (unsigned long)(**s - '0');
		if (n > (max - d) / 10 || d > max)
			return fail(ERANGE);
		n = n * 10 + d;
	}
	*out = n;
	return 0;
}

int num_uint(const char *s, unsigned long max, unsigned long *out)
{
	unsigned long n;

	if (digits(&s, max, &n))
		return -1;
	if (*s)
		return fail(EINVAL);
	*out = n;
	return 0;
}

int num_octal(const char *s, unsigned long max, unsigned long *out)
{
	const char *p;
	unsigned long n = 0;

	for (p = s; *p >= '0' && *p <= '7' && n <= max; p++)
		n = n * 8 + (unsigned long)(*p - '0');
	if (p == s || *p || n > max)
		return fail(EINVAL);
	*out = n;
	return 0;
}

unsigned num_digits(const char **p, const char *end, unsigned most, unsigned long *out)
{
	unsigned count = 0;

	for (*out = 0; *p < end && count < most && **p >= '0' && **p <= '9'; count++)
		*out = *out * 10 + (unsigned long)(*(*p)++ - '0');
	return count;
}

int num_size(const char *s, unsigned long max, unsigned long *out)
{
	static const char units[] = "kKmMgG";
	unsigned long n;
	const char *unit;
	unsigned shift = 0;

	if (digits(&s, max, &n))
		return -1;
	if (*s) {
		unit = strchr(units, *s);
		if (!unit || s[1])
			return fail(EINVAL);
		shift = 10 * ((unsigned)(unit - units) / 2 + 1);
	}
	if (n > max >> shift)
		return fail(ERANGE);
	*out = n << shift;
	return 0;
}

int num_duration(const char *s, unsigned long unit_ms, unsigned long *out_ms)
{
	static const struct {
		char name[3];
		unsigned ms;
	} units[] = {{"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}, {"d", 86400000}};
	unsigned long whole, part = 0, scale = 1;

	if (digits(&s, YEAR_S, &whole))
		return -1;
	if (*s == '.') {
		for (s++; *s >= '0' && *s <= '9'; s++)
			if (scale < 1000) {
				part = part * 10 + (unsigned long)(*s - '0');
				scale *= 10;
			}
		if (scale == 1)
			return fail(EINVAL);
	}
	if (*s) {
		size_t i, n = sizeof units / sizeof *units;
		for (i = 0; i < n && strcmp(s, units[i].name) != 0; i++)
			;
		if (i == n)
			return fail(EINVAL);
		unit_ms = units[i].ms;
	}
	if (whole > (unsigned long)YEAR_S * 1000 / unit_ms)
		return fail(ERANGE);
	*out_ms = whole * unit_ms + part * unit_ms / scale;
	return 0;
}
