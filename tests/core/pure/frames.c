/* Unit tests of pure/frames. */
#include "pure/frames.h"

#include <stdlib.h>
#include <string.h>

#include "../../lib/unit.h"

enum { MAX = 20 };

/* What comes of a stream that arrives in pieces of `step` bytes, each message in brackets, "~" behind one that is cut,
 * "!" where it breaks. */
static const char *all(const char *text, size_t len, size_t step)
{
	static char out[1024];
	char *mem = malloc(MAX + FRAMES_HEAD + step), *to = out;
	struct frames s = {0};
	struct frames_message m;
	size_t have = 0;
	int got = 0;

	assert_non_null(mem);
	for (size_t i = 0; got >= 0 && !s.ended;) {
		size_t n = len - i < step ? len - i : step;
		const char *at = mem;
		assert_true(have <= MAX + FRAMES_HEAD);
		memcpy(mem + have, text + i, n);
		i += n;
		have += n;
		s.ended = n == 0;
		while ((got = frames_next(&s, &at, mem + have, MAX, &m)) > 0) {
			*to++ = '[';
			memcpy(to, m.text, m.len);
			to += m.len;
			*to++ = ']';
			if (m.cut)
				*to++ = '~';
		}
		have -= (size_t)(at - mem);
		memmove(mem, at, have);
	}
	if (got < 0)
		*to++ = '!';
	*to = '\0';
	free(mem);
	return out;
}

static void same(const char *text, size_t len, const char *expected)
{
	for (size_t step = 1; step <= len + 1; step++)
		assert_string_equal(all(text, len, step), expected);
}

#define SAME(text, expected) same(text, sizeof(text) - 1, expected)

static void lines(void **state)
{
	(void)state;
	SAME("", "");
	SAME("<13>a\n<14>b\n", "[<13>a][<14>b]");
	SAME("<13>a", "[<13>a]");
	SAME("<13>a\r\n\n\n<14>b\0<15>c\n\0\0<16>d\0", "[<13>a\r][<14>b][<15>c][<16>d]");
	SAME("hello\n12 <13>x\n", "[hello][12 <13>x]");
	SAME("2026-11-22 x\n", "[2026-11-22 x]");
	SAME("12 x\n13 y\n", "[12 x][13 y]");
	SAME("12", "[12]");
	SAME("12 ", "[12 ]");
	SAME("\n\n7\n", "[7]");
	SAME("1234567890 <x\n", "[1234567890 <x]");
	SAME("12345678901234567890\nb\n", "[12345678901234567890][b]");
	SAME("12345678901234567890a\nb\n", "[12345678901234567890]~[b]");
	SAME("12345678901234567890abcdefghijklmnopqrstuvwxyz\0b", "[12345678901234567890]~[b]");
	SAME("12345678901234567890abc", "[12345678901234567890]~");
}

static void counted(void **state)
{
	(void)state;
	SAME("5 <13>a5 <14>b", "[<13>a][<14>b]");
	SAME("5 <13>a\n7 <14>\nbc\n", "[<13>a][<14>\nbc]");
	SAME("5 <13>a1 x2 yz", "[<13>a][x][yz]");
	SAME("20 <13>567890123456789020 <13>5678901234567891", "[<13>5678901234567890][<13>5678901234567891]");
	SAME("25 <13>567890123456789012345"
	     "5 <14>b",
	     "[<13>5678901234567890]~[<14>b]");
	SAME("500000000 <13>56789012345678901234", "[<13>5678901234567890]~");
	SAME("9 <13>a", "[<13>a]~");
	SAME("5 <13>a5 ", "[<13>a]");
	SAME("5 <13>a5", "[<13>a]!");
	SAME("5 <13>ab5 <14>b", "[<13>a]!");
	SAME("5 <13>a0 5 <14>b", "[<13>a]!");
	SAME("5 <13>a1234567890 5 <14>b", "[<13>a]!");
	SAME("0 <13>a", "!");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(lines),
	        cmocka_unit_test(counted),
	};

	return RUN(tests);
}
