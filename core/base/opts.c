/* opts - see opts.h */
#include "base/opts.h"

#include <string.h>

#include "base/fmt.h"

static int wrong(struct opts *o, const char *what, const char *name, int len)
{
	static char why[128];

	fmt_into(why, sizeof why, "%s '%s%.*s'", what, len == 1 ? "-" : "", len, name);
	o->why = why;
	o->inside = NULL;
	return '?';
}

static int next_long(struct opts *o, char *word, const struct opts_long *l)
{
	char *name = word + 2;
	size_t len = strcspn(name, "=");

	o->index++;
	for (; l && l->name; l++) {
		if (strncmp(l->name, name, len) != 0 || l->name[len])
			continue;
		o->arg = name[len] ? name + len + 1 : NULL;
		if (l->arg == ':' && !o->arg) {
			if (o->index >= o->argc)
				return wrong(o, "an argument is missing behind", word, (int)len + 2);
			o->arg = o->argv[o->index++];
		} else if (!l->arg && o->arg) {
			return wrong(o, "no argument is taken by", word, (int)len + 2);
		}
		return l->c;
	}
	return wrong(o, "unknown option", word, (int)len + 2);
}

int opts_next(struct opts *o, const char *letters, const struct opts_long *longs)
{
	const char *at;
	char *p;

	if (!o->index)
		o->index = 1;
	o->arg = NULL;
	p = o->inside;
	if (!p || !*p) {
		if (o->index >= o->argc)
			return -1;
		p = o->argv[o->index];
		if (p[0] != '-' || !p[1])
			return -1;
		if (p[1] == '-') {
			if (p[2])
				return next_long(o, p, longs);
			o->index++;
			return -1;
		}
		o->index++;
		p++;
	}
	at = *p == ':' ? NULL : strchr(letters, *p);
	if (!at)
		return wrong(o, "unknown option", p, 1);
	o->inside = p + 1;
	if (at[1] != ':')
		return *at;
	o->inside = NULL;
	if (p[1])
		o->arg = p + 1;
	else if (o->index < o->argc)
		o->arg = o->argv[o->index++];
	else
		return wrong(o, "an argument is missing behind", p, 1);
	return *at;
}
