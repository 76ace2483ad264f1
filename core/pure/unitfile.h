/* unitfile - the text of a unit: sections, assignments, words, as systemd.syntax(7) has them.
 *
 *	# a comment, also between the pieces of a line that goes on
 *	[Service]
 *	ExecStart=/bin/foo --name "two words" \
 *	    --more
 *	Environment=                      an empty value: what was set before is forgotten
 *
 * All in place: a text is changed for it, and what is found lies in it. A wrong line is named and costs no other.
 */
#ifndef PURE_UNITFILE_H
#define PURE_UNITFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A text that is being read. */
struct unitfile {
	char *at, *end;      /* private; a NUL stands at end */
	unsigned next;       /* private: the line that begins at `at`, from 1 */
	const char *section; /* the present one's name; NULL: none yet */
};

/* An assignment, or why that line is none. */
struct unitfile_line {
	const char *section;
	char *key, *value;     /* without white space around them; value may be "" */
	unsigned line, column; /* of the key, from 1 */
	const char *why;       /* the line is wrong: one line of constant text */
};

/* The text is the caller's, of len bytes and a NUL behind them. NUL bytes inside end their line. */
void unitfile_open(struct unitfile *, char *text, size_t len);

/* The next one, wrong ones too. False at the end. */
bool unitfile_next(struct unitfile *, struct unitfile_line *);

enum unitfile_answer { UNITFILE_END, UNITFILE_WORD, UNITFILE_WRONG };

/* The next word at *at, without its quotes ('…' "…", anywhere in it) and with its escapes done (\n \x41 \101 \u20ac \s
 * …; what is none stays), and moves *at behind it. `semicolon` is set for a word that was written without quotes or
 * escapes: only then is ; a separator of commands. WRONG: `why`, and *at stands where. */
enum unitfile_answer unitfile_word(char **at, char **word, bool *plain, const char **why);

/* Values. 0, or -1: it is none. */
int unitfile_bool(const char *, bool *);

/* A length of time, systemd.time(7): "90", "5min 20s", "1.5h", "infinity" (UINT64_MAX), in microseconds; a bare number
 * counts in `unit_us`. */
int unitfile_span(const char *, uint64_t unit_us, uint64_t *us);

/* A number of bytes: "4096", "64K", "1.5G" (binary), "infinity" (UINT64_MAX). */
int unitfile_size(const char *, uint64_t *);

#endif
