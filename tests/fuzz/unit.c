/* Fuzzing pure/unit: the text of a unit, and behind a form feed that of a drop-in. Whatever is in them, all that is
 * asked for is there, ends, and is what unit.h says; told of is what is counted. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "pure/unit.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct unit_world world = {"host.example", "0123456789abcdef", "fedcba9876543210", "6.1.0", "x86-64"};
static unsigned told[4];

static void need(bool it)
{
	if (!it)
		abort();
}

static void tell(const struct unit *u, enum unit_grade grade, const char *path, unsigned line, unsigned column,
                 const char *key, const char *why)
{
	need(u->name && path && line && column && key && *why && !strchr(why, '\n'));
	told[grade]++;
}

static const char *value(const char *name)
{
	return strlen(name) > 4 ? NULL : strlen(name) % 2 ? "" : "one 'two three' four\\ five ${SIX} $SEVEN";
}

static void unset(const char *name)
{
	need(!value(name));
}

static void use_words(char *const *words)
{
	for (need(words != NULL); *words; words++)
		need(strlen(*words) < 1 << 20);
}

static void use_commands(struct unit *u, enum unit_key key)
{
	size_t count;
	struct unit_command *c = unit_commands(u, key, &count);

	for (need(c != NULL); count--; c++) {
		need(c->from->key == key && *c->path && c->argv[0]);
		use_words(c->argv);
		use_words(unit_expand(u, c->argv, value, unset));
	}
}

static void use_key(struct unit *u, enum unit_key key)
{
	int signal = unit_signal(u, key, 1);

	need(signal >= -1 && signal < 65);
	unit_bool(u, key, false);
	unit_number(u, key, 0);
	unit_span(u, key, 0);
	unit_choice(u, key, 0);
	use_words(unit_words(u, key));
}

static void use(struct unit *u)
{
	const struct unit_setting *s;
	size_t all = 0;

	for (enum unit_key key = 0; key < UNIT_KEYS; key++) {
		size_t at = 0, before = all;
		while ((s = unit_next(u, key, &at))) {
			need(s->key == key && s->line && s->column && *s->name && s->value && s->path);
			all++;
		}
		need((unit_text(u, key, NULL) != NULL) == (all > before));
		if (all > before)
			use_key(u, key);
	}
	need(all == u->count);
	for (size_t i = 0; i < u->count; i++)
		if (strncmp(u->settings[i].name, "Exec", 4) == 0)
			use_commands(u, u->settings[i].key);
	if (unit_refused(u, &s) && s)
		need(*s->name != '\0');
}

/* A copy that ends where the text does, so that a byte beyond is noticed. */
static char *copied(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	need(text != NULL);
	memcpy(text, data, size);
	text[size] = '\0';
	return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *drop = size ? memchr(data, '\f', size) : NULL;
	size_t first = drop ? (size_t)(drop - data) : size;
	char *fragment = copied(data, first), *drop_in = copied(drop ? drop : data + size, size - first);
	struct unit u;

	memset(told, 0, sizeof told);
	need(unit_open(&u, "ab-cd@e-f\\x2dg.service", &world, tell) == 0);
	need(unit_read(&u, "fragment", fragment, first) == 0 && unit_read(&u, "drop-in", drop_in, size - first) == 0);
	need(memcmp(told, u.graded, sizeof told) == 0);
	use(&u);
	unit_close(&u);
	free(fragment);
	free(drop_in);
	return 0;
}
