/* logconf - see logconf.h */
#include "pure/logconf.h"

#include <stdbool.h>
#include <string.h>

#include "base/fmt.h"
#include "base/glob.h"
#include "base/num.h"
#include "base/words.h"
#include "pure/syslog.h"

enum { LINE = 1024 };

enum kind { WORD, LEVEL, SIZE, TIME, RATE, TEXT, PATH, SOCKET, FILES };

/* A setting: where its value goes, and what it may be. Of a WORD, `accepts` is the list: its number counts from 0. */
struct row {
	const char *name;
	const char *accepts;
	unsigned short at;
	unsigned char kind;
	unsigned char least, most; /* of a SIZE, as powers of two */
};

#define AT(field) offsetof(struct logconf, field)

static const char on_off[] = "off or on";
static const char absolute[] = "an absolute path";
static const char shorter[] = "shorter, all texts together";

static const struct row rows[] = {
        {"format", "text, json, raw or logfmt", AT(style.format), WORD, 0, 0},
        {"timestamps", "none, rfc3339, tai64n or unix", AT(style.timestamps), WORD, 0, 0},
        {"level", "emerg, alert, crit, err, warning, notice, info, debug or 0 to 7", AT(style.level), LEVEL, 0, 0},
        {"rate", "off or LINES/TIME such as 1000/10s", AT(style.rate), RATE, 0, 0},
        {"mask", on_off, AT(style.mask), WORD, 0, 0},
        {"join", on_off, AT(style.join), WORD, 0, 0},
        {"stdout", "on, off or services", AT(style.to_stdout), WORD, 0, 0},
        {"max_line", "a number of bytes from 64 to 1M", AT(line_max), SIZE, 6, 20},
        {"full", "block or drop", AT(full), WORD, 0, 0},
        {"mask_names", shorter, AT(mask_names), TEXT, 0, 0},
        {"forward", shorter, AT(forward), TEXT, 0, 0},
        {"listen", shorter, AT(listen), TEXT, 0, 0},
        {"queue", "a number of bytes from 64K to 1G", AT(queue), SIZE, 16, 30},
        {"spool", absolute, AT(spool), PATH, 0, 0},
        {"spool_size", "a number of bytes from 64K to 2G", AT(spool_size), SIZE, 16, 31},
        {"flush", "a time such as 2 or 500ms", AT(flush_ms), TIME, 0, 0},
        {"files", "words NAME=/PATH or /PATH, with * and ? where wanted", AT(files), FILES, 0, 0},
        {"state", absolute, AT(state), PATH, 0, 0},
        {"syslog", "on, off or an absolute path", AT(syslog), SOCKET, 0, 0},
};

enum { ROWS = sizeof rows / sizeof *rows };

void logconf_init(struct logconf *c)
{
	memset(c, 0, offsetof(struct logconf, mem));
	c->style.level = 7;
	c->line_max = 16384;
	c->syslog_level = 8;
	c->queue = 1 << 20;
	c->spool_size = 1 << 26;
	c->flush_ms = 3000;
	c->syslog = "on";
}

static bool is_style(const struct row *r)
{
	return r->at < sizeof(struct logconf_style);
}

/* The number of the word in "this, that or another". */
static int word_number(const char *words, const char *word)
{
	size_t len = strlen(word);

	for (int i = 0;; i++) {
		size_t n = strcspn(words, ", ");
		if (n == len && memcmp(words, word, n) == 0)
			return i;
		words += n + strspn(words + n, ", ");
		if (strncmp(words, "or ", 3) == 0)
			words += 3;
		if (!*words)
			return -1;
	}
}

static int set_rate(unsigned long *rate, const char *value)
{
	char count[16];
	size_t len = strcspn(value, "/");
	unsigned long n, ms;

	if (strcmp(value, "off") == 0) {
		*rate = 0;
		return 0;
	}
	if (!value[len] || fmt_into(count, sizeof count, "%.*s", (int)len, value) || num_uint(count, 1 << 30, &n) ||
	    num_duration(value + len + 1, 1000, &ms) || !n || !ms)
		return -1;
	rate[0] = n;
	rate[1] = ms;
	return 0;
}

/* base: a struct logconf, or for what may differ its first part. */
static int set(const struct row *r, void *base, const char *value)
{
	void *at = (char *)base + r->at;
	unsigned long n;
	int i;

	switch ((enum kind)r->kind) {
	case RATE:
		return set_rate(at, value);
	case SOCKET:
	case PATH:
		if (*value != '/' && (r->kind == PATH || word_number(on_off, value) < 0))
			return -1;
		*(const char **)at = value;
		return 0;
	case FILES:
		for (const char *p = value; (n = logconf_word(&p)); p += n)
			if (!logconf_path(p, n))
				return -1;
		/* fall through */
	case TEXT:
		*(const char **)at = value;
		return 0;
	case LEVEL:
	case WORD:
		i = r->kind == LEVEL ? syslog_severity(value) : word_number(r->accepts, value);
		if (i < 0)
			return -1;
		n = (unsigned long)i;
		break;
	case TIME:
		if (num_duration(value, 1000, &n))
			return -1;
		break;
	case SIZE:
		if (num_size(value, 1UL << r->most, &n) || n < 1UL << r->least)
			return -1;
		break;
	}
	*(unsigned long *)at = n;
	return 0;
}

static const struct row *find(const char *name, size_t len)
{
	for (const struct row *r = rows; r < rows + ROWS; r++)
		if (strncasecmp(r->name, name, len) == 0 && !r->name[len])
			return r;
	return NULL;
}

const char *logconf_set(struct logconf_style *style, const char *name, const char *value)
{
	const struct row *r = find(name, strlen(name));

	return set(r, style, value) ? r->accepts : NULL;
}

