/* Fuzzing pure/syslog: whatever comes, the line's pieces lie within the message and are what they ought to be, and what
 * is made of the line is a message that is taken for the same. The first byte: from afar? */
#include "pure/syslog.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/fmt.h"
#include "pure/line.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_word(const char *word, size_t max)
{
	size_t len = strlen(word);

	if (len < 1 || len > max)
		abort();
	for (size_t i = 0; i < len; i++)
		if (word[i] <= ' ' || word[i] > '~')
			abort();
}

static void check_again(const struct line *l)
{
	size_t room = SYSLOG_HEAD_MAX + l->len;
	char *mem = malloc(room);
	struct line again;
	struct fmt f;

	if (!mem)
		return;
	fmt_open(&f, mem, SYSLOG_HEAD_MAX);
	syslog_5424(&f, l, NULL, NULL, NULL);
	if (f.cut)
		abort();
	if (l->text)
		memcpy(mem + f.len, l->text, l->len);
	syslog_parse(&again, mem, f.len + l->len, NULL);
	if (again.facility != l->facility || again.severity != l->severity || again.pid != l->pid ||
	    (strcmp(l->service, "-") != 0 && strncmp(again.service, l->service, 48) != 0) ||
	    !again.host != (!l->host || strcmp(l->host, "-") == 0))
		abort();
	free(mem);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct line l = {0};
	size_t len = size ? size - 1 : 0;
	char *mem = malloc(len + 1);

	if (len && mem)
		memcpy(mem, data + 1, len);
	syslog_parse(&l, mem, len, size && data[0] & 1 ? "box" : NULL);
	check_word(l.service, 128);
	if (l.host)
		check_word(l.host, 255);
	if (l.text < mem || l.text + l.len > mem + len || l.severity > 7 || l.facility > 23 || l.pid < 0)
		abort();
	check_again(&l);
	free(mem);
	return 0;
}
