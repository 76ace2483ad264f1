/* template - text with placeholders, read in pieces of any size.
 *
 *	TEMPLATE_DOLLAR    $X ${X}: envsubst(1) of GNU gettext, byte for byte; a NAME is [A-Za-z_][A-Za-z0-9_]*
 *	TEMPLATE_OPS       ${X:-word} ${X-word} := = :+ + :? ?, words may hold placeholders again; $$ is $
 *	TEMPLATE_MUSTACHE  {{X}} {{ X }} {{X:-word}}; \{{ is {{
 *	TEMPLATE_HASH      ##X##
 *	TEMPLATE_BRACES    of dollars only ${X} counts: $X and $$ are text, but $${ is ${
 *
 * What is no placeholder passes unchanged, NUL and all other bytes too. One pass: a value is never looked at again.
 * Memory is bounded by the longest name; words of any length stream through.
 */
#ifndef PURE_TEMPLATE_H
#define PURE_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>

enum { TEMPLATE_DOLLAR = 1, TEMPLATE_OPS = 2, TEMPLATE_MUSTACHE = 4, TEMPLATE_HASH = 8, TEMPLATE_BRACES = 16 };

/* What becomes of a variable that is not set and has no word instead. */
enum template_unset { TEMPLATE_EMPTY, TEMPLATE_KEEP, TEMPLATE_WRONG };

/* Something is wrong at that place, in lines and bytes from 1. */
struct template_fault {
	unsigned long line, column;
	const char *name; /* of the variable, name_len bytes; NULL: it is about the text itself */
	size_t name_len;
	const char *why; /* "is not set", "is empty", "never ends", or the word of :? */
};

struct template
{
	/* the caller's */
	unsigned kinds;
	enum template_unset unset;
	bool no_empty; /* an empty value is a fault as well */
	void *owner;
	bool (*meant)(void *owner, const char *name, size_t len); /* NULL: all are; else those it says no to stay */
	const char *(*value)(void *owner, const char *name, size_t len);             /* NULL: not set */
	int (*assign)(void *owner, const char *name, size_t len, const char *value); /* of := and =; NULL: nowhere */
	int (*put)(void *owner, const char *, size_t);                               /* 0, or -1 with errno */
	void (*fault)(void *owner, const struct template_fault *);                   /* it goes on behind it */

	/* private */
	unsigned long line, column;
};

/* The private part, for a text that begins now. */
void template_open(struct template *);

/* The next piece; its end; both 0, or -1 with errno of put() or ENOMEM. Faults were told; they are no failure here. */
int template_feed(struct template *, const char *, size_t);
int template_end(struct template *);

/* For SHELL-FORMAT and -v: calls `found` for each $NAME and ${NAME} of a text, in order, as GNU's. */
void template_names(const char *text, void (*found)(void *owner, const char *name, size_t len), void *owner);

#endif
