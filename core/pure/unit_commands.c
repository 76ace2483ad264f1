/* unit_commands - command lines of units and their variables: see unit.h, systemd.service(5) "Command lines". */
#include <stdlib.h>
#include <string.h>

#include "base/fmt.h"
#include "pure/unit.h"
#include "pure/unit_state.h"
#include "pure/unitfile.h"

#define BLANK " \t\r\n"

static const char *flags(const char *word, unsigned *set)
{
	static const char letters[] = "-@+!:";
	static const unsigned char bits[] = {UNIT_MAY_FAIL, UNIT_ARGV0, UNIT_PRIVILEGED, UNIT_ROOT, UNIT_RAW};

	for (const char *p; *word && (p = strchr(letters, *word)); word++)
		if (word[0] == '!' && word[1] == '!') /* is for kernels without ambient capabilities */
			word++;
		else
			*set |= bits[p - letters];
	return word;
}

/* The next word, or NULL at the end of the command or, with *why, if it is wrong. */
static const char *next_word(struct unit *u, char **at, const char **why)
{
	char *word;
	bool plain;

	*why = NULL;
	*at += strspn(*at, BLANK);
	if (at[0][0] == '\\' && at[0][1] == ';' && (!at[0][2] || strchr(BLANK, at[0][2]))) {
		*at += 2;
		return ";";
	}
	if (unitfile_word(at, &word, &plain, why) != UNITFILE_WORD || (plain && strcmp(word, ";") == 0))
		return NULL;
	return unit_specifiers(u, word, why);
}

/* One command, as far as its separator. False: there is none, or *why says what is wrong. */
static bool command(struct unit *u, char **at, struct unit_command *c, const char **why)
{
	size_t room = strlen(*at) / 2 + 3, n = 0;
	const char *word = next_word(u, at, why);

	if (!word)
		return false;
	c->path = flags(word, &c->flags);
	c->argv = unit_memory(u, room * sizeof *c->argv);
	if (!*c->path)
		*why = "no program behind the prefix";
	else if (*c->path != '/' && strchr(c->path, '/'))
		*why = "the path of a program begins with a slash, or is a name alone";
	else if (!c->argv)
		*why = "no memory";
	if (*why)
		return false;
	if (!(c->flags & UNIT_ARGV0))
		c->argv[n++] = (char *)(uintptr_t)c->path;
	while ((word = next_word(u, at, why)))
		c->argv[n++] = (char *)(uintptr_t)word;
	c->argv[n] = NULL;
	if (!n && !*why)
		*why = "@ needs a word more: the name for the program";
	return !*why;
}

int unit_commands_read(struct unit *u, const struct unit_setting *s, struct unit_command **list, size_t *count,
                       const char **why)
{
	char *text = unit_copy(u, s->value, strlen(s->value));
	size_t room = *count;

	*why = text ? NULL : "no memory";
	for (; text && text[strspn(text, BLANK)];) {
		struct unit_command c = {.from = s};
		if (!command(u, &text, &c, why)) {
			if (*why)
				return -1;
			continue; /* nothing between two semicolons */
		}
		if (*count == room) {
			struct unit_command *more = unit_memory(u, (room = room * 2 + 4) * sizeof *more);
			if (!more) {
				*why = "no memory";
				return -1;
			}
			if (*count)
				memcpy(more, *list, *count * sizeof *more);
			*list = more;
		}
		(*list)[(*count)++] = c;
	}
	return *why ? -1 : 0;
}

struct unit_command *unit_commands(struct unit *u, enum unit_key key, size_t *count)
{
	struct unit_command *list = unit_memory(u, sizeof *list);
	const struct unit_setting *s;
	const char *why;

	*count = 0;
	for (size_t at = 0; list && (s = unit_next(u, key, &at));)
		unit_commands_read(u, s, &list, count, &why);
	return list;
}

/* Variables ------------------------------------------------------------- */

struct expansion {
	struct unit *unit;
	const char *(*get)(const char *);
	void (*unset)(const char *);
	char **list; /* of the heap, until it is done */
	size_t count, room;
	bool failed;
};

static void add(struct expansion *e, char *word)
{
	if (e->count + 1 >= e->room) {
		char **more = realloc(e->list, (e->room = e->room * 2 + 16) * sizeof *more);
		if (!more) {
			e->failed = true;
			e->room = e->count + 1;
			return;
		}
		e->list = more;
	}
	e->failed |= !word;
	e->list[e->count++] = word;
}

static const char *value(struct expansion *e, const char *name)
{
	const char *is = e->get(name);

	if (!is && e->unset)
		e->unset(name);
	return is;
}

/* $NAME as a whole word: words of its value, in which quotes hold together and a backslash saves a character. */
static void add_words(struct expansion *e, const char *text)
{
	char *copy = text ? unit_copy(e->unit, text, strlen(text)) : NULL, *p = copy;

	e->failed |= text && !copy;
	while (p && *(p += strspn(p, BLANK))) {
		char *word = p, *to = p, quote = '\0';
		for (; *p && (quote || !strchr(BLANK, *p)); p++)
			if (*p == quote)
				quote = '\0';
			else if (!quote && strchr("'\"", *p))
				quote = *p;
			else
				*to++ = *p == '\\' && p[1] ? *++p : *p;
		if (*p)
			p++;
		*to = '\0';
		add(e, word);
	}
}

/* ${NAME} anywhere in the word. */
static char *replaced(struct expansion *e, const char *word)
{
	size_t size = strlen(word) + 1;
	char *out = NULL, *name = unit_copy(e->unit, word, size - 1);
	const char *close;
	struct fmt f = {0};

	/* once for the size, once for the text */
	for (int pass = 0; pass < 2 && name; pass++) {
		const char *p = word;
		out = pass ? unit_memory(e->unit, size) : NULL;
		if (pass && !out)
			return NULL;
		if (pass)
			fmt_open(&f, out, size);
		for (; *p; p++) {
			const char *is;
			if (p[0] == '$' && p[1] == '$') {
				p++;
			} else if (p[0] == '$' && p[1] == '{' && (close = strchr(p, '}'))) {
				size_t len = (size_t)(close - p) - 2;
				memcpy(name, p + 2, len);
				name[len] = '\0';
				is = pass ? e->get(name) : value(e, name);
				p = close;
				if (!pass)
					size += is ? strlen(is) : 0;
				else
					fmt_str(&f, is ? is : "");
				continue;
			}
			if (pass)
				fmt_char(&f, *p);
		}
	}
	return out;
}

char **unit_expand(struct unit *u, char *const *argv, const char *(*get)(const char *), void (*unset)(const char *))
{
	struct expansion e = {.unit = u, .get = get, .unset = unset};
	char **list = NULL;

	for (; *argv; argv++)
		if (argv[0][0] == '$' && !strchr("{$", argv[0][1]))
			add_words(&e, value(&e, *argv + 1));
		else if (strchr(*argv, '$'))
			add(&e, replaced(&e, *argv));
		else
			add(&e, *argv);
	if (!e.failed)
		list = unit_memory(u, (e.count + 1) * sizeof *list);
	if (list && e.count)
		memcpy(list, e.list, e.count * sizeof *list);
	if (list)
		list[e.count] = NULL;
	free(e.list);
	return list;
}
