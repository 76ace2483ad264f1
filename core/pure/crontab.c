/* crontab - see crontab.h */
#include "pure/crontab.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/words.h"

#define BLANK " \t"

/* A moment long ago: whatever is ever due is due behind it. */
enum { START = 946684800 };

struct reading {
	const struct crontab_reader *how;
	struct crontab *tab;
	struct crontab_section now;
	bool changed;             /* `now` is not among the sections yet */
	bool said_mail, said_six; /* once a table is enough */
	bool starved;             /* no memory */
	unsigned line;
	const char *start; /* of the line */
};

static void tell(const struct reading *r, enum crontab_grade grade, const char *at, const char *what)
{
	r->how->tell(r->how, grade, r->line, (unsigned)(at - r->start) + 1, what);
}

/* True: the line is done with. */
static bool wrong(const struct reading *r, const char *at, const char *what)
{
	tell(r, CRONTAB_ERROR, at, what);
	return true;
}

static char *skip(char *p)
{
	return p + strspn(p, BLANK);
}

/* Of those a name begins with. */
static bool letter(char c)
{
	return ((c | 32) >= 'a' && (c | 32) <= 'z') || c == '_';
}

/* Room for one more. The array, or NULL: no memory. */
static void *grow(void *array, size_t count, size_t each)
{
	if (count && (count < 4 || count & (count - 1)))
		return array;
	return realloc(array, (count ? 2 * count : 4) * each);
}

/* Remembers a line NAME=VALUE. */
static void remember(struct reading *r, const char *text)
{
	struct crontab *t = r->tab;
	uint32_t *more = grow(t->variables, t->variable_count, sizeof *more);

	if (!more) {
		r->starved = true;
		return;
	}
	t->variables = more;
	more[t->variable_count++] = (uint32_t)(text - t->text);
	r->now.variables = (uint32_t)t->variable_count;
	r->changed = true;
}

/* Is the line NAME=VALUE, with blanks and quotes around either? It is made plain. */
static bool variable(struct reading *r, char *line)
{
	bool quoted = *line == '"' || *line == '\'';
	char *name = line + quoted, *at = name + strcspn(name, BLANK "\"'="), *value, *end, *shown;
	size_t len = (size_t)(at - name);
	const char *why;

	if (quoted && *at++ != *line)
		return false;
	at = skip(at);
	if (*at != '=' || !letter(*name))
		return false;
	shown = value = skip(at + 1);
	end = value + strlen(value);
	while (end > value && strchr(BLANK, end[-1]))
		end--;
	if (*value == '"' || *value == '\'') {
		char *closing = strchr(value + 1, *value);
		if (!closing)
			return wrong(r, value, "this quote is not closed");
		if (closing + 1 != end)
			return wrong(r, closing + 1, "nothing may follow the closing quote");
		value++;
		end = closing;
	}
	*end = '\0';
	memmove(line, name, len);
	line[len] = '=';
	value = memmove(line + len + 1, value, (size_t)(end - value) + 1);
	why = crontab_set(&r->now, line, len, value);
	if (why && why != crontab_unknown)
		return wrong(r, shown, why);
	if (why)
		tell(r, CRONTAB_WARNING, line, why);
	if (*value && !r->said_mail && words_among("MAILTO MAILFROM", line, len)) {
		r->said_mail = true;
		tell(r, CRONTAB_NOTE, line, "mail is not sent: output goes to the log");
	}
	remember(r, line);
	return true;
}

/* \% is a percent sign; the first other one ends the command, further ones are newlines of its input, which is
 * returned; NULL: there is none. A backslash before anything else stays, and so does what is behind it. */
static char *split_input(struct reading *r, char *command)
{
	char *to = strchr(command, '%'), *input = NULL;

	if (!to)
		return NULL;
	to = command;
	for (const char *p = command; *p; p++) {
		if (*p == '\\' && p[1] == '%') {
			*to++ = *++p;
		} else if (*p == '\\' && p[1]) {
			*to++ = *p++;
			*to++ = *p;
		} else if (*p != '%') {
			*to++ = *p;
		} else if (input) {
			*to++ = '\n';
		} else {
			tell(r, CRONTAB_NOTE, p, "% ends the command: the rest is its input; \\% is a %");
			*to++ = '\0';
			input = to;
		}
	}
	*to = '\0';
	return input;
}

/* What is right, but may not be what was meant. */
static void lint(struct reading *r, const char *at, const struct cronspec *when)
{
	if (when->every || when->flags & (CRONSPEC_REBOOT | CRONSPEC_BOOT))
		return;
	if (when->flags & CRONSPEC_SECONDS && !r->said_six) {
		r->said_six = true;
		tell(r, CRONTAB_NOTE, at, "six fields: seconds come first");
	}
	if (when->flags & CRONSPEC_ODD)
		tell(r, CRONTAB_WARNING, at, "a star with a step is a star: due if day and weekday both match");
	else if (!(when->flags & CRONSPEC_BOTH))
		tell(r, CRONTAB_NOTE, at, "due if either day or weekday matches");
	/* in all months there is every day */
	if (when->months != 0x1ffe && cronspec_next(when, NULL, START) == CRONSPEC_NEVER)
		tell(r, CRONTAB_WARNING, at, "never due: there is no such day");
}

