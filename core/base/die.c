/* die - see die.h */
#include "base/die.h"

#include <stdarg.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/msg.h"

static void say(const char *text, va_list ap, bool usage)
{
	char mem[1000];
	struct fmt f;

	fmt_open(&f, mem, sizeof mem);
	fmt_va(&f, text, ap);
	if (usage)
		fmt_add(&f, "; see '%s --help'", msg_name);
	msg_error("%s", mem);
}

void die(int code, const char *text, ...)
{
	va_list ap;

	va_start(ap, text);
	say(text, ap, false);
	va_end(ap);
	_exit(code);
}

void die_usage(int code, const char *text, ...)
{
	va_list ap;

	va_start(ap, text);
	say(text, ap, true);
	va_end(ap);
	_exit(code);
}

void out_text(int code, const char *text)
{
	size_t len = strlen(text);

	while (len) {
		ssize_t n = write(1, text, len);
		if (n < 0)
			die(code, "cannot write to stdout: %m");
		text += n;
		len -= (size_t)n;
	}
}
