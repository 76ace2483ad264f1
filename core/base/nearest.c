/* nearest - see nearest.h */
#include "base/nearest.h"

#include <string.h>

enum { ROOM = 32 };

bool nearest_better(const char *word, const char *known, unsigned *least)
{
	unsigned char d[ROOM][ROOM];
	size_t la = strlen(word), lb = strlen(known);

	if (la >= ROOM || lb >= ROOM || la >= lb + *least || lb >= la + *least)
		return false;
	for (size_t i = 0; i <= la; i++) {
		for (size_t j = 0; j <= lb; j++) {
			unsigned best;
			if (!i || !j) {
				d[i][j] = (unsigned char)(i + j);
				continue;
			}
			best = d[i - 1][j - 1] + (word[i - 1] != known[j - 1]);
			if (d[i - 1][j] + 1U < best)
				best = d[i - 1][j] + 1;
			if (d[i][j - 1] + 1U < best)
				best = d[i][j - 1] + 1;
			if (i > 1 && j > 1 && word[i - 1] == known[j - 2] && word[i - 2] == known[j - 1] &&
			    d[i - 2][j - 2] + 1U < best)
				best = d[i - 2][j - 2] + 1;
			d[i][j] = (unsigned char)best;
		}
	}
	if (d[la][lb] >= *least || d[la][lb] >= lb)
		return false;
	*least = d[la][lb];
	return true;
}
