/* Fuzzing pure/crontab: the first byte chooses the reader, the rest is a table. Texts lie inside the table, each ended
 * there; lines ascend; what is said lies in a line of the table; reading it again gives the same. */
#include "pure/crontab.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* How often it was told, and of what. */
static struct {
	uint64_t hash;
	unsigned line, lines;
	size_t longest;
} told;

static void need(bool it)
{
	if (!it)
		abort();
}

static void tell(const struct crontab_reader *r, enum crontab_grade grade, unsigned line, unsigned column,
                 const char *what)
{
	(void)r;
	need(grade <= CRONTAB_ERROR && line >= told.line && line <= told.lines && column && column <= told.longest + 1);
	need(*what && !strchr(what, '\n'));
	told.line = line;
	told.hash = hash_text(told.hash + column, what);
}

static void measure(const char *text, size_t len)
{
	size_t from = 0;

	told.lines = 1;
	told.longest = told.line = 0;
	told.hash = HASH_SEED;
	for (size_t i = 0; i <= len; i++)
		if (i == len || text[i] == '\n') {
			if (i - from > told.longest)
				told.longest = i - from;
			from = i + 1;
			told.lines += i < len;
		}
}

/* NULL or of the table; its hash. */
static uint64_t inside(const struct crontab *t, size_t len, const char *text, uint64_t hash)
{
	if (!text)
		return hash + 1;
	need(text >= t->text && text <= t->text + len && memchr(text, '\0', (size_t)(t->text + len + 1 - text)));
	return hash_text(hash, text);
}

static uint64_t check_job(const struct crontab *t, size_t len, const struct crontab_job *j, uint64_t hash)
{
	static const char *list[CRONTAB_ENV_MAX + 1];
	const struct crontab_section *s = &t->sections[j->section];
	const char *command = crontab_text(t, j->command), *needs = crontab_needs_shell(command);
	char label[24];

	need(j->section < t->section_count && s->overlap <= CRONTAB_KILL && s->variables <= t->variable_count);
	hash = inside(t, len, crontab_text(t, j->schedule), hash);
	hash = inside(t, len, crontab_text(t, j->user), hash);
	hash = inside(t, len, command, hash);
	hash = inside(t, len, crontab_text(t, j->input), hash);
	hash = inside(t, len, s->zone, hash);
	hash = inside(t, len, s->shell, hash);
	hash = inside(t, len, s->label, hash);
	need(*command && (!needs || (needs >= command && *needs)));
	for (size_t n = crontab_env(t, s, list); n--;) {
		hash = inside(t, len, list[n], hash);
		need(strchr(list[n], '=') > list[n]);
	}
	crontab_label(t, j, hash % 4 ? NULL : "t", label, sizeof label);
	need(*label &&
	     strlen(label) == strspn(label, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"));
	return hash_mem(hash, &j->when, sizeof j->when) + s->timeout_s + s->delay_s + s->catchup + s->quiet;
}

static uint64_t read_one(const uint8_t *data, size_t size, const struct crontab_reader *how)
{
	char *text = malloc(size + 1);
	uint64_t hash = HASH_SEED;
	struct crontab t;
	unsigned line = 0;

	need(text);
	if (size)
		memcpy(text, data, size);
	text[size] = '*';
	measure(text, size);
	need(crontab_read(&t, text, size, how) == 0);
	for (size_t i = 0; i < t.count; i++) {
		need(t.jobs[i].line > line && t.jobs[i].line <= told.lines);
		need(i == 0 || t.jobs[i].section >= t.jobs[i - 1].section);
		line = t.jobs[i].line;
		hash = check_job(&t, size, &t.jobs[i], hash);
	}
	crontab_free(&t);
	need(!t.text && !t.jobs && !t.sections && !t.variables);
	return hash + told.hash;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct crontab_reader how = {.tell = tell};

	if (!size)
		return 0;
	how.user = data[0] & 1;
	how.seed = data[0];
	need(read_one(data + 1, size - 1, &how) == read_one(data + 1, size - 1, &how));
	return 0;
}
