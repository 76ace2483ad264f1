/* mask - secrets that must not be read in a log: wherever one stands it is overwritten with stars, in place. */
#ifndef PURE_MASK_H
#define PURE_MASK_H

#include <stdbool.h>
#include <stddef.h>

enum { MASK_LEAST = 4, MASK_MOST = 64 };

/* Zeroed: there are none. */
struct mask {
	struct {
		const char *text; /* the caller's */
		size_t len;
	} secrets[MASK_MOST];
	size_t count;
	bool begins[256]; /* one begins with that byte */
};

/* Adds each line of the text, which stays, without blanks at its end; empty ones are none. -1: one is shorter than
 * MASK_LEAST or there are too many; the others are there. */
int mask_add(struct mask *, const char *text, size_t len);

/* Overwrites what lies wholly in [from, end), also where two overlap. */
void mask_over(const struct mask *, char *from, char *end);

#endif
