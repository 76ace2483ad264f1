/* template - see template.h
 *
 * Text runs from one byte that may mean something to the next (base/bytes.h). There a mark is read; if the piece ends
 * before it is known what it is, the bytes since are held, and the next piece is put behind them.
 */
#include "pure/template.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"

/* What becomes of text: it is put, forgotten, or caught as a word of = or ?. */
enum { PUT, DROP, CATCH };

static bool is_caught(char op)
{
	return op == '=' || op == '?';
}

/* What stands at a byte of note: a variable, if it has a name; the end of a word; else text. */
struct mark {
	size_t used;      /* so many bytes */
	const char *text; /* to be put instead of them; NULL: themselves */
	size_t text_len;
	const char *name;
	size_t len;
	bool ends, hash, colon;
	unsigned char braces; /* 0 to 2 of them end it */
	char op;              /* 0: it has no word */
};

/* What is being read. */
struct cursor {
	const char *p, *end;
	bool out; /* more was asked for */
};

static int peek(struct cursor *c)
{
	if (c->p < c->end)
		return (unsigned char)*c->p;
	c->out = true;
	return -1;
}

static bool eat(struct cursor *c, const char *word)
{
	const char *from = c->p;

	for (; *word; word++, c->p++)
		if (peek(c) != *word) {
			c->p = from;
			return false;
		}
	return true;
}

static void eat_blanks(struct cursor *c)
{
	while (peek(c) == ' ' || peek(c) == '\t')
		c->p++;
}

static bool is_digit(int c)
{
	return (unsigned)c - '0' < 10;
}

static bool is_name(int c)
{
	return ((unsigned)c | 32) - 'a' < 26 || c == '_' || is_digit(c);
}

static bool eat_name(struct cursor *c, struct mark *m)
{
	m->name = c->p;
	if (!is_digit(peek(c)))
		while (is_name(peek(c)))
			c->p++;
	m->len = (size_t)(c->p - m->name);
	return m->len > 0;
}

static bool read_dollar(struct cursor *c, struct mark *m, unsigned kinds)
{
	int op;

	if (!eat(c, "{"))
		return !(kinds & TEMPLATE_BRACES) && eat_name(c, m);
	m->braces = 1;
	if (!eat_name(c, m))
		return false;
	if (eat(c, "}"))
		return true;
	if (!(kinds & TEMPLATE_OPS))
		return false;
	m->colon = eat(c, ":");
	op = peek(c);
	if (op != '-' && op != '=' && op != '+' && op != '?')
		return false;
	m->op = (char)op;
	c->p++;
	return true;
}

static bool read_mustache(struct cursor *c, struct mark *m)
{
	m->braces = 2;
	eat_blanks(c);
	if (!eat_name(c, m))
		return false;
	if (eat(c, ":-")) {
		m->colon = true;
		m->op = '-';
		eat_blanks(c);
		return true;
	}
	eat_blanks(c);
	return eat(c, "}}");
}

static bool read_hash(struct cursor *c, struct mark *m)
{
	m->hash = true;
	return eat(c, "##") && eat_name(c, m) && eat(c, "##");
}

/* The kinds were seen to when the bytes of note were chosen. */
static bool read_variable(struct cursor *c, struct mark *m, unsigned kinds)
{
	if (eat(c, "{{"))
		return read_mustache(c, m);
	if (*c->p == '#')
		return read_hash(c, m);
	return eat(c, "$") && read_dollar(c, m, kinds);
}

static bool read_escape(struct cursor *c, struct mark *m, unsigned kinds)
{
	m->text_len = 2;
	if (kinds & TEMPLATE_BRACES ? eat(c, "$${") : kinds & TEMPLATE_OPS && eat(c, "$$"))
		m->text_len = kinds & TEMPLATE_BRACES ? 2 : 1;
	else if (!eat(c, "\\{{"))
		return false;
	m->text = c->p - m->text_len;
	return true;
}

/* The end of a word, or blanks that are not before it. */
static bool read_end(const struct template *t, struct cursor *c, struct mark *m)
{
	unsigned char ends = t->depth ? t->words[t->depth - 1].ends : 0;

	if (ends == 2)
		eat_blanks(c);
	if (ends)
		m->ends = eat(c, ends == 2 ? "}}" : "}");
	return m->ends;
}

