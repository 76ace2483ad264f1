/* unitfile - see unitfile.h */
#include "pure/unitfile.h"

#include <string.h>
#include <strings.h>

#include "base/escape.h"
#include "base/words.h"

#define BLANK " \t\r\n"

void unitfile_open(struct unitfile *u, char *text, size_t len)
{
	if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
		text += 3;
		len -= 3;
	}
	*u = (struct unitfile){.at = text, .end = text + len, .next = 1};
}

/* The next line of the text, without its newline and the white space around it. */
static bool physical(struct unitfile *u, char **line)
{
	char *newline, *end;

	if (u->at == u->end)
		return false;
	newline = memchr(u->at, '\n', (size_t)(u->end - u->at));
	end = newline ? newline : u->end;
	*end = '\0';
	*line = u->at + strspn(u->at, BLANK);
	end = *line + strlen(*line);
	while (end > *line && strchr(BLANK, end[-1]))
		*--end = '\0';
	u->at = newline ? newline + 1 : u->end;
	u->next++;
	return true;
}

/* Ends it with a backslash that no other one escapes? Then that becomes a blank. */
static bool goes_on(char *line, size_t len)
{
	size_t slashes = 0;

	while (slashes < len && line[len - 1 - slashes] == '\\')
		slashes++;
	if (slashes % 2 == 0)
		return false;
	line[len - 1] = ' ';
	return true;
}

/* A line with all that continues it, moved together; what is neither empty nor a comment. */
static bool logical(struct unitfile *u, char **line, unsigned *number, unsigned *column)
{
	char *piece, *start;
	size_t len;

	do {
		*number = u->next;
		start = u->at;
		if (!physical(u, line))
			return false;
	} while (!**line || strchr("#;", **line));
	*column = (unsigned)(*line - start) + 1;
	len = strlen(*line);
	while (goes_on(*line, len) && physical(u, &piece)) {
		size_t more = strlen(piece);
		if (more && strchr("#;", *piece)) {
			(*line)[len - 1] = '\\';
			continue;
		}
		memmove(*line + len, piece, more + 1);
		len += more;
		if (!more)
			break;
	}
	while (len && (*line)[len - 1] == ' ')
		(*line)[--len] = '\0';
	*line += strspn(*line, BLANK); /* where a backslash was all of the first piece */
	return true;
}

static bool header(struct unitfile *u, char *line, struct unitfile_line *l)
{
	char *end = strchr(line, ']');

	if (*line != '[')
		return false;
	if (end && !end[1] && end > line + 1) {
		*end = '\0';
		u->section = line + 1;
	} else {
		u->section = NULL;
		l->why = "expected a section as in [Service]";
	}
	return true;
}

bool unitfile_next(struct unitfile *u, struct unitfile_line *l)
{
	char *line, *equals, *end;

	do {
		*l = (struct unitfile_line){0};
		if (!logical(u, &line, &l->line, &l->column))
			return false;
	} while (header(u, line, l) && !l->why);
	l->section = u->section;
	if (l->why)
		return true;
	equals = strchr(line, '=');
	if (!equals || equals == line) {
		l->why = equals ? "a name is missing before '='" : "expected NAME=VALUE";
		return true;
	}
	if (!u->section)
		l->why = "stands outside of a section as [Service]";
	for (end = equals; strchr(BLANK, end[-1]); end--)
		;
	*end = '\0';
	l->key = line;
	l->value = equals + 1 + strspn(equals + 1, BLANK);
	return true;
}

/* Words ---------------------------------------------------------------- */

enum unitfile_answer unitfile_word(char **at, char **word, bool *plain, const char **why)
{
	char *p = *at + strspn(*at, BLANK), *to = p, *opened = NULL, quote = '\0';

