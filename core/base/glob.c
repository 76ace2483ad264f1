/* glob - see glob.h */
#include "base/glob.h"

bool glob_fits(const char *p, size_t pattern_len, const char *t, size_t len)
{
	const char *end = p + pattern_len, *stop = t + len;
	const char *star = NULL, *again = NULL; /* the last *, and where what follows it was tried last */

	while (t < stop || p < end) {
		if (p < end && *p == '*') {
			star = ++p;
			again = t;
		} else if (p < end && t < stop && (*p == *t || *p == '?')) {
			p++;
			t++;
		} else if (star && again < stop) {
			p = star;
			t = ++again;
		} else {
			return false;
		}
	}
	return true;
}
