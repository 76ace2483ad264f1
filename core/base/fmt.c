/* fmt - see fmt.h */
#include "base/fmt.h"

#include <errno.h>
#include <string.h>

void fmt_open(struct fmt *f, char *mem, size_t cap)
{
	*f = (struct fmt){.mem = mem, .cap = cap};
	if (cap)
		mem[0] = '\0';
}

void fmt_mem(struct fmt *f, const char *s, size_t n)
{
	size_t room = f->cap ? f->cap - 1 - f->len : 0;

	if (n > room) {
		f->cut = true;
		n = room;
	}
	if (!n)
		return;
	memcpy(f->mem + f->len, s, n);
	f->len += n;
	f->mem[f->len] = '\0';
}

void fmt_str(struct fmt *f, const char *s)
{
	fmt_mem(f, s, strlen(s));
}

void fmt_char(struct fmt *f, char c)
{
	fmt_mem(f, &c, 1);
}

static void digits(struct fmt *f, unsigned long long n, unsigned base, unsigned width)
{
	char mem[24], *p = mem + sizeof mem;

	do {
		*--p = "0123456789abcdef"[n % base];
		n /= base;
	} while (n);
	while ((size_t)(mem + sizeof mem - p) < width && p > mem)
		*--p = '0';
	fmt_mem(f, p, (size_t)(mem + sizeof mem - p));
}

void fmt_uint(struct fmt *f, unsigned long long n, unsigned width)
{
	digits(f, n, 10, width);
}

static void number(struct fmt *f, char conv, unsigned longs, unsigned width, va_list *ap)
{
	if (conv == 'd') {
		long long n = longs == 0 ? va_arg(*ap, int) : longs == 1 ? va_arg(*ap, long) : va_arg(*ap, long long);
		if (n < 0)
			fmt_char(f, '-');
		digits(f, n < 0 ? 0 - (unsigned long long)n : (unsigned long long)n, 10, width);
		return;
	}
	unsigned long long n = longs == 0   ? va_arg(*ap, unsigned)
	                       : longs == 1 ? va_arg(*ap, unsigned long)
	                                    : va_arg(*ap, unsigned long long);
	digits(f, n, conv == 'x' ? 16 : conv == 'o' ? 8 : 10, width);
}

void fmt_va(struct fmt *f, const char *s, va_list args)
{
	int saved = errno;
	va_list ap;

	va_copy(ap, args);
	for (; *s; s++) {
		const char *start = s;
		unsigned longs = 0, width = 0;
		int max = -1;

		if (*s != '%') {
			size_t n = strcspn(s, "%");
			fmt_mem(f, s, n);
			s += n - 1;
			continue;
		}
		s++;
		while (*s >= '0' && *s <= '9')
			width = width * 10 + (unsigned)(*s++ - '0');
		if (s[0] == '.' && s[1] == '*') {
			max = va_arg(ap, int);
			s += 2;
		}
		for (; *s == 'l' || *s == 'z'; s++)
			longs++;
		switch (*s) {
		case 's': {
			const char *arg = va_arg(ap, const char *);
			fmt_mem(f, arg, max < 0 ? strlen(arg) : strnlen(arg, (size_t)max));
			break;
		}
		case 'c':
			fmt_char(f, (char)va_arg(ap, int));
			break;
		case 'd':
		case 'u':
		case 'x':
		case 'o':
			number(f, *s, longs, width, &ap);
			break;
		case 'm':
			fmt_str(f, strerror(saved));
			break;
		case '%':
			fmt_char(f, '%');
			break;
		default:
			fmt_mem(f, start, (size_t)(s - start) + (*s != '\0'));
			if (!*s)
				s--;
		}
	}
	va_end(ap);
	errno = saved;
}

void fmt_add(struct fmt *f, const char *s, ...)
{
	va_list ap;

	va_start(ap, s);
	fmt_va(f, s, ap);
	va_end(ap);
}

int fmt_into(char *mem, size_t cap, const char *s, ...)
{
	struct fmt f;
	va_list ap;

	fmt_open(&f, mem, cap);
	va_start(ap, s);
	fmt_va(&f, s, ap);
	va_end(ap);
	if (!f.cut)
		return 0;
	errno = ENAMETOOLONG;
	return -1;
}
