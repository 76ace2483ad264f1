/* relp - see relp.h */
#include "pure/relp.h"

#include <string.h>

#include "base/fmt.h"
#include "base/num.h"

enum { DIGITS = 9, WORD_MAX = 32 };

#define OK "200 OK"
static const char opened[] = OK "\nrelp_version=0\nrelp_software=initbox\ncommands=syslog";
static const char disabled[] = "500 command disabled";

static const char *const words[] = {"open", "syslog", "close", "rsp", "serverclose"};

static enum relp_command command(const char *word, size_t len)
{
	enum relp_command c = RELP_OPEN;

	while (c < RELP_OTHER && (strlen(words[c]) != len || memcmp(words[c], word, len) != 0))
		c++;
	return c;
}

/* A number and the blank behind it. 1, 0: the end came first, or -1. */
static int number(const char **p, const char *end, unsigned long *n)
{
	unsigned digits = num_digits(p, end, DIGITS, n);

	if (*p == end)
		return 0;
	return digits && *(*p)++ == ' ' ? 1 : -1;
}

static int word(const char **p, const char *end, enum relp_command *out)
{
	const char *start = *p;

	while (*p < end && *p - start<WORD_MAX &&* * p> ' ' && **p < 127)
		++*p;
	if (*p == end)
		return 0;
	*out = command(start, (size_t)(*p - start));
	return *p > start && *(*p)++ == ' ' ? 1 : -1;
}

ssize_t relp_next(struct relp_frame *f, const char *mem, size_t len, size_t max, const char **why)
{
	const char *p = mem, *end = mem + len;
	unsigned long n;
	int ok = number(&p, end, &f->nr);

	*why = "no RELP frame";
	if (ok > 0)
		ok = word(&p, end, &f->command);
	if (ok <= 0)
		return ok;
	if (!num_digits(&p, end, DIGITS, &n))
		return p == end ? 0 : -1;
	if (p == end)
		return 0;
	f->len = n;
	if (n > max) {
		*why = "a RELP frame that is too long";
		return -1;
	}
	if (*p == ' ')
		p++;
	else if (n)
		return -1;
	f->data = p;
	if ((size_t)(end - p) <= n)
		return 0;
	p += n;
	return *p == '\n' ? p + 1 - mem : -1;
}

void relp_put(struct fmt *to, unsigned long nr, enum relp_command c, const char *data, size_t len)
{
	fmt_add(to, "%lu %s %lu", nr, words[c], (unsigned long)len);
	if (len)
		fmt_char(to, ' ');
	fmt_mem(to, data, len);
	fmt_char(to, '\n');
}

void relp_put_open(struct fmt *to, unsigned long nr)
{
	relp_put(to, nr, RELP_OPEN, opened + sizeof OK, sizeof opened - 1 - sizeof OK);
}

void relp_put_rsp(struct fmt *to, unsigned long nr, enum relp_rsp rsp)
{
	const char *text = rsp == RELP_DISABLED ? disabled : opened;

	relp_put(to, nr, RELP_RSP, text, rsp == RELP_OK ? sizeof OK - 1 : strlen(text));
}

unsigned relp_code(const struct relp_frame *f)
{
	const char *p = f->data;
	unsigned long code;

	num_digits(&p, f->data + f->len, 3, &code);
	return (unsigned)code;
}