	*word = *at = p;
	*plain = true;
	if (!*p)
		return UNITFILE_END;
	while (*p && (quote || !strchr(BLANK, *p))) {
		char c = *p++;
		if (c == '\\') {
			const char *behind = p;
			char *end = escape_read(&behind, to);
			*plain = false;
			if (end) {
				to = end;
				p = (char *)(uintptr_t)behind;
			} else {
				*to++ = c; /* of a regular expression, say: systemd leaves it too */
				if (*p)
					*to++ = *p++;
			}
		} else if (c == quote) {
			quote = '\0';
		} else if (!quote && (c == '"' || c == '\'')) {
			quote = c;
			opened = p - 1;
			*plain = false;
		} else {
			*to++ = c;
		}
	}
	if (quote) {
		*at = opened;
		*why = "the quote is never closed";
		return UNITFILE_WRONG;
	}
	*at = *p ? p + 1 : p;
	*to = '\0';
	return UNITFILE_WORD;
}

/* Values --------------------------------------------------------------- */

int unitfile_bool(const char *text, bool *out)
{
	static const char words[][6] = {"1", "yes", "y", "true", "t", "on", "0", "no", "n", "false", "f", "off"};
	enum { WORDS = sizeof words / sizeof *words };

	for (unsigned i = 0; i < WORDS; i++)
		if (strcasecmp(text, words[i]) == 0) {
			*out = i < WORDS / 2;
			return 0;
		}
	return -1;
}

struct unit {
	const char *names; /* words; NULL: the last */
	uint64_t size;
};

/* A number with a fraction, then a unit's name, the longest that fits. */
static int quantity(const char **at, const struct unit *units, uint64_t bare, uint64_t *out)
{
	const char *p = *at;
	uint64_t whole = 0, size = bare, part;
	const char *fraction = NULL;
	size_t len;

	while (*p >= '0' && *p <= '9')
		if (__builtin_mul_overflow(whole, 10, &whole) ||
		    __builtin_add_overflow(whole, (unsigned)(*p++ - '0'), &whole))
			return -1;
	if (*p == '.') {
		fraction = ++p;
		p += strspn(p, "0123456789");
	}
	if (p == *at || p == fraction)
		return -1;
	p += strspn(p, " \t");
	len = strcspn(p, " \t0123456789.");
	if (len) {
		while (units->names && !words_among(units->names, p, len))
			units++;
		if (!units->names)
			return -1;
		size = units->size;
	}
	if (__builtin_mul_overflow(whole, size, &whole))
		return -1;
	for (part = size; fraction && *fraction >= '0' && *fraction <= '9'; fraction++) {
		if (__builtin_add_overflow(whole,
		                           part / 10 * (unsigned)(*fraction - '0') +
		                                   part % 10 * (unsigned)(*fraction - '0') / 10,
		                           &whole))
			return -1;
		part /= 10;
	}
	if (__builtin_add_overflow(*out, whole, out))
		return -1;
	p += len;
	*at = p + strspn(p, BLANK);
	return 0;
}

static int sum(const char *text, const struct unit *units, uint64_t bare, uint64_t *out)
{
	*out = 0;
	text += strspn(text, BLANK);
	if (strcmp(text, "infinity") == 0) {
		*out = UINT64_MAX;
		return 0;
	}
	do
		if (quantity(&text, units, bare, out))
			return -1;
	while (*text);
	return 0;
}

int unitfile_span(const char *text, uint64_t unit_us, uint64_t *us)
{
	enum { SECOND = 1000000 };
	static const struct unit units[] = {
	        {"us usec \xc2\xb5s \xce\xbcs", 1},     {"ms msec", 1000},
	        {"s sec second seconds", SECOND},       {"m min minute minutes", 60ULL * SECOND},
	        {"h hr hour hours", 3600ULL * SECOND},  {"d day days", 86400ULL * SECOND},
	        {"w week weeks", 604800ULL * SECOND},   {"M month months", 2629800ULL * SECOND},
	        {"y year years", 31557600ULL * SECOND}, {NULL, 0},
	};

	return sum(text, units, unit_us, us);
}

int unitfile_size(const char *text, uint64_t *out)
{
	static const struct unit units[] = {
	        {"B", 1},          {"K", 1ULL << 10}, {"M", 1ULL << 20}, {"G", 1ULL << 30},
	        {"T", 1ULL << 40}, {"P", 1ULL << 50}, {"E", 1ULL << 60}, {NULL, 0},
	};

	return sum(text, units, 1, out);
}
