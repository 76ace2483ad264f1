/* envtext - see envtext.h */
#include "pure/envtext.h"

#include <stdbool.h>
#include <string.h>

#include "base/fmt.h"

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static bool is_safe(const char *s)
{
	for (; *s; s++)
		if (!is_word(*s) && !strchr("@%+=:,./-", *s))
			return false;
	return true;
}

void envtext_sh(struct fmt *f, const char *p)
{
	fmt_str(f, "export ");
	for (; *p != '='; p++)
		fmt_char(f, is_word(*p) ? *p : '_');
	fmt_char(f, *p++);
	if (*p && is_safe(p)) {
		fmt_str(f, p);
	} else {
		fmt_char(f, '\'');
		for (; *p; p++)
			if (*p == '\'')
				fmt_str(f, "'\"'\"'");
			else
				fmt_char(f, *p);
		fmt_char(f, '\'');
	}
	fmt_char(f, '\n');
}

static void json_string(struct fmt *f, const char *s, size_t len)
{
	static const char plain[] = "\"\\\b\f\n\r\t", escaped[] = "\"\\bfnrt";

	fmt_char(f, '"');
	for (; len; s++, len--) {
		const char *at = strchr(plain, *s);
		if (at && *at) {
			fmt_char(f, '\\');
			fmt_char(f, escaped[at - plain]);
		} else if ((unsigned char)*s < ' ' || *s == 127) {
			fmt_str(f, "\\u00");
			fmt_char(f, (char)('0' + (unsigned char)*s / 16));
			fmt_char(f, "0123456789abcdef"[*s % 16]);
		} else {
			fmt_char(f, *s);
		}
	}
	fmt_char(f, '"');
}

void envtext_json(struct fmt *f, char *const *pairs)
{
	fmt_char(f, '{');
	for (char *const *p = pairs; *p; p++) {
		size_t name = strcspn(*p, "=");
		if (p != pairs)
			fmt_str(f, ", ");
		json_string(f, *p, name);
		fmt_str(f, ": ");
		json_string(f, *p + name + 1, strlen(*p + name + 1));
	}
	fmt_char(f, '}');
}

size_t envtext_room(char *const *pairs)
{
	size_t room = 3;

	for (; *pairs; pairs++)
		room += 6 * strlen(*pairs) + 16;
	return room;
}
