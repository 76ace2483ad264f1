/* unit_words - names of units, specifiers and lists of words: see unit.h. */
#include <stdlib.h>
#include <string.h>

#include "base/fmt.h"
#include "base/words.h"
#include "pure/unit.h"
#include "pure/unit_state.h"
#include "pure/unitfile.h"

enum { VALUE_MAX = 16384 };

const char *unit_suffix(const char *name)
{
	static const char known[] = "service target timer socket path mount automount swap slice scope device";
	const char *dot = strrchr(name, '.');

	return dot && dot > name && dot[1] && words_among(known, dot + 1, strlen(dot + 1)) ? dot + 1 : "";
}

bool unit_template(const char *name, char *out, size_t cap)
{
	const char *at = strchr(name, '@'), *dot = strrchr(name, '.');

	if (!at || !dot || dot <= at + 1)
		return false;
	return fmt_into(out, cap, "%.*s%s", (int)(at + 1 - name), name, dot) == 0;
}

/* Specifiers ------------------------------------------------------------ */

static int hex(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* As systemd-escape(1) --unescape has it: - is a slash, \x2d a byte. */
static void unescaped(struct fmt *f, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '\\' && len - i > 3 && text[i + 1] == 'x' && hex(text[i + 2]) >= 0 &&
		    hex(text[i + 3]) >= 0) {
			fmt_char(f, (char)(hex(text[i + 2]) << 4 | hex(text[i + 3])));
			i += 3;
		} else {
			fmt_char(f, text[i] == '-' ? '/' : text[i]);
		}
	}
}

/* Those that name directories, and the manager's user: root. */
static const char *constant(char c)
{
	static const struct {
		char letter;
		const char *is;
	} all[] = {{'t', "/run"}, {'S', "/var/lib"}, {'C', "/var/cache"}, {'L', "/var/log"}, {'E', "/etc"},
	           {'T', "/tmp"}, {'V', "/var/tmp"}, {'u', "root"},       {'U', "0"},        {'g', "root"},
	           {'G', "0"},    {'h', "/root"},    {'s', "/bin/sh"},    {'%', "%"}};

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (all[i].letter == c)
			return all[i].is;
	return NULL;
}

static const char *of_world(const struct unit_world *w, char c)
{
	const char *is = !w                 ? NULL
	                 : c == 'm'         ? w->machine_id
	                 : c == 'b'         ? w->boot_id
	                 : c == 'v'         ? w->release
	                 : c == 'a'         ? w->arch
	                 : strchr("Hlq", c) ? w->hostname
	                                    : NULL;

	return is ? is : strchr("mbvaHlq", c) ? "" : NULL;
}

/* False: there is no such specifier. */
static bool put(struct fmt *f, const struct unit *u, char c)
{
	const char *is = constant(c), *dash;
	size_t start = 0;

	if (!is)
		is = of_world(u->world, c);
	if (is) {
		fmt_add(f, "%.*s", (int)(c == 'l' ? strcspn(is, ".") : strlen(is)), is);
		return true;
	}
	dash = memrchr(u->name, '-', u->prefix);
	if (dash && (c | 32) == 'j')
		start = (size_t)(dash + 1 - u->name);
	switch (c) {
	case 'n':
		fmt_str(f, u->name);
		break;
	case 'N':
		fmt_add(f, "%.*s", (int)(strrchr(u->name, '.') - u->name), u->name);
		break;
	case 'p':
	case 'j':
		fmt_add(f, "%.*s", (int)(u->prefix - start), u->name + start);
		break;
	case 'P':
	case 'J':
		unescaped(f, u->name + start, u->prefix - start);
		break;
	case 'i':
		fmt_str(f, u->instance);
		break;
	case 'f':
		fmt_char(f, '/');
		if (!*u->instance) {
			unescaped(f, u->name, u->prefix);
			break;
		} /* fall through */
	case 'I':
		unescaped(f, u->instance, strlen(u->instance));
		break;
	default:
		return false;
	}
	return true;
}

const char *unit_specifiers(struct unit *u, const char *text, const char **why)
{
	char mem[VALUE_MAX];
	const char *copy;
	struct fmt f;

	if (!strchr(text, '%'))
		return text;
	fmt_open(&f, mem, sizeof mem);
	for (; *text; text++)
		if (*text != '%') {
			fmt_char(&f, *text);
		} else if (!*++text || !put(&f, u, *text)) {
			*why = "there is no such specifier; a percent sign itself is %%";
			return NULL;
		}
	copy = f.cut ? NULL : unit_copy(u, mem, f.len);
	if (!copy)
		*why = f.cut ? "too long" : "no memory";
	return copy;
}

/* Lists ----------------------------------------------------------------- */

const char *unit_word(struct unit *u, char **at, const char **why)
{
	const char *word;
	char *text;
	bool plain;

	*why = NULL;
	if (unitfile_word(at, &text, &plain, why) != UNITFILE_WORD)
		return NULL;
	word = unit_specifiers(u, text, why);
	return word;
}

char **unit_words(struct unit *u, enum unit_key key)
{
	const struct unit_setting *s;
	size_t size = 0, count = 0;
	char **list;

	/* a word takes two bytes, but for the last one of a line */
	for (size_t at = 0; (s = unit_next(u, key, &at));)
		size += strlen(s->value) / 2 + 1;
	list = unit_memory(u, (size + 1) * sizeof *list);
	if (!list)
		return NULL;
	for (size_t at = 0; (s = unit_next(u, key, &at));) {
		char *copy = unit_copy(u, s->value, strlen(s->value));
		const char *word, *why;
		while (copy && (word = unit_word(u, &copy, &why)))
			list[count++] = (char *)(uintptr_t)word;
	}
	list[count] = NULL;
	return list;
}
