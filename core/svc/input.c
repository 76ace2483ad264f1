/* input - see input.h */
#include "svc/input.h"

#include <stddef.h>

/* The section that INPUT() fills; weak, for there may be no kind at all. */
extern const struct input_kind *const first[] __asm__("__start_inputs") __attribute__((weak));
extern const struct input_kind *const end[] __asm__("__stop_inputs") __attribute__((weak));

int input_check(const struct logconf *c, void (*say)(const char *, ...))
{
	int wrong = 0;

	for (const struct input_kind *const *k = first; k != end; k++)
		if ((*k)->check)
			wrong += (*k)->check(c, say);
	return wrong;
}

void input_open(const struct logconf *c)
{
	for (const struct input_kind *const *k = first; k != end; k++)
		(*k)->open(c);
}

void input_stop(void)
{
	for (const struct input_kind *const *k = first; k != end; k++)
		if ((*k)->stop)
			(*k)->stop();
}

bool input_idle(void)
{
	for (const struct input_kind *const *k = first; k != end; k++)
		if ((*k)->idle && !(*k)->idle())
			return false;
	return true;
}
