/* envsubst - replace $NAME and ${NAME} in a text by the environment's values
 *
 * config:  ENVSUBST
 * group:   configuration
 * install: /usr/bin
 *
 * usage: envsubst [OPTION...] [SHELL-FORMAT]
 *
 * GNU's: from standard input to standard output; with SHELL-FORMAT only the
 * variables that are named in it.
 *
 *   -v, --variables        print those names instead
 *   -h, --help; -V, --version
 *
 * Which placeholders: with one of these only those, not $X and ${X}
 *   --ops                  $X ${X} ${X:-WORD}; - = + ? with and without the
 *                          colon; $$ is $
 *   --mustache             {{X}} {{X:-WORD}}; \{{ is {{
 *   --hash                 ##X##
 * Which names; others stay as they are
 *   --prefix P             that begin so
 *   --filter GLOB[,GLOB]   that are so, as DB_*
 *   --defined-only         that are set
 * What is wrong: each is named with its line and column; exit code 1
 *   --no-unset, --no-empty a variable that is not set, that is empty
 *
 * To standard output, what precedes a fault has been written. Values are
 * never looked at again. Exits with 1 if anything is wrong.
 */
#include <string.h>

#include "applet.h"
#include "base/die.h"
#include "base/opts.h"
#include "svc/render.h"

extern char **environ;

enum { FAILED = 1, OPS = 256, MUSTACHE, HASH, PREFIX, FILTER, DEFINED, NO_UNSET, NO_EMPTY };

/* What the options and words ask for. */
struct wish {
	struct render how;
	bool names, help, version;
	unsigned words; /* so many that are no options */
	char *format;
};

static void option(struct wish *w, int c, const struct opts *o)
{
	struct render *r = &w->how;

	switch (c) {
	case 'v':
		w->names = true;
		break;
	case 'h':
		w->help = true;
		break;
	case 'V':
		w->version = true;
		break;
	case OPS:
		r->kinds |= TEMPLATE_DOLLAR | TEMPLATE_OPS;
		break;
	case MUSTACHE:
		r->kinds |= TEMPLATE_MUSTACHE;
		break;
	case HASH:
		r->kinds |= TEMPLATE_HASH;
		break;
	case PREFIX:
		r->prefix = o->arg;
		break;
	case FILTER:
		r->filter = o->arg;
		break;
	case DEFINED:
		r->unset = TEMPLATE_KEEP;
		break;
	case NO_UNSET:
		r->unset = TEMPLATE_WRONG;
		break;
	case NO_EMPTY:
		r->no_empty = true;
		break;
	default:
		die_usage(FAILED, "%s", o->why);
	}
}

/* Options may come behind the word, as GNU's getopt has it, but not behind "--". */
static void read_words(struct wish *w, struct opts *o)
{
	static const struct opts_long longs[] = {
	        {"variables", 'v', 0},     {"help", 'h', 0},          {"version", 'V', 0},
	        {"ops", OPS, 0},           {"mustache", MUSTACHE, 0}, {"hash", HASH, 0},
	        {"prefix", PREFIX, ':'},   {"filter", FILTER, ':'},   {"defined-only", DEFINED, 0},
	        {"no-unset", NO_UNSET, 0}, {"no-empty", NO_EMPTY, 0}, {0}};
	bool only_words = false;

	for (int c; !o->index || o->index < o->argc;) {
		int before = o->index;
		c = only_words ? -1 : opts_next(o, "vhV", longs);
		if (c != -1) {
			option(w, c, o);
			continue;
		}
		only_words = only_words || o->index > before + !before;
		if (o->index < o->argc) {
			w->format = o->argv[o->index++];
			w->words++;
		}
	}
}

/* The names take the place of the text that they are in: "$A" is no longer than "A\n". */
static bool keep_name(void *owner, const char *name, size_t len)
{
	char **end = owner;

	memmove(*end, name, len);
	(*end)[len] = '\n';
	*end += len + 1;
	return false;
}

static int print_names(char *format)
{
	char *end = format;

	template_names(format, keep_name, &end);
	*end = '\0';
	out_text(FAILED, format);
	return 0;
}

int envsubst_main(int argc, char **argv)
{
	struct opts o = {.argc = argc, .argv = argv};
	struct wish w = {.how = {.env = environ, .mode = (mode_t)-1, .uid = (uid_t)-1, .gid = (gid_t)-1}};

	read_words(&w, &o);
	if (w.version) {
		out_text(FAILED, "envsubst 0.21 (initbox)\n");
		return 0;
	}
	if (w.help)
		return applet_run(2, (char *[]){argv[0], (char[]){"--help"}, NULL});
	if (w.words > 1)
		die(FAILED, "too many arguments");
	if (w.names && !w.format)
		die(FAILED, "missing arguments");
	if (w.names)
		return print_names(w.format);
	w.how.format = w.format;
	if (!w.how.kinds)
		w.how.kinds = TEMPLATE_DOLLAR;
	return -render_stream(&w.how, 0, 1, "standard input");
}
