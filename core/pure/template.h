/* template - text with placeholders, read in pieces of any size.
 *
 *	TEMPLATE_DOLLAR    $X ${X}: envsubst(1) of GNU gettext, byte for byte; a NAME is [A-Za-z_][A-Za-z0-9_]*
 *	TEMPLATE_OPS       ${X:-word} ${X-word} := = :+ + :? ?; $$ is $
 *	TEMPLATE_MUSTACHE  {{X}} {{ X }} {{X:-word}}; blanks (spaces, tabs) beside the braces do not count; \{{ is {{
 *	TEMPLATE_HASH      ##X##
 *	TEMPLATE_BRACES    of dollars only ${X} counts: $X and $$ are text, but $${ is ${
 *
 * What is no placeholder passes unchanged, NUL and all other bytes too. One pass: a value is never looked at again.
 * A word may hold placeholders again, TEMPLATE_DEPTH deep, and ends at its first } or }}, as in a shell; the word that
 * is not wanted is passed over and does nothing. Memory is bounded by the longest name, the longest word of = and ?,
 * and their depth; all other words stream through.
 */
#ifndef PURE_TEMPLATE_H
#define PURE_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>

enum { TEMPLATE_DOLLAR = 1, TEMPLATE_OPS = 2, TEMPLATE_MUSTACHE = 4, TEMPLATE_HASH = 8, TEMPLATE_BRACES = 16 };
enum { TEMPLATE_DEPTH = 32 };

/* What becomes of a variable that is not set and has no word instead. */
enum template_unset { TEMPLATE_EMPTY, TEMPLATE_KEEP, TEMPLATE_WRONG };

/* Something is wrong at that place, in lines and bytes from 1. */
struct template_fault {
	unsigned long line, column;
	const char *name; /* of the variable, name_len bytes; none: it is about the text itself */
	size_t name_len;
	const char *why; /* "is not set", "is empty", "a word never ends", "is too deep", or: */
	bool own;        /* the word of :? */
};

/* A part of the heap that grows: bytes that wait. */
struct template_bytes {
	char *mem;
	size_t len, cap;
};

struct template_place {
	unsigned long line, column;
};

/* A word whose end is still to come. */
struct template_word {
	struct template_place at; /* of its placeholder */
	size_t caught;            /* of =, ?: so far in `caught` are the name, NUL, and what became of the word */
	unsigned char to;         /* what becomes of the text around it */
	unsigned char ends;       /* so many } */
	char op;                  /* what is to be done at its end: '=', '?'; '}': to put that; 0: nothing */
	bool empty;               /* of ?: it is set, but empty */
};

struct template
{
	/* the caller's */
	unsigned kinds;
	enum template_unset unset;
	bool no_empty; /* an empty value is a fault as well */
	void *owner;
	bool (*meant)(void *owner, const char *name, size_t len); /* NULL: all are; else those it says no to stay */
	const char *(*value)(void *owner, const char *name, size_t len); /* NULL: not set */
	int (*assign)(void *owner, const char *name, const char *value); /* of := and =; NULL: nowhere */
	int (*put)(void *owner, const char *, size_t);                   /* 0, or -1 with errno */
	void (*fault)(void *owner,
	              const struct template_fault *); /* it goes on behind it; NULL: lines are not counted */

	/* private */
	struct template_place place;
	unsigned char to; /* what becomes of text here */
	unsigned char depth;
	char of_note[8]; /* the bytes that may begin or end something here */
	size_t of_note_len;
	struct template_bytes held, caught;
	size_t again; /* so many bytes are held before they are looked at again */
	struct template_word words[TEMPLATE_DEPTH];
};

/* The private part, for a text that begins now. */
void template_open(struct template *);

/* The next piece: 0, or -1 with errno of put() or assign() or ENOMEM. Faults were told; they are no failure here. */
int template_feed(struct template *, const char *, size_t);

/* The text's end, in any case; 0 or -1 likewise. */
int template_end(struct template *);

/* For SHELL-FORMAT and -v: calls `found` for each $NAME and ${NAME} of a text, in order, as GNU's; ends when that
 * returns true, and returns true then. */
bool template_names(const char *text, bool (*found)(void *owner, const char *name, size_t len), void *owner);

#endif
