/* tmpfile - see tmpfile.h */
#include "pure/tmpfile.h"

#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/num.h"

static const char blanks[] = " \t";

/* A line being read: from p, to where the texts are put. */
struct reader {
	const char *p;
	char *to;
	const char *(*specifier)(char);
	const char *at;    /* where the field begins */
	const char *fault; /* where it is wrong */
	const char *why;   /* NULL: all is well */
};

/* The first fault is the one. */
static void wrong(struct reader *r, const char *why)
{
	if (r->why)
		return;
	r->why = why;
	r->fault = r->at;
}

/* The next field, or all the rest. NULL: not given, or wrong. */
static char *field(struct reader *r, bool rest, bool expand)
{
	char *start = r->to, quote = 0;

	r->at = r->p += strspn(r->p, blanks);
	for (char c; (c = *r->p) && (rest || quote || !strchr(blanks, c));) {
		r->p++;
		if (!rest && (quote ? c == quote : c == '"' || c == '\'')) {
			quote ^= c;
		} else if (c == '%' && expand) {
			const char *value = *r->p == '%' ? "%" : *r->p ? r->specifier(*r->p) : NULL;
			if (!value) {
				wrong(r, "unknown specifier; % itself is %%");
				return NULL;
			}
			for (int n = 0; *value && n < TMPFILE_VALUE; n++)
				*r->to++ = *value++;
			r->p++;
		} else if (c == '\\') {
			char *end = escape_read(&r->p, r->to);
			if (!end) {
				wrong(r, "unknown escape; \\ itself is \\\\");
				return NULL;
			}
			r->to = end;
		} else {
			*r->to++ = c;
		}
	}
	if (quote)
		wrong(r, "the quote does not end");
	*r->to++ = '\0';
	return !*start || strcmp(start, "-") == 0 ? NULL : start;
}

/* What it means, and whether there is anything to do. */
static enum tmpfile_answer type(struct tmpfile *f, struct reader *r)
{
	static const char flags[] = "+!-=?"; /* TMPFILE_PLUS, … */
	enum tmpfile_answer answer = TMPFILE_LINE;

	r->at = r->p;
	f->type = *r->p++;
	if (strchr("xX", f->type))
		return TMPFILE_NONE;
	if (strchr("vqQ", f->type))
		f->type = 'd';
	if (f->type == 'F') {
		f->type = 'f';
		f->flags = TMPFILE_PLUS;
	}
	if (!strchr("dDefwpLCrRzZ", f->type)) {
		bool known = strchr("bcthTHaAm", f->type);
		wrong(r, known ? "a type that is not done here" : "unknown type");
		return known ? TMPFILE_UNKNOWN : TMPFILE_WRONG;
	}
	for (; *r->p && !strchr(blanks, *r->p); r->p++) {
		const char *flag = strchr(flags, *r->p);
		r->at = r->p;
		if (flag) {
			f->flags |= 1u << (flag - flags);
		} else if (*r->p == '~') {
			wrong(r, "base64 is not done here");
			return TMPFILE_UNKNOWN;
		} else if (*r->p == '^') { /* a credential, and there are none */
			answer = TMPFILE_NONE;
		} else if (*r->p != '$') { /* that one is for --purge */
			wrong(r, "unknown modifier");
			return TMPFILE_WRONG;
		}
	}
	return answer;
}

static void path(struct tmpfile *f, struct reader *r)
{
	char *p, *to;

	f->path = p = to = field(r, false, true);
	if (!p || *p != '/') {
		wrong(r, "the path is not absolute");
		return;
	}
	while (*(p += strspn(p, "/"))) {
		size_t len = strcspn(p, "/");
		if (len == 2 && p[0] == '.' && p[1] == '.')
			wrong(r, "the path has .. in it");
		if (len > 1 || *p != '.') {
			*to++ = '/';
			memmove(to, p, len);
			to += len;
		}
		p += len;
	}
	to[to == f->path] = '\0'; /* that of / stays */
}

static void mode(struct tmpfile *f, struct reader *r)
{
	const char *p = field(r, false, false);
	unsigned long n;

	f->mode = (mode_t)-1;
	if (!p)
		return;
	for (; *p == '~' || *p == ':'; p++)
		*(*p == '~' ? &f->masked : &f->mode_once) = true;
	if (num_octal(p, 07777, &n))
		wrong(r, "the mode is no octal number up to 7777");
	else
		f->mode = (mode_t)n;
}

static char *owner(struct reader *r, bool *once)
{
	char *name = field(r, false, false);

	*once = name && *name == ':';
	return *once ? name + 1 : name;
}

static void argument(struct tmpfile *f, struct reader *r)
{
	f->argument = field(r, true, true);
	if (f->type == 'w' && !f->argument)
		wrong(r, "w needs an argument");
	if (f->type == 'C' && f->argument && *f->argument != '/')
		wrong(r, "the source is not absolute");
}

static size_t room(const char *line)
{
	size_t n = 8; /* the NUL of a field that has no blank behind it, or is not there */

	for (; *line; line++)
		n += *line == '%' ? TMPFILE_VALUE : 1;
	return n;
}

enum tmpfile_answer tmpfile_read(struct tmpfile *f, const char *line, const char *(*specifier)(char), const char **why,
                                 unsigned *column)
{
	struct reader r = {.p = line + strspn(line, blanks), .specifier = specifier};
	enum tmpfile_answer answer = TMPFILE_NONE;

	*f = (struct tmpfile){0};
	if (*r.p && *r.p != '#')
		answer = type(f, &r);
	if (answer == TMPFILE_LINE) {
		f->mem = r.to = malloc(room(line));
		if (!f->mem) {
			wrong(&r, "no memory");
		} else {
			path(f, &r);
			mode(f, &r);
			f->user = owner(&r, &f->user_once);
			f->group = owner(&r, &f->group_once);
			field(&r, false, false); /* the age */
			argument(f, &r);
		}
		if (r.why) {
			free(f->mem);
			f->mem = NULL;
			answer = TMPFILE_WRONG;
		}
	}
	*why = r.why;
	*column = r.why ? (unsigned)(r.fault - line) + 1 : 0;
	return answer;
}

bool tmpfile_alters(char type)
{
	return strchr("ewrRzZ", type);
}
