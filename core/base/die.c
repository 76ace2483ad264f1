/* die - see die.h */
#include "base/die.h"

#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/msg.h"

void die(int code, const char *text, ...)
{
	char mem[1000];
	struct fmt f;
	va_list ap;

	fmt_open(&f, mem, sizeof mem);
	va_start(ap, text);
	fmt_va(&f, text, ap);
	va_end(ap);
	msg_error("%s", mem);
	_exit(code);
}

void die_usage(int code, const char *text, ...)
{
	char mem[1000];
	struct fmt f;
	va_list ap;

	fmt_open(&f, mem, sizeof mem);
	va_start(ap, text);
	fmt_va(&f, text, ap);
	va_end(ap);
	msg_error("%s; see '%s --help'", mem, msg_name);
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
