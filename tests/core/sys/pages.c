/* Unit tests of sys/pages: what was given back reads as zeros, what is kept does not. */
#include "sys/pages.h"

#include <stdlib.h>
#include <string.h>

#include "../../lib/unit.h"

enum { MEM = 32 * 1024, PAGE = 4096 };

static void whole_pages_alone(void **state)
{
	char *mem = aligned_alloc(PAGE, MEM);

	(void)state;
	memset(mem, 'x', MEM);
	pages_forget(mem + 1, 3 * PAGE);
	assert_int_equal(mem[PAGE - 1], 'x');
	assert_int_equal(mem[PAGE], 0);
	assert_int_equal(mem[3 * PAGE - 1], 0);
	assert_int_equal(mem[3 * PAGE], 'x');
	free(mem);
}

static uintptr_t deep;

__attribute__((noinline)) static void use_stack(void)
{
	volatile char mem[MEM];

	for (int i = 0; i < MEM; i++)
		mem[i] = 'x';
	deep = (uintptr_t)mem;
}

/* Of a stack frame that has gone. */
__attribute__((noinline, no_sanitize("address"))) static int look(uintptr_t at)
{
	return *(volatile char *)at;
}

static void the_stack_below(void **state)
{
	volatile char here[MEM];

	(void)state;
	for (int i = 0; i < MEM; i++)
		here[i] = 'y';
	use_stack();
	assert_int_equal(look(deep + PAGE), 'x');
	pages_forget_stack();
	assert_int_equal(look(deep + PAGE), 0);
	for (int i = 0; i < MEM; i++)
		assert_int_equal(here[i], 'y');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(whole_pages_alone),
	        cmocka_unit_test(the_stack_below),
	};

	return RUN(tests);
}
