/* glob - see glob.h */
#include "base/glob.h"

/* Where the pattern goes on behind what c fits; NULL: c does not. */
static const char *one(const char *p, const char *end, char c)
{
	const char *q = p + 1;
	bool others, in = false;

	if (*p != '[')
		return *p == c || *p == '?' ? q : NULL;
	others = q < end && (*q == '!' || *q == '^');
	q += others;
	do { /* a ] that comes first is one of them */
		const char *from = q;
		if (end - q > 2 && q[1] == '-' && q[2] != ']')
			q += 2;
		if (end - q < 2)
			return c == '[' ? p + 1 : NULL;
		in |= (unsigned char)c >= (unsigned char)*from && (unsigned char)c <= (unsigned char)*q;
	} while (*++q != ']');
	return in != others ? q + 1 : NULL;
}

bool glob_fits(const char *p, size_t pattern_len, const char *t, size_t len)
{
	const char *end = p + pattern_len, *stop = t + len;
	const char *star = NULL, *again = NULL; /* the last *, and where what follows it was tried last */

	while (t < stop || p < end) {
		const char *next;
		if (p < end && *p == '*') {
			star = ++p;
			again = t;
		} else if (p < end && t < stop && (next = one(p, end, *t))) {
			p = next;
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
