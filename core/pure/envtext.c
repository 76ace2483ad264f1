/* envtext - see envtext.h */
#include "pure/envtext.h"

#include <stdbool.h>
#include <string.h>

#include "base/fmt.h"
#include "base/utf8.h"

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

static void escape(struct fmt *f, unsigned code)
{
	fmt_str(f, "\\u");
	for (int shift = 12; shift >= 0; shift -= 4)
		fmt_char(f, "0123456789abcdef"[code >> shift & 15]);
}

/* What is not ASCII, of n bytes, as UTF-16; a byte that is no character (n = 0) as Python has it, U+DC80 to U+DCFF. */
static void wide(struct fmt *f, const unsigned char *p, size_t n)
{
	unsigned code = n ? p[0] & (0x7fu >> n) : 0xdc00u + p[0];

	for (size_t i = 1; i < n; i++)
		code = code << 6 | (p[i] & 0x3f);
	if (n == 4)
		escape(f, 0xd7c0 + (code >> 10));
	escape(f, n == 4 ? 0xdc00 + (code & 0x3ff) : code);
}

static void json_string(struct fmt *f, const char *s, size_t len)
{
	static const char plain[] = "\"\\\b\f\n\r\t", escaped[] = "\"\\bfnrt";

	fmt_char(f, '"');
	for (const char *end = s + len; s < end; s++) {
		const char *at = strchr(plain, *s);
		unsigned char c = (unsigned char)*s;
		if (at && *at) {
			fmt_char(f, '\\');
			fmt_char(f, escaped[at - plain]);
		} else if (c < ' ' || c == 127) {
			escape(f, c);
		} else if (c < 127) {
			fmt_char(f, *s);
		} else {
			size_t n = utf8_length(s, (size_t)(end - s));
			wide(f, (const unsigned char *)s, n);
			s += n ? n - 1 : 0;
		}
	}
	fmt_char(f, '"');
}

void envtext_json(struct fmt *f, char *const *pairs)
{
	const char *between = "{";

	for (char *const *p = pairs; *p; p++) {
		size_t name = strcspn(*p, "=");
		if (!(*p)[name])
			continue;
		fmt_str(f, between);
		between = ", ";
		json_string(f, *p, name);
		fmt_str(f, ": ");
		json_string(f, *p + name + 1, strlen(*p + name + 1));
	}
	fmt_str(f, *between == '{' ? "{}" : "}");
}

size_t envtext_room(char *const *pairs)
{
	size_t room = 3;

	for (; *pairs; pairs++)
		room += 6 * strlen(*pairs) + 16;
	return room;
}