static void read_mark(const struct template *t, struct cursor *c, struct mark *m)
{
	const char *from = c->p;

	if (!read_end(t, c, m) && c->p == from && !read_escape(c, m, t->kinds) && !read_variable(c, m, t->kinds)) {
		c->p = from + 1;
		m->name = NULL;
	}
	m->used = (size_t)(c->p - from);
}

static int append(struct template_bytes *b, const char *p, size_t n)
{
	if (!n)
		return 0;
	if (b->len + n > b->cap) {
		size_t cap = (b->len + n) * 2;
		char *more = realloc(b->mem, cap);
		if (!more)
			return -1;
		b->mem = more;
		b->cap = cap;
	}
	if (n)                                  /* else there may be no memory */
		memmove(b->mem + b->len, p, n); /* it may be from further behind in there */
	b->len += n;
	return 0;
}

static int emit(struct template *t, const char *p, size_t n)
{
	if (t->to == DROP || !n)
		return 0;
	return t->to == CATCH ? append(&t->caught, p, n) : t->put(t->owner, p, n);
}

static void move(struct template *t, const char *p, const char *end)
{
	const char *line;

	if (!t->fault)
		return;
	for (; (line = bytes_find(p, end, '\n')) < end; p = line + 1) {
		t->place.line++;
		t->place.column = 1;
	}
	t->place.column += (size_t)(end - p);
}

static void tell(const struct template *t, const struct template_place *at, const char *name, size_t len,
                 const char *why, bool own)
{
	struct template_fault f = {at->line, at->column, name, len, why, own};

	if (t->fault)
		t->fault(t->owner, &f);
}

static void take_note(struct template *t)
{
	const struct template_word *w = t->depth ? &t->words[t->depth - 1] : NULL;
	char *p = t->of_note;

	if (t->kinds & TEMPLATE_DOLLAR)
		*p++ = '$';
	if (t->kinds & TEMPLATE_HASH)
		*p++ = '#';
	if (t->kinds & TEMPLATE_MUSTACHE) {
		*p++ = '{';
		*p++ = '\\';
	}
	if (w)
		*p++ = '}';
	if (w && w->ends == 2) {
		*p++ = ' ';
		*p++ = '\t';
	}
	t->of_note_len = (size_t)(p - t->of_note);
}

/* The word of a variable begins; what becomes of it. */
static int begin_word(struct template *t, const struct mark *m, unsigned char to, char op)
{
	struct template_word *w = &t->words[t->depth++];

	w->at = t->place;
	w->caught = t->caught.len;
	w->to = t->to;
	w->ends = m->braces;
	w->op = op;
	t->to = to;
	take_note(t);
	return is_caught(op) && (append(&t->caught, m->name, m->len) || append(&t->caught, "", 1)) ? -1 : 0;
}

static int put_caught(struct template *t, const struct template_word *w)
{
	const char *name = t->caught.mem + w->caught, *word = name + strlen(name) + 1;
	size_t len = (size_t)(t->caught.mem + t->caught.len - 1 - word);

	t->caught.len = w->caught;
	if (w->op == '?') {
		tell(t, &w->at, name, strlen(name), *word ? word : w->empty ? "is empty" : "is not set", *word);
		return 0;
	}
	if (t->assign && t->assign(t->owner, name, word))
		return -1;
	return emit(t, word, len);
}

static int end_word(struct template *t, const char *p, size_t used)
{
	const struct template_word *w = &t->words[t->depth - 1];
	int rc = is_caught(w->op) ? append(&t->caught, "", 1) : w->op ? emit(t, p, used) : 0;

	t->depth--;
	t->to = w->to;
	take_note(t);
	return rc ? rc : is_caught(w->op) ? put_caught(t, w) : 0;
}

/* Behind the name of a hash that stays another may begin. */
static int stay(struct template *t, struct mark *m, const char *text)
{
	if (m->hash)
		m->used -= 2;
	return emit(t, text, m->used);
}

