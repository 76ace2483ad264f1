/* Unit tests of base/bytes: every length and place around its steps, against the plain way. */
#include "base/bytes.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "../../lib/unit.h"

enum { MOST = 70 };

/* Memory of exactly that size, so that a sanitizer sees a byte too many. */
static char *exact(size_t n)
{
	char *mem = malloc(n ? n : 1);

	assert_non_null(mem);
	memset(mem, 'x', n);
	return mem;
}

static void find(void **state)
{
	(void)state;
	for (size_t n = 0; n < MOST; n++) {
		char *mem = exact(n);
		assert_ptr_equal(bytes_find(mem, mem + n, '\n'), mem + n);
		for (size_t i = n; i-- > 0;) { /* with others behind it */
			mem[i] = '\n';
			assert_ptr_equal(bytes_find(mem, mem + n, '\n'), mem + i);
		}
		memset(mem, '\x8a', n); /* a newline but for its high bit */
		assert_ptr_equal(bytes_find(mem, mem + n, '\n'), mem + n);
		memset(mem, '\v', n);
		assert_ptr_equal(bytes_find(mem, mem + n, '\n'), mem + n);
		free(mem);
	}
}

static void plain(void **state)
{
	char to[64 + BYTES_MORE];

	(void)state;
	for (size_t n = 1; n < 40; n++) {
		char *mem = exact(n);
		for (int c = 0; c < 256; c++) {
			bool special = c < 0x20 || c > 0x7e || c == '"' || c == '\\';
			const char *p = mem;
			mem[n - 1] = (char)c;
			assert_ptr_equal(bytes_copy_plain(to, &p, mem + n), to + n - special);
			assert_ptr_equal(p, mem + n - special);
			assert_memory_equal(to, mem, n - special);
		}
		free(mem);
	}
}

static void copy(void **state)
{
	(void)state;
	for (size_t n = 0; n < MOST; n++) {
		char *from = exact(n), *to = exact(n);
		for (size_t i = 0; i < n; i++)
			from[i] = (char)(i + 1);
		memset(to, 0, n);
		assert_ptr_equal(bytes_copy(to, from, n), to + n);
		if (n)
			assert_memory_equal(to, from, n);
		free(from);
		free(to);
	}
}

static void prefix(void **state)
{
	static char head[40 + BYTES_MORE] = "0123456789012345678901234567890123456789";

	(void)state;
	for (size_t h = 0; h <= 40; h++)
		for (size_t n = 0; n < MOST; n++) {
			size_t len = h + n + 1;
			char *from = exact(n + 1), *to = exact(len + BYTES_MORE);
			const char *at = from;

			from[n] = '\n';
			assert_ptr_equal(bytes_prefix(to, to + len - 1, head, h, &at, from + n + 1, 99), to);
			assert_ptr_equal(bytes_prefix(to, to + len, head, h, &at, from + n, 99), to);
			assert_ptr_equal(bytes_prefix(to, to + len, head, h, &at, from + n + 1, n), to);
			assert_ptr_equal(at, from);
			assert_ptr_equal(bytes_prefix(to, to + len, head, h, &at, from + n + 1, n + 1), to + len);
			assert_ptr_equal(at, from + n + 1);
			if (h)
				assert_memory_equal(to, head, h);
			assert_memory_equal(to + h, from, n + 1);
			free(from);
			free(to);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(find),
	        cmocka_unit_test(plain),
	        cmocka_unit_test(copy),
	        cmocka_unit_test(prefix),
	};

	return RUN(tests);
}
