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
	unsigned line;
	const char *start; /* of the line */
	uint32_t *names;   /* the latest line of each variable */
	size_t name_count;
};

static void tell(const struct reading *r, enum crontab_grade grade, const char *at, const char *what)
{
	r->how->tell(r->how, grade, r->line, (unsigned)(at - r->start) + 1, what);
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
	if (count ? count < 4 || count & (count - 1) : false)
		return array;
	return realloc(array, (count ? 2 * count : 4) * each);
}

/* Remembers a line NAME=VALUE. 0, or -1 with errno. */
static int remember(struct reading *r, const char *text, size_t len)
{
	struct crontab *t = r->tab;
	uint32_t *more = grow(t->variables, t->variable_count, sizeof *more), at = (uint32_t)(text - t->text);
	size_t i = 0;

	if (!more)
		return -1;
	t->variables = more;
	while (i < r->name_count && strncmp(t->text + r->names[i], text, len + 1) != 0)
		i++;
	if (i == CRONTAB_ENV_MAX) {
		tell(r, CRONTAB_ERROR, text, "there are too many variables");
		return 0;
	}
	r->names[i] = at;
	r->name_count += i == r->name_count;
	t->variables[t->variable_count++] = at;
	r->now.variables = (uint32_t)t->variable_count;
	r->changed = true;
	return 0;
}

/* Is the line NAME=VALUE, with blanks and quotes around either? It is made plain. 1, 0: it is none, or -1 with errno.
 */
static int variable(struct reading *r, char *line)
{
	bool quoted = *line == '"' || *line == '\'';
	char *name = line + quoted, *at = name + strcspn(name, BLANK "\"'="), *value, *end, *shown;
	size_t len = (size_t)(at - name);
	const char *why;

	if (quoted && *at++ != *line)
		return 0;
	at = skip(at);
	if (*at != '=' || !letter(*name))
		return 0;
	shown = value = skip(at + 1);
	end = value + strlen(value);
	while (end > value && strchr(BLANK, end[-1]))
		end--;
	if (*value == '"' || *value == '\'') {
		char *closing = strchr(value + 1, *value);
		if (!closing) {
			tell(r, CRONTAB_ERROR, value, "this quote is not closed");
			return 1;
		}
		if (closing + 1 != end) {
			tell(r, CRONTAB_ERROR, closing + 1, "nothing may follow the closing quote");
			return 1;
		}
		value++;
		end = closing;
	}
	*end = '\0';
	memmove(line, name, len);
	line[len] = '=';
	value = memmove(line + len + 1, value, (size_t)(end - value) + 1);
	why = crontab_set(&r->now, line, len, value);
	if (why == crontab_unknown) {
		tell(r, CRONTAB_WARNING, line, why);
	} else if (why) {
		tell(r, CRONTAB_ERROR, shown, why);
		return 1;
	}
	if (*value && !r->said_mail &&
	    words_among("MAILTO MAILFROM CONTENT_TYPE CONTENT_TRANSFER_ENCODING", line, len)) {
		r->said_mail = true;
		tell(r, CRONTAB_NOTE, line, "mail is not sent: output goes to the log");
	}
	return remember(r, line, len) ? -1 : 1;
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
			tell(r, CRONTAB_NOTE, p, "% ends the command, the rest is its input; a percent sign is \\%");
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
	if (when->every || when->flags & CRONSPEC_REBOOT)
		return;
	if (when->flags & CRONSPEC_SECONDS && !r->said_six) {
		r->said_six = true;
		tell(r, CRONTAB_NOTE, at, "six fields: the first is the second");
	}
	if (when->flags & CRONSPEC_ODD)
		tell(r, CRONTAB_WARNING, at, "a star with a step is a star: due only if day and weekday both match");
	else if (!(when->flags & CRONSPEC_BOTH))
		tell(r, CRONTAB_NOTE, at, "due if either day or weekday matches");
	/* in all months there is every day */
	if (when->months != 0x1ffe && cronspec_next(when, NULL, START) == CRONSPEC_NEVER)
		tell(r, CRONTAB_WARNING, at, "never due: there is no such day");
}

