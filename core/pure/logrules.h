/* logrules - the file `config` of a log directory, as runit's svlogd reads it: one rule a line, its first letter says
 * which.
 *
 *	sSIZE[k|m]  rotate at so many bytes (1000000); 0: never     nNUM  keep so many old files (10); 0: all
 *	NMIN        when the disk is full delete old files down to so many
 *	tAGE[m|h]   rotate when so many seconds old                 !CMD  feed each old file through sh -c CMD
 *	uADDRESS[:PORT]  send each line by UDP too (514)            UADDRESS[:PORT]  … instead
 *	pPREFIX     before each line
 *	-PAT +PAT   lines that match are left out, taken again      ePAT EPAT  … go to stderr too, do not
 *	#           a comment; so is what stands behind a number or an address and a blank
 *
 * In a pattern a * is any run of bytes without the pattern's next byte, or any rest at its end; a + is the pattern's
 * next byte, one or more times; all else is itself. The last pattern that matches decides.
 */
#ifndef PURE_LOGRULES_H
#define PURE_LOGRULES_H

#include <stdbool.h>
#include <stddef.h>

#include "pure/address.h"

enum { LOGRULES_PREFIX_MAX = 1000 };

/* What is no number is in the memory of the file's text. */
struct logrules {
	unsigned long size, age_s;
	unsigned long num, min;
	const char *processor; /* NULL: none */
	const char *prefix;    /* "": none */
	union address to;      /* UDP, if `udp` */
	bool udp, only_udp;
	bool selective; /* there are patterns */

	unsigned line; /* the last one read, from 1 */
	char *text;    /* private */
	size_t len, at;
};

/* The defaults. */
void logrules_default(struct logrules *);

/* Reads len bytes of text, which is changed and has a NUL behind them. NULL at the end; else why a line (r->line) is
 * left out, to be called again for those that follow. At first `line` and `at` are 0. */
const char *logrules_read(struct logrules *);

/* Is a line taken, and does it go to stderr too? */
bool logrules_take(const struct logrules *, const char *line, size_t len, bool *alert);

/* Does the line match the pattern? */
bool logrules_match(const char *pattern, const char *line, size_t len);

#endif
