/* envsubst - replace $NAME and ${NAME} in a text by the environment's values
 *
 * config:  ENVSUBST
 * group:   configuration
 * install: /usr/bin
 *
 * usage: envsubst [OPTION...] [SHELL-FORMAT]
 *
 * As GNU's: stdin to stdout; with SHELL-FORMAT only the names in it count.
 *
 *   -v, --variables    print these names
 *   -h, --help
 *   -V, --version
 *
 * Placeholders, instead of $X and ${X}:
 *   --ops              these and ${X:-WORD}, also := :+ :? - = + ?; $$ is $
 *   --mustache         {{X}} {{ X }} {{X:-WORD}}; \{{ is {{
 *   --hash             ##X##
 *
 * Names, others stay:
 *   --prefix P
 *   --filter GLOB,...
 *   --defined-only
 *
 * Faults, each said with its place:
 *   --no-unset
 *   --no-empty
 *
 * Files, each whole or not at all:
 *   -i, --input IN
 *   -o, --output OUT   mode and owner of the old one, else of IN
 *   --dir SRC:DST      all below SRC, without their .tmpl
 *   --suffix .S        only those that end so
 *   --mode MODE
 *   --owner USER[:GROUP]
 *
 * Exits with 1 if anything is wrong; stdout has what is right.
 */
#include <string.h>

#include "applet.h"
#include "base/die.h"
#include "base/num.h"
#include "base/opts.h"
#include "svc/render.h"
#include "sys/pstate.h"

extern char **environ;

enum { FAILED = 1 };

/* The long options' letters. */
enum {
	DEFINED = 'D',
	NO_EMPTY = 'E',
	FILTER = 'F',
	HASH = 'H',
	MODE = 'M',
	OPS = 'O',
	PREFIX = 'P',
	DIR = 'R',
	SUFFIX = 'S',
	MUSTACHE = 'T',
	NO_UNSET = 'U',
	OWNER = 'W',
	FORMAT = 1 /* the word */
};

/* Fills `given` by option. Options may come behind the word, as GNU's getopt has it, but not behind "--". */
static void read_words(struct opts *o, char **given)
{
	static const struct opts_long longs[] = {
	        {"variables", 'v', 0},     {"help", 'h', 0},          {"version", 'V', 0},
	        {"ops", OPS, 0},           {"mustache", MUSTACHE, 0}, {"hash", HASH, 0},
	        {"prefix", PREFIX, ':'},   {"filter", FILTER, ':'},   {"defined-only", DEFINED, 0},
	        {"no-unset", NO_UNSET, 0}, {"no-empty", NO_EMPTY, 0}, {"input", 'i', ':'},
	        {"output", 'o', ':'},      {"dir", DIR, ':'},         {"suffix", SUFFIX, ':'},
	        {"mode", MODE, ':'},       {"owner", OWNER, ':'},     {0}};
	bool only_words = false, many = false;

	for (o->index = 1; o->index < o->argc;) {
		int before = o->index, c = only_words ? -1 : opts_next(o, "vhVi:o:", longs);
		if (c == '?')
			die_usage(FAILED, "%s", o->why);
		if (c != -1) {
			given[c] = o->arg ? o->arg : o->argv[0];
		} else if (o->index > before) {
			only_words = true;
		} else {
			many = many || given[FORMAT];
			given[FORMAT] = o->argv[o->index++];
		}
	}
	if (many && !given['h'] && !given['V'])
		die(FAILED, "too many arguments");
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

	if (!format)
		die(FAILED, "missing arguments");
	template_names(format, keep_name, &end);
	*end = '\0';
	out_text(FAILED, format);
	return 0;
}

static void attributes(struct render *r, const char *mode, const char *owner)
{
	unsigned long m;
	struct pstate p;

	if (mode) {
		if (num_octal(mode, 07777, &m))
			die_usage(FAILED, "--mode %s: no octal number up to 7777", mode);
		r->mode = (mode_t)m;
	}
	if (owner) {
		if (pstate_user(&p, owner))
			die(FAILED, "--owner %s: %m", owner);
		r->uid = p.uid;
		r->gid = p.gid;
	}
}

static int tree(struct render *r, char *dirs)
{
	char *to = strchr(dirs, ':');

	if (!to || to == dirs || !to[1])
		die_usage(FAILED, "--dir takes SRC:DST");
	*to = '\0';
	return render_tree(r, dirs, to + 1);
}

int envsubst_main(int argc, char **argv)
{
	char *given[128] = {0};
	struct render r = {.env = environ, .mode = (mode_t)-1, .uid = (uid_t)-1, .gid = (gid_t)-1};

	read_words(&(struct opts){.argc = argc, .argv = argv}, given);
	if (given['V']) {
		out_text(FAILED, "envsubst 0.21 (initbox)\n");
		return 0;
	}
	if (given['h'])
		return applet_run(2, (char *[]){argv[0], (char[]){"--help"}, NULL});
	if (given['v'])
		return print_names(given[FORMAT]);
	r.kinds = (given[OPS] ? TEMPLATE_DOLLAR | TEMPLATE_OPS : 0) | (given[MUSTACHE] ? TEMPLATE_MUSTACHE : 0) |
	          (given[HASH] ? TEMPLATE_HASH : 0);
	if (!r.kinds)
		r.kinds = TEMPLATE_DOLLAR;
	r.unset = given[NO_UNSET] ? TEMPLATE_WRONG : given[DEFINED] ? TEMPLATE_KEEP : TEMPLATE_EMPTY;
	r.no_empty = given[NO_EMPTY];
	r.prefix = given[PREFIX];
	r.filter = given[FILTER];
	r.format = given[FORMAT];
	r.suffix = given[SUFFIX];
	if (!(given['o'] || given[DIR]) && (given[MODE] || given[OWNER]))
		die_usage(FAILED, "--mode and --owner are for -o or --dir");
	if (given[SUFFIX] && !given[DIR])
		die_usage(FAILED, "--suffix is for --dir");
	attributes(&r, given[MODE], given[OWNER]);
	return -(given[DIR] ? tree(&r, given[DIR]) : render_file(&r, given['i'], given['o']));
}