/* The index of the section that the job belongs to, a new one unless the last is the same. 0, or -1 with errno. */
static int section(struct reading *r, bool quiet, uint32_t *index)
{
	struct crontab *t = r->tab;
	struct crontab_section *s;

	if (!t->section_count || r->changed || t->sections[t->section_count - 1].quiet != quiet) {
		s = grow(t->sections, t->section_count, sizeof *s);
		if (!s)
			return -1;
		t->sections = s;
		s += t->section_count++;
		*s = r->now;
		s->quiet = quiet;
		r->changed = false;
	}
	*index = (uint32_t)t->section_count - 1;
	return 0;
}

static int add(struct reading *r, const struct crontab_job *j, bool quiet)
{
	struct crontab *t = r->tab;
	struct crontab_job *jobs = grow(t->jobs, t->count, sizeof *jobs);

	if (!jobs)
		return -1;
	t->jobs = jobs;
	jobs[t->count] = *j;
	return section(r, quiet, &jobs[t->count++].section);
}

/* Cuts the word off what follows it, which is returned. */
static char *cut(char *word, size_t len)
{
	char *end = word + len;

	if (*end)
		*end++ = '\0';
	return skip(end);
}

static int job(struct reading *r, char *line)
{
	struct crontab_job j = {.user = CRONTAB_NONE, .input = CRONTAB_NONE, .line = r->line};
	uint64_t seed = hash_text(r->how->seed, line); /* jobs with the same ~ differ */
	struct cronspec_error wrong;
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
	if (cronspec_read(&j.when, line, len, seed, &wrong)) {
		tell(r, CRONTAB_ERROR, line + wrong.at, wrong.why);
		return 0;
	}
	rest = cut(line, len);
	j.schedule = (uint32_t)(line - base);
	if (r->how->user) {
		len = strcspn(rest, BLANK);
		if (!len || memchr(rest, '/', len)) {
			tell(r, CRONTAB_ERROR, rest, "a user's name is expected before the command");
			return 0;
		}
		j.user = (uint32_t)(rest - base);
		rest = cut(rest, len);
	} else if (strncmp(rest, "root ", 5) == 0 || strncmp(rest, "root\t", 5) == 0) {
		tell(r, CRONTAB_WARNING, rest, "this is the command: no user's name is expected in this table");
	}
	if (!*rest || *rest == '%') {
		tell(r, CRONTAB_ERROR, rest, "a command is expected");
		return 0;
	}
	j.command = (uint32_t)(rest - base);
	input = split_input(r, rest);
	if (input)
		j.input = (uint32_t)(input - base);
	lint(r, line, &j.when);
	return add(r, &j, quiet);
}

static int one_line(struct reading *r, char *p, char *end)
{
	const char *nul;

	if (end > p && end[-1] == '\r')
		end--;
	*end = '\0';
	r->line++;
	r->start = p;
	nul = memchr(p, '\0', (size_t)(end - p));
	if (nul || end - p > CRONTAB_LINE_MAX) {
		tell(r, CRONTAB_ERROR, nul ? nul : p, nul ? "a NUL byte" : "this line is longer than 131071 bytes");
		return 0;
	}
	p = skip(p);
	if (!*p || *p == '#')
		return 0;
	switch (variable(r, p)) {
	case 0:
		return job(r, p);
	case 1:
		return 0;
	default:
		return -1;
	}
}

int crontab_read(struct crontab *t, char *text, size_t len, const struct crontab_reader *how)
{
	uint32_t names[CRONTAB_ENV_MAX];
	struct reading r = {.how = how, .tab = t, .names = names};
	char *end = text + len, *next;

	*t = (struct crontab){.text = text};
	errno = EFBIG;
	if (len >= CRONTAB_NONE) {
		crontab_free(t);
		return -1;
	}
	for (char *p = text + 3 * (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0); p < end; p = next + 1) {
		next = memchr(p, '\n', (size_t)(end - p));
		if (!next)
			next = end;
		if (one_line(&r, p, next)) {
			crontab_free(t);
			errno = ENOMEM;
			return -1;
		}
	}
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

	for (size_t i = s->variables; i--;) {
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
