/* template - for the tests of pure/template: a text is rendered in pieces; what came of it and what was said are kept.
 */
#ifndef LIB_TEMPLATE_H
#define LIB_TEMPLATE_H

#include "pure/template.h"

#include <stdlib.h>
#include <string.h>

#include "base/fmt.h"

/* The variables there are. Values hold whatever might be taken for something else. */
static const char *const rendering_env[] = {
        "A=1", "B=two", "E=", "SELF=${SELF}$SELF{{SELF}}##SELF##", "AMP=&\\1 }} }", "N=\n\n", "host=example", NULL};

/* One rendering; mem and said are for the one who asks to free(). */
struct rendering {
	char *mem, *said;
	size_t len, cap, said_len;
	char assigned[64][64]; /* NAME=value; what is longer is cut */
	unsigned count;
};

static const char *rendering_value(void *owner, const char *name, size_t len)
{
	const struct rendering *r = owner;

	for (unsigned i = r->count; i--;)
		if (strncmp(r->assigned[i], name, len) == 0 && r->assigned[i][len] == '=')
			return r->assigned[i] + len + 1;
	for (const char *const *e = rendering_env; *e; e++)
		if (strncmp(*e, name, len) == 0 && (*e)[len] == '=')
			return *e + len + 1;
	return NULL;
}

static int rendering_assign(void *owner, const char *name, const char *value)
{
	struct rendering *r = owner;

	if (r->count < 64 && strlen(name) < 32)
		fmt_into(r->assigned[r->count++], sizeof *r->assigned, "%s=%s", name, value);
	return 0;
}

static void rendering_add(char **mem, size_t *have, const char *p, size_t n)
{
	char *more = realloc(*mem, *have + n + 1);

	if (!more)
		abort();
	memcpy(more + *have, p, n);
	*have += n;
	more[*have] = '\0';
	*mem = more;
}

static int rendering_put(void *owner, const char *p, size_t n)
{
	struct rendering *r = owner;

	rendering_add(&r->mem, &r->len, p, n);
	return 0;
}

/* "LINE:COLUMN NAME WHY\n" for each fault; a colon behind the name if the text itself says why. */
static void rendering_fault(void *owner, const struct template_fault *f)
{
	struct rendering *r = owner;
	char line[64];

	fmt_into(line, sizeof line, "%lu:%lu ", f->line, f->column);
	rendering_add(&r->said, &r->said_len, line, strlen(line));
	rendering_add(&r->said, &r->said_len, f->name, f->name_len);
	rendering_add(&r->said, &r->said_len, f->own ? ": " : " ", f->own ? 2 : 1);
	rendering_add(&r->said, &r->said_len, f->why, strlen(f->why));
	rendering_add(&r->said, &r->said_len, "\n", 1);
}

/* Names of two letters and more that begin with a small one are not meant. */
static bool rendering_meant(void *owner, const char *name, size_t len)
{
	(void)owner;
	return len < 2 || *name < 'a';
}

/* `how` has the kinds and what else the caller decides. Pieces: 0: one; 1: each a byte; else of sizes that this number
 * chooses. Each lies in memory of its own. */
static struct rendering rendering_make(const struct template *how, const char *text, size_t len, unsigned pieces)
{
	struct rendering r = {0};
	struct template t = *how;
	unsigned next = pieces;

	rendering_add(&r.mem, &r.len, "", 0);
	rendering_add(&r.said, &r.said_len, "", 0);
	t.owner = &r;
	t.value = rendering_value;
	t.assign = rendering_assign;
	t.put = rendering_put;
	t.fault = rendering_fault;
	template_open(&t);
	while (len) {
		size_t n = pieces ? pieces == 1 ? 1 : 1 + (next >> 16) % (next & 4096 ? 7 : 100) : len;
		char *piece;
		next = next * 1103515245 + 12345;
		n = n < len ? n : len;
		piece = malloc(n);
		if (!piece)
			abort();
		memcpy(piece, text, n);
		if (template_feed(&t, piece, n))
			abort();
		free(piece);
		text += n;
		len -= n;
	}
	if (template_end(&t))
		abort();
	return r;
}

#endif
