/* verify_cat - settings in force and where they stand: see verify.h. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/msg.h"
#include "base/path.h"
#include "svc/verify_state.h"
#include "sys/files.h"

enum { VALUE = 400 };

static const struct {
	char letter;
	const char *name;
} sections[] = {{'U', "Unit"}, {'S', "Service"}, {'T', "Timer"}, {'I', "Install"}};

enum { SECTIONS = sizeof sections / sizeof *sections };

static bool colour;

static int width_of(const struct unit *u)
{
	int width = 0;

	for (size_t i = 0; i < u->count; i++) {
		char mem[PATH_ROOM];
		int len;
		fmt_into(mem, sizeof mem, "%s:%u", u->settings[i].path, u->settings[i].line);
		len = (int)strlen(mem);
		width = len > width ? len : width;
	}
	return width;
}

static void put_row(int width, const char *path, unsigned line, const char *key, const char *value)
{
	char mem[PATH_ROOM];
	struct fmt f;

	fmt_open(&f, mem, sizeof mem);
	fmt_str(&f, path);
	if (line)
		fmt_add(&f, ":%u", line);
	do
		fmt_char(&f, ' ');
	while (f.len < (size_t)width + 2 && !f.cut);
	verify_put(colour ? "\33[2m%s\33[m%s" : "%s%s", mem, key);
	verify_put_raw(value, strlen(value));
	verify_put("\n");
}

static void put_text(const struct unit *u, bool is_unit)
{
	int width = width_of(u);

	for (size_t n = 0; n < SECTIONS; n++) {
		bool any = false;
		for (size_t i = 0; i < u->count; i++) {
			const struct unit_setting *s = &u->settings[i];
			char key[80];
			if (unit_section((enum unit_key)s->key) != sections[n].letter)
				continue;
			if (!any && is_unit) {
				fmt_into(key, sizeof key, colour ? "\33[1m[%s]\33[m" : "[%s]", sections[n].name);
				put_row(width, "", 0, key, "");
			}
			any = true;
			fmt_into(key, sizeof key, "%s=", s->name);
			put_row(width, s->path, s->line, key, s->value);
		}
	}
}

/* ["a","b"] */
static void put_words(char *const *words)
{
	verify_put("[");
	for (const char *comma = ""; *words; words++, comma = ",") {
		verify_put("%s", comma);
		verify_put_text(*words);
	}
	verify_put("]");
}

static void put_place(const struct unit_setting *s)
{
	verify_put_member("file", s->path);
	verify_put("\"line\":%u}", s->line);
}

/* One setting: its value, or for each of its commands the words. */
static void put_setting(struct unit *u, const struct unit_setting *s, const char *comma)
{
	static const char letters[][2] = {"-", "@", "+", "!", ":"};
	struct unit_command *c;
	size_t count;

	if (strncmp(s->name, "Exec", 4) != 0) {
		verify_put("%s{", comma);
		verify_put_member("value", s->value);
		put_place(s);
		return;
	}
	for (c = unit_commands(u, s->key, &count); c && count--; c++) {
		char *flags[sizeof letters / 2 + 1];
		size_t n = 0;
		if (c->from != s)
			continue;
		for (size_t i = 0; i < sizeof letters / 2; i++)
			if (c->flags & 1U << i)
				flags[n++] = (char *)(uintptr_t)letters[i];
		flags[n] = NULL;
		verify_put("%s{\"flags\":", comma);
		put_words(flags);
		verify_put(",");
		verify_put_member("path", c->path);
		verify_put("\"argv\":");
		put_words(c->argv);
		verify_put(",");
		put_place(s);
		comma = ",";
	}
}

static void put_json(struct unit *u, const char *before)
{
	const char *comma = "";

	verify_put("%s{", before);
	verify_put_member("name", u->name);
	verify_put("\"settings\":{");
	for (size_t i = 0; i < u->count; i++) {
		const char *name = u->settings[i].name, *inner = "";
		size_t first = 0;
		while (strcmp(u->settings[first].name, name) != 0)
			first++;
		if (first < i)
			continue;
		verify_put("%s\"%s\":[", comma, name);
		comma = ",";
		for (; first < u->count; first++) {
			if (strcmp(u->settings[first].name, name) != 0)
				continue;
			put_setting(u, &u->settings[first], inner);
			inner = ",";
		}
		verify_put("]");
	}
	verify_put("}}");
}

/* The first line of a file of a service, what a directory holds; NULL: nothing that can be shown. */
static const char *content(const char *path)
{
	char mem[VALUE];
	struct fmt f;
	char **names;
	size_t count;

	if (files_read_word(AT_FDCWD, path, mem, VALUE) >= 0) {
		mem[strcspn(mem, "\n")] = '\0';
		return *mem == '\177' ? "a program" : strdup(mem);
	}
	names = files_list(AT_FDCWD, path, &count);
	fmt_open(&f, mem, VALUE);
	for (; names && *names; names++)
		fmt_add(&f, "%s%s", f.len ? " " : "", *names);
	return names ? strdup(mem) : NULL;
}

/* Files of a service as settings, without a section. */
static void load_service(const struct verify_item *it, struct unit *u)
{
	size_t count = 0;
	char **names = files_list(AT_FDCWD, it->path, &count);

	*u = (struct unit){.name = it->name, .settings = calloc(count + 1, sizeof *u->settings)};
	for (; names && *names && u->settings; names++) {
		char path[PATH_ROOM];
		struct unit_setting *s = &u->settings[u->count];
		if (strcmp(*names, "supervise") == 0 || fmt_into(path, sizeof path, "%s/%s", it->path, *names))
			continue;
		*s = (struct unit_setting){.value = content(path), .path = strdup(path), .name = *names, .line = 1};
		u->count += s->value && s->path;
	}
}

static bool cat(const struct verify_item *it, bool json, const char *before)
{
	struct unit u;

	if (it->kind != VERIFY_UNIT && it->kind != VERIFY_SERVICE) {
		msg_error("%s: neither a unit nor a service", it->path);
		return false;
	}
	if (it->kind == VERIFY_SERVICE)
		load_service(it, &u);
	else if (verify_load(it, &u))
		return false;
	if (json)
		put_json(&u, before);
	else
		put_text(&u, it->kind == VERIFY_UNIT);
	return true;
}

int verify_cat(bool json, char **words)
{
	bool failed = false, any = false;

	msg_name = NULL;
	colour = !json && isatty(1);
	for (; *words; words++) {
		struct verify_item it = verify_find(*words);
		if (cat(&it, json, any ? ",\n" : "["))
			any = true;
		else
			failed = true;
	}
	if (json)
		verify_put(any ? "]\n" : "[]\n");
	return failed;
}
