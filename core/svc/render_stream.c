/* render_stream - a template on its way from one open file to another; see render.h */
#include "svc/render.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/hash.h"
#include "base/msg.h"
#include "base/words.h"
#include "sys/env.h"
#include "sys/files.h"

/* As much as is worth a call of the kernel; whole pages, for the sake of the file that is written. */
enum { PIECE = 32 * 1024, ROOM = 64 * 1024, RECENT = 64 };

/* One text. There is one at a time: the large parts are not on the stack, every page of which costs. */
static struct stream {
	struct render *how;
	struct env env; /* the caller's list until a word is assigned */
	int out;
	const char *name;
	size_t len;
	const char
	        *recent[RECENT]; /* of the environment, by a hash of the name: those that were found, and are meant */
	struct template text;
	_Alignas(4096) char in[PIECE], mem[ROOM];
} stream;

static bool is(const char *pair, const char *name, size_t len)
{
	return strncmp(pair, name, len) == 0 && pair[len] == '=';
}

static const char **recent(struct stream *s, const char *name, size_t len)
{
	return &s->recent[hash_mem(HASH_SEED, name, len) % RECENT];
}

static const char *value(void *owner, const char *name, size_t len)
{
	struct stream *s = owner;
	const char **known = recent(s, name, len);

	if (!*known || !is(*known, name, len)) {
		char **e = s->env.list;
		while (*e && (**e != *name || !is(*e, name, len)))
			e++;
		if (!*e)
			return NULL;
		*known = *e;
	}
	return *known + len + 1;
}

/* A name that is looked for in SHELL-FORMAT. */
struct wanted {
	const char *name;
	size_t len;
};

static bool same(void *owner, const char *name, size_t len)
{
	const struct wanted *w = owner;

	return len == w->len && memcmp(name, w->name, len) == 0;
}

static bool meant(void *owner, const char *name, size_t len)
{
	struct stream *s = owner;
	const struct render *r = s->how;
	const char *known = *recent(s, name, len);

	if (known && is(known, name, len))
		return true;
	if (r->prefix && (len < strlen(r->prefix) || memcmp(name, r->prefix, strlen(r->prefix)) != 0))
		return false;
	if (r->filter && !words_fit(r->filter, name, len))
		return false;
	return !r->format || template_names(r->format, same, &(struct wanted){name, len});
}

static int assign(void *owner, const char *name, const char *word)
{
	struct stream *s = owner;
	const char *old = value(s, name, strlen(name));

	if (old && strcmp(old, word) == 0)
		return 0;
	if (!s->env.count && env_copy(&s->env, s->env.list))
		return -1;
	*recent(s, name, strlen(name)) = NULL;
	return env_set(&s->env, name, word);
}

static int flush(struct stream *s)
{
	size_t len = s->len;

	s->len = 0;
	return s->out < 0 ? 0 : files_write_all(s->out, s->mem, len);
}

static int put(void *owner, const char *p, size_t n)
{
	struct stream *s = owner;

	while (n) {
		size_t part = ROOM - s->len;
		if (part > n)
			part = n;
		bytes_copy(s->mem + s->len, p, part);
		s->len += part;
		p += part;
		n -= part;
		if (s->len == ROOM && flush(s))
			return -1;
	}
	return 0;
}

static void fault(void *owner, const struct template_fault *f)
{
	const struct stream *s = owner;

	s->how->faults++;
	msg_error("%s:%lu:%lu: %.*s%s%s", s->name, f->line, f->column, (int)f->name_len, f->name,
	          f->own        ? ": "
	          : f->name_len ? " "
	                        : "",
	          f->why);
}

/* Whether a text can have faults at all: else its lines need not be counted. */
static bool may_fail(const struct render *r)
{
	return r->unset == TEMPLATE_WRONG || r->no_empty || r->kinds & (TEMPLATE_OPS | TEMPLATE_MUSTACHE);
}

int render_stream(struct render *r, int in, int out, const char *name)
{
	struct stream *s = &stream;
	unsigned faults = r->faults;
	ssize_t n;
	int rc = 0;

	s->how = r;
	s->env = (struct env){.list = r->env};
	s->out = out;
	s->name = name;
	s->len = 0;
	memset(s->recent, 0, sizeof s->recent);
	s->text = (struct template){.kinds = r->kinds,
	                            .unset = r->unset,
	                            .no_empty = r->no_empty,
	                            .owner = s,
	                            .meant = r->prefix || r->filter || r->format ? meant : NULL,
	                            .value = value,
	                            .assign = assign,
	                            .put = put,
	                            .fault = may_fail(r) ? fault : NULL};
	template_open(&s->text);
	while (!rc && (n = read(in, s->in, PIECE)))
		if (n > 0)
			rc = template_feed(&s->text, s->in, (size_t)n);
		else if (errno != EINTR)
			break;
	if (template_end(&s->text) || flush(s))
		rc = -1;
	if (rc)
		msg_error("%s: cannot write what is made of it: %m", name);
	else if (n < 0)
		msg_error("%s: cannot read: %m", name);
	return rc || n || r->faults != faults ? -1 : 0;
}