static int variable(struct template *t, struct mark *m, const char *text)
{
	const char *v;
	int rc = 0;

	if (m->op && t->depth == TEMPLATE_DEPTH) {
		tell(t, &t->place, m->name, m->len, "is too deep", false);
		return stay(t, m, text);
	}
	if (t->to == DROP)
		return m->op ? begin_word(t, m, DROP, 0) : 0;
	if (t->meant && !t->meant(t->owner, m->name, m->len))
		return stay(t, m, text) || (m->op && begin_word(t, m, t->to, '}')) ? -1 : 0;
	v = t->value(t->owner, m->name, m->len);
	if (m->op && (!v || (m->colon && !*v))) {
		rc = is_caught(m->op) ? begin_word(t, m, CATCH, m->op)
		                      : begin_word(t, m, m->op == '+' ? DROP : t->to, 0);
		t->words[t->depth - 1].empty = v;
		return rc;
	}
	if (m->op == '+')
		return begin_word(t, m, t->to, 0);
	if (!v && t->unset == TEMPLATE_KEEP)
		return stay(t, m, text);
	if (v ? !*v && t->no_empty : t->unset == TEMPLATE_WRONG)
		tell(t, &t->place, m->name, m->len, v ? "is empty" : "is not set", false);
	if (v)
		rc = emit(t, v, strlen(v));
	return rc || (m->op && begin_word(t, m, DROP, 0)) ? -1 : 0;
}

/* Works through [*p, end), of the whole text the last part or not, and moves *p: to a mark that is not all there, or to
 * the end. 0, or -1 with errno. */
static int run(struct template *t, const char **p, const char *end, bool last)
{
	for (const char *from = *p;;) {
		const char *at = bytes_find_any(from, end, t->of_note, t->of_note_len);
		struct cursor c = {at, end, false};
		struct mark m = {0};
		int rc = emit(t, from, (size_t)(at - from));

		move(t, from, at);
		*p = at;
		if (rc || at == end)
			return rc;
		read_mark(t, &c, &m);
		if (c.out && !last)
			return 0;
		if (m.ends)
			rc = end_word(t, at, m.used);
		else if (m.name)
			rc = variable(t, &m, at);
		else
			rc = m.text ? emit(t, m.text, m.text_len) : emit(t, at, m.used);
		if (rc)
			return rc;
		from = at + m.used;
		move(t, at, from);
	}
}

void template_open(struct template *t)
{
	t->place.line = t->place.column = 1;
	t->to = PUT;
	t->depth = 0;
	t->held = t->caught = (struct template_bytes){0};
	t->again = 0;
	take_note(t);
}

int template_feed(struct template *t, const char *p, size_t n)
{
	struct template_bytes *h = &t->held;
	const char *end = p + n;

	while (h->len && p < end) {
		size_t before = h->len, more = (size_t)(end - p);
		const char *at;
		if (more > before + 64)
			more = before + 64;
		if (append(h, p, more))
			return -1;
		p += more;
		if (p == end && h->len < t->again)
			return 0;
		at = h->mem;
		if (run(t, &at, at + h->len, false))
			return -1;
		more = (size_t)(at - h->mem);
		h->len -= more;
		if (more >= before) { /* the rest can be had from where it came */
			p -= h->len;
			h->len = t->again = 0;
		} else {
			memmove(h->mem, at, h->len);
			t->again = h->len + h->len / 4096 * 1024; /* or a name of n bytes would cost n * n */
		}
	}
	return run(t, &p, end, false) || append(h, p, (size_t)(end - p)) ? -1 : 0;
}

int template_end(struct template *t)
{
	const char *p = t->held.mem;
	int rc = p ? run(t, &p, p + t->held.len, true) : 0;

	for (const struct template_word *w = t->words; !rc && w < t->words + t->depth; w++)
		if (w->op != '}')
			tell(t, &w->at, "", 0, "a word never ends", false);
	free(t->held.mem);
	free(t->caught.mem);
	return rc;
}

bool template_names(const char *text, bool (*found)(void *owner, const char *name, size_t len), void *owner)
{
	struct cursor c = {text, text + strlen(text), false};

	while ((c.p = bytes_find(c.p, c.end, '$')) < c.end) {
		const char *behind = ++c.p;
		struct mark m = {0};
		if (!read_dollar(&c, &m, 0))
			c.p = behind;
		else if (found(owner, m.name, m.len))
			return true;
	}
	return false;
}