/* It belongs to a new section unless the last is the same. */
static void add(struct reading *r, const struct crontab_job *j, bool quiet)
{
	struct crontab *t = r->tab;
	struct crontab_job *jobs = grow(t->jobs, t->count, sizeof *jobs);
	struct crontab_section *s = grow(t->sections, t->section_count, sizeof *s);

	t->jobs = jobs ? jobs : t->jobs;
	t->sections = s ? s : t->sections;
	if (!jobs || !s) {
		r->starved = true;
		return;
	}
	if (!t->section_count || r->changed || s[t->section_count - 1].quiet != quiet) {
		s += t->section_count++;
		*s = r->now;
		s->quiet = quiet;
		r->changed = false;
	}
	jobs += t->count++;
	*jobs = *j;
	jobs->section = (uint32_t)t->section_count - 1;
}

/* Cuts the word off what follows it, which is returned. */
static char *cut(char *word, size_t len)
{
	char *end = word + len;

	if (*end)
		*end++ = '\0';
	return skip(end);
}

static void job(struct reading *r, char *line)
{
	struct crontab_job j = {.user = CRONTAB_NONE, .input = CRONTAB_NONE, .line = r->line};
	uint64_t seed = hash_text(r->how->seed, line); /* jobs with the same ~ differ */
	struct cronspec_error error;
	bool quiet = r->now.quiet;
	const char *base = r->tab->text;
	char *rest, *input;
	size_t len;

	if (*line == '-') { /* cronie: not logged */
		quiet = true;
		line = skip(line + 1);
	}
	len = cronspec_length(line, strlen(line), r->how->user);
	if (!len) /* then it is no schedule: why? */
		len = strlen(line);
	if (cronspec_read(&j.when, line, len, seed, &error)) {
		wrong(r, line + error.at, error.why);
		return;
	}
	rest = cut(line, len);
	j.schedule = (uint32_t)(line - base);
	if (r->how->user) {
		len = strcspn(rest, BLANK);
		if (!len || memchr(rest, '/', len)) {
			wrong(r, rest, "a user's name is expected before the command");
			return;
		}
		j.user = (uint32_t)(rest - base);
		rest = cut(rest, len);
	} else if (strncmp(rest, "root", 4) == 0 && rest[4] && strchr(BLANK, rest[4])) {
		tell(r, CRONTAB_WARNING, rest, "root is the command: in this table no user is expected");
	}
	if (!*rest || *rest == '%') {
		wrong(r, rest, "a command is expected");
		return;
	}
	j.command = (uint32_t)(rest - base);
	input = split_input(r, rest);
	if (input)
		j.input = (uint32_t)(input - base);
	lint(r, line, &j.when);
	add(r, &j, quiet);
}

static void one_line(struct reading *r, char *p, char *end)
{
	const char *nul;

	if (end > p && end[-1] == '\r')
		end--;
	*end = '\0';
	r->line++;
	r->start = p;
	nul = memchr(p, '\0', (size_t)(end - p));
	if (nul || end - p > CRONTAB_LINE_MAX) {
		wrong(r, nul ? nul : p, nul ? "a NUL byte" : "longer than 131071 bytes");
		return;
	}
	p = skip(p);
	if (*p && *p != '#' && !variable(r, p))
		job(r, p);
}

int crontab_read(struct crontab *t, char *text, size_t len, const struct crontab_reader *how)
{
	struct reading r = {.how = how, .tab = t, .starved = len >= CRONTAB_NONE};
	const char *list[CRONTAB_ENV_MAX + 1];
	char *end = text + len, *next;

	*t = (struct crontab){.text = text};
	for (char *p = text + 3 * (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0); p < end && !r.starved;
	     p = next + 1) {
		next = memchr(p, '\n', (size_t)(end - p));
		if (!next)
			next = end;
		one_line(&r, p, next);
	}
	if (r.starved) {
		crontab_free(t);
		errno = ENOMEM;
		return -1;
	}
	if (crontab_env(t, &r.now, list) == CRONTAB_ENV_MAX)
		tell(&r, CRONTAB_WARNING, r.start, "only the last 1000 variables hold");
	return 0;
}

void crontab_free(struct crontab *t)
{
	free(t->text);
	free(t->jobs);
	free(t->sections);
	free(t->variables);
	*t = (struct crontab){0};
}

size_t crontab_env(const struct crontab *t, const struct crontab_section *s, const char **list)
{
	size_t n = 0;

	for (size_t i = s->variables; n < CRONTAB_ENV_MAX && i--;) {
		const char *text = t->text + t->variables[i];
		size_t len = strcspn(text, "=") + 1, known = 0;
		while (known < n && strncmp(list[known], text, len) != 0)
			known++;
		if (known == n)
			list[n++] = text;
	}
	list[n] = NULL;
	return n;
}

const char *crontab_needs_shell(const char *command)
{
	/* what no program can be, and what is meant by it where there is one of that name */
	static const char words[] =
	        "! { . : case cd command eval exec exit export for if set source trap ulimit umask unset "
	        "until wait while";
	const char *p = command + strspn(command, BLANK);
	size_t first = strcspn(p, BLANK);

	if (words_among(words, p, first) || memchr(p, '=', first))
		return p;
	for (bool begins = true; *p; begins = strchr(BLANK, *p++))
		if (strchr("|&;<>()$`\\\"'*?[\n", *p) || (begins && (*p == '#' || *p == '~')))
			return p;
	return NULL;
}
