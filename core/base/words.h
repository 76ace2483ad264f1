/* words - short lists of words: one text with blanks between them; an argument vector in the making, for an applet that
 * is another one with other options. */
#ifndef BASE_WORDS_H
#define BASE_WORDS_H

#include <stdbool.h>
#include <stddef.h>

struct words {
	char **list; /* of the heap, for good; ends with NULL */
	size_t count;
};

/* Begins with those of `first` (ends with NULL), with room for so many more. 0, or -1 with ENOMEM. */
int words_open(struct words *, const char *const *first, size_t more);

/* Neither copies. words_end adds "--" and the rest, and returns their number. */
void words_add(struct words *, const char *);
int words_end(struct words *, char *const *rest);

/* Takes away a comment (# at the head, or behind a blank) and the blanks at both ends. */
char *words_trim(char *line);

/* Is the word of that length one of those, which have blanks between them? */
bool words_among(const char *words, const char *word, size_t len);

/* Is one of those, with blanks or commas between them, a pattern (base/glob.h) that the word fits? */
bool words_fit(const char *patterns, const char *word, size_t len);

/* The next of a list with blanks or commas between its words; p moves behind it. NULL: there are no more. */
const char *words_next(const char **p, size_t *len);

#endif