static void say_unknown(struct fmt *wrong, bool in_section)
{
	fmt_str(wrong, ": must be one of");
	for (const struct row *r = rows; r < rows + ROWS; r++)
		if (!in_section || is_style(r))
			fmt_add(wrong, " %s", r->name);
	fmt_str(wrong, "; it is left out\n");
}

static void say_wrong(struct fmt *wrong, const struct row *r)
{
	fmt_add(wrong, ": must be %s; it is left out\n", r->accepts);
}

/* The file, line by line: into the whole or, with `service`, what its sections say of that one. */
struct reader {
	struct logconf *conf;
	struct logconf_style *style;
	const char *service;
	const char *name;   /* of the file */
	struct fmt *wrong;  /* NULL: say nothing */
	unsigned line;      /* its number */
	bool in_section;    /* behind a [NAME] */
	bool is_meant;      /* which is the service's */
	char mem[LINE + 1]; /* the line */
};

static bool complain(const struct reader *r, const char *at)
{
	if (r->wrong)
		fmt_add(r->wrong, "%s:%u:%u: ", r->name, r->line, (unsigned)(at - r->mem) + 1);
	return r->wrong;
}

static void section(struct reader *r, char *p)
{
	size_t len = strlen(p);

	r->in_section = true;
	r->is_meant = p[len - 1] == ']' && r->service && glob_fits(p + 1, len - 2, r->service, strlen(r->service));
	if (p[len - 1] != ']' && complain(r, p))
		fmt_add(r->wrong, "%s: a service's name ends with ]; its settings are left out\n", p);
}

static const char *keep(struct logconf *c, const char *value)
{
	size_t len = strlen(value) + 1;
	char *at = c->mem + c->used;

	if (len > sizeof c->mem - c->used)
		return NULL;
	c->used += len;
	return memcpy(at, value, len);
}

static void put(struct reader *r, const struct row *row, char *value)
{
	struct logconf_style checked = {0};
	void *base = r->conf;
	const char *text = value;

	if (r->in_section)
		base = r->is_meant ? r->style : &checked;
	else if (r->service)
		return;
	if (row->kind >= TEXT && r->conf)
		text = keep(r->conf, value);
	if ((!text || set(row, base, text)) && complain(r, value)) {
		fmt_add(r->wrong, "%s %s", row->name, value);
		say_wrong(r->wrong, row);
	}
}

static void line(struct reader *r)
{
	char *p = words_trim(r->mem), *value;
	size_t len = strcspn(p, " \t=");
	const struct row *row;

	if (*p == '[')
		section(r, p);
	if (!*p || *p == '[')
		return;
	row = find(p, len);
	value = p + len + strspn(p + len, " \t");
	if (*value == '=')
		value += 1 + strspn(value + 1, " \t");
	if (row && (!r->in_section || is_style(row))) {
		put(r, row, value);
	} else if (complain(r, p)) {
		fmt_mem(r->wrong, p, len);
		say_unknown(r->wrong, r->in_section);
	}
}

static void walk(struct reader *r, const char *p, const char *end)
{
	for (r->line = 1; p < end; r->line++, p++) {
		const char *start = p;
		size_t len;

		for (; p < end && *p != '\n'; p++)
			;
		len = (size_t)(p - start);
		if (len > LINE) {
			r->mem[0] = '\0';
			if (complain(r, r->mem))
				fmt_add(r->wrong, "longer than %d bytes; it is left out\n", LINE);
			continue;
		}
		memcpy(r->mem, start, len);
		r->mem[len] = '\0';
		line(r);
	}
}

void logconf_file(struct logconf *c, const char *name, const char *text, size_t len, struct fmt *wrong)
{
	struct reader r = {.conf = c, .name = name, .wrong = wrong};

	c->text = text;
	c->text_len = len;
	walk(&r, text, text + len);
}

void logconf_service(const struct logconf *c, const char *service, struct logconf_style *style)
{
	struct reader r = {.style = style, .service = service};

	*style = c->style;
	walk(&r, c->text, c->text + c->text_len);
}

void logconf_variables(struct logconf *c, char *const *env, struct fmt *wrong)
{
	static const char mark[] = "INIT_LOG_";

	for (; *env; env++) {
		const char *name = *env + sizeof mark - 1;
		size_t len = strcspn(*env, "=");
		const struct row *r;

		if (strncmp(*env, mark, sizeof mark - 1) != 0 || !(*env)[len] || !(*env)[len + 1])
			continue;
		r = find(name, (size_t)(*env + len - name));
		if (!r && strncmp(name, "CONFIG=", 7) != 0) {
			fmt_mem(wrong, *env, len);
			say_unknown(wrong, false);
		} else if (r && set(r, c, *env + len + 1)) {
			fmt_str(wrong, *env);
			say_wrong(wrong, r);
		}
	}
}

size_t logconf_word(const char **at)
{
	*at += strspn(*at, ", \t");
	return strcspn(*at, ", \t");
}

const char *logconf_path(const char *word, size_t len)
{
	const char *path = *word == '/' ? word : memchr(word, '=', len);

	if (!path || path == word + (*word == '=') - 1)
		return NULL;
	path += *path == '=';
	return path < word + len && *path == '/' && word[len - 1] != '/' ? path : NULL;
}

int logconf_add(struct logconf *c, const char **list, const char *format, ...)
{
	struct fmt f;
	va_list ap;

	fmt_open(&f, c->mem + c->used, sizeof c->mem - c->used);
	fmt_add(&f, "%s ", *list ? *list : "");
	va_start(ap, format);
	fmt_va(&f, format, ap);
	va_end(ap);
	if (f.cut)
		return -1;
	c->used += f.len + 1;
	*list = f.mem;
	return 0;
}
