/* sdata - structured data of RFC 5424 (section 6.3) in the making: [ID NAME="VALUE" NAME="VALUE"][ID …]. */
#ifndef PURE_SDATA_H
#define PURE_SDATA_H

#include <stdbool.h>

#include "base/fmt.h"

enum { SDATA_MAX = 8192 };

struct sdata {
	struct fmt text;
	const char *id;  /* of the last element, the caller's; NULL: there is none */
	bool open;       /* it has parameters: only then it is in the text */
	bool of_quality; /* there is a timeQuality */
	char mem[SDATA_MAX];
};

void sdata_open(struct sdata *);

/* Begins an element: one that IANA registered (timeQuality, origin, meta) or NAME@NUMBER. -1: it is neither, or there
 * is one of that ID. */
int sdata_element(struct sdata *, const char *id);

/* Adds NAME="VALUE", with a \ before each " \ ] of VALUE, to the last element. -1: it is not of that form, or there is
 * no element. */
int sdata_param(struct sdata *, const char *param);

/* Ends all, puts `first` before it, and returns the text; NULL if it is empty, or text.cut: did not fit. */
const char *sdata_end(struct sdata *, const char *first);

#endif
