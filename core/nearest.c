/* nearest - did you mean …?
 *
 * config:  NEAREST
 */
#include <string.h>

#include "applet.h"

enum { NAME_MAX_LEN = 24 };

/* How many letters to change, add, drop or swap with their neighbour. */
static unsigned distance(const char *a, const char *b)
{
	unsigned d[NAME_MAX_LEN + 1][NAME_MAX_LEN + 1];
	size_t la = strlen(a), lb = strlen(b);

	if (la > NAME_MAX_LEN || lb > NAME_MAX_LEN)
		return NAME_MAX_LEN;
	for (unsigned i = 0; i <= la; i++) {
		for (unsigned j = 0; j <= lb; j++) {
			unsigned best;
			if (!i || !j) {
				d[i][j] = i + j;
				continue;
			}
			best = d[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
			if (d[i - 1][j] + 1 < best)
				best = d[i - 1][j] + 1;
			if (d[i][j - 1] + 1 < best)
				best = d[i][j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
			    d[i - 2][j - 2] + 1 < best)
				best = d[i - 2][j - 2] + 1;
			d[i][j] = best;
		}
	}
	return d[la][lb];
}

const char *applet_nearest(const char *name)
{
	const char *nearest = NULL;
	unsigned least = 3;

	for (const struct applet *a = applets; a->name; a++) {
		unsigned d = distance(name, a->name);
		if (d < least && d < strlen(a->name)) {
			least = d;
			nearest = a->name;
		}
	}
	return nearest;
}
