/* edges_unit - what units say of each other, in the lines of their file `unit` (pure/unitlife.h)
 *
 * with: UNIT
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/fmt.h"
#include "base/words.h"
#include "svc/edges.h"
#include "svc/edges_state.h"
#include "svc/service.h"
#include "sys/files.h"

static const struct {
	char key[12];
	unsigned short kinds, back; /* from this one to the other; from the other to this one */
} keys[] = {
        {"after", EDGE_AFTER, 0},
        {"before", 0, EDGE_AFTER},
        {"requires", EDGE_REQUIRES, 0},
        {"requisite", EDGE_REQUISITE, 0},
        {"wants", EDGE_WANTS, 0},
        {"upholds", EDGE_UPHOLDS, 0},
        {"binds-to", EDGE_BINDS_TO, 0},
        {"part-of", EDGE_PART_OF, 0},
        {"conflicts", EDGE_CONFLICTS, EDGE_CONFLICTS},
        {"on-failure", EDGE_ON_FAILURE, 0},
        {"on-success", EDGE_ON_SUCCESS, 0},
};

typedef void word_fn(struct service *, size_t key, const char *word, size_t len);

/* All words of the lists of that key. */
static void each_word(struct service *s, const char *text, const char *name, size_t key, word_fn *fn)
{
	const char *value, *word;
	size_t len, n;

	while ((value = unitlife_find(&text, name, &len)))
		for (const char *p = value; (word = words_next(&p, &n)) && word < value + len;)
			fn(s, key, word, n);
}

static char *unit_text(const struct service *s)
{
	size_t len;

	return files_load(AT_FDCWD, service_path(s, "unit"), &len);
}

static void add_alias(struct service *s, size_t key, const char *word, size_t len)
{
	char *name = strndup(word, len);

	(void)key;
	if (name && !edges_name(name, s))
		free(name);
}

void edges_aliases(struct service *s)
{
	char *text = unit_text(s);

	if (text)
		each_word(s, text, "alias", 0, add_alias);
	free(text);
}

static void of_unit(struct service *s, size_t key, const char *word, size_t len)
{
	struct service *other = edges_named(word, len);
	unsigned kinds = keys[key].kinds;
	const char *dot = strrchr(s->name, '.');
	char text[300];

	if (other == s)
		return;
	if (other) {
		if (kinds & EDGE_PULLS && dot && strcmp(dot, ".target") == 0)
			kinds |= EDGE_TARGET;
		edges_add(s, other, kinds);
		edges_add(other, s, keys[key].back);
	} else if (kinds & EDGE_MUST) {
		s->unmet = true;
		fmt_into(text, sizeof text, "requires %.*s, which is not there", (int)len, word);
		service_reason(s, text);
	}
}

void edges_of_unit(struct service *s)
{
	char *text = unit_text(s);

	for (size_t k = 0; text && k < sizeof keys / sizeof *keys; k++)
		each_word(s, text, keys[k].key, k, of_unit);
	free(text);
}
