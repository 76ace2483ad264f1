/* Fuzzing pure/logconf: any text is read as a file, as what a file says of a service, and as variables; the values are
 * what they may be, and each mistake is a line. */
#include "pure/logconf.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/fmt.h"
#include "pure/logseeds.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct logconf_style *s)
{
	if (s->format > 3 || s->timestamps > 3 || s->level > 7 || s->mask > 1 || s->join > 1 || s->to_stdout > 2 ||
	    (s->rate && !s->rate_ms))
		abort();
}

static void inside(const struct logconf *c, const char *text)
{
	if (text && (text < c->mem || text + strlen(text) >= c->mem + c->used))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1), said[600];
	struct logconf *c = malloc(sizeof *c);
	struct logconf_style s;
	char *env[64];
	struct fmt wrong;
	int n = 0;

	if (!text || !c)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	fmt_open(&wrong, said, sizeof said);
	logconf_init(c);
	logconf_file(c, "f", text, size, &wrong);
	inside(c, c->forward);
	inside(c, c->files);
	check(&c->style);
	if (c->line_max < 64 || c->line_max > 1 << 20 || c->full > 1)
		abort();
	if (wrong.len && !wrong.cut && said[wrong.len - 1] != '\n')
		abort();
	logconf_service(c, "a", &s);
	check(&s);
	c->text_len = 0; /* it is cut now */
	for (char *p = strtok(text, "\n"); p && n < 63; p = strtok(NULL, "\n"))
		env[n++] = p;
	env[n] = NULL;
	logconf_variables(c, env, &wrong);
	logseeds_read(c, env, &wrong);
	check(&c->style);
	if (c->syslog_level < 1 || c->syslog_level > 8)
		abort();
	free(text);
	free(c);
	return 0;
}
