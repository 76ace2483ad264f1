/* logconf - what logd is told: INIT_LOG_* variables, a file, and the variables of other images (pure/logseeds).
 *
 *	format json            # the names of the variables in small letters, without INIT_LOG_
 *	level = info           # an equals sign may stand between
 *	[nginx]                # from here on: of that service; * stands for any run of characters
 *	format raw
 *
 * Variables win over the file's first part; what the file says of a service wins over both. A comment begins with # at
 * the start of a line or behind a blank. What is wrong costs one line that names it, and is left out. There is one
 *table of settings (logconf.c): a new one is a row there and a field here.
 */
#ifndef PURE_LOGCONF_H
#define PURE_LOGCONF_H

#include <stddef.h>

struct fmt;

enum { LOGCONF_BLOCK, LOGCONF_DROP };
enum { LOGCONF_ON, LOGCONF_OFF, LOGCONF_SERVICES };

/* What may differ from service to service. */
struct logconf_style {
	unsigned long format;     /* enum format_kind */
	unsigned long timestamps; /* enum format_stamp */
	unsigned long level;      /* lines of a severity above it (less urgent) are left out */
	unsigned long rate;       /* lines in rate_ms; 0: any number */
	unsigned long rate_ms;
	unsigned long mask, join; /* yes or no */
	unsigned long to_stdout;  /* LOGCONF_ON, LOGCONF_OFF; LOGCONF_SERVICES: but for syslog messages */
};

/* Everything. Texts are good as long as this and the variables are; NULL: not set. Lists have blanks or commas between
 * their words. */
struct logconf {
	struct logconf_style style;
	unsigned long line_max;
	unsigned long full;         /* LOGCONF_BLOCK or LOGCONF_DROP */
	unsigned long syslog_level; /* syslog messages of that severity and above are left out; 8: none is */
	unsigned long queue;        /* bytes of memory for each server */
	unsigned long spool_size;   /* bytes on disk for each server */
	unsigned long flush_ms;     /* for servers to take what is left when all ends */
	const char *mask_names;     /* list of names of variables whose values are masked, besides the usual */
	const char *forward;        /* list of URLs of sinks */
	const char *listen;         /* list of URLs to receive syslog at: udp://ADDRESS:PORT, tcp:, relp: */
	const char *spool;          /* directory */
	const char *files;          /* list of files to follow (logconf_path()) */
	const char *state;          /* directory for what shall outlive the container's end */
	const char *syslog;         /* "on", "off" or the path of the socket; never NULL */
	const char *text;           /* private: the file; the caller's, and stays */
	size_t text_len;
	size_t used;
	char mem[3072]; /* what a text of the file or of several variables is made of */
};

/* The defaults. */
void logconf_init(struct logconf *);

/* Reads the file, `name` in messages; then the variables. One line for each mistake goes to `wrong`. */
void logconf_file(struct logconf *, const char *name, const char *text, size_t len, struct fmt *wrong);
void logconf_variables(struct logconf *, char *const *env, struct fmt *wrong);

/* One of the settings that may differ. NULL, or what it accepts instead of this value. */
const char *logconf_set(struct logconf_style *, const char *name, const char *value);

/* How a service's lines are treated. */
void logconf_service(const struct logconf *, const char *service, struct logconf_style *);

/* The next word of a list, at *at: its length; *at is moved to its beginning. 0: there is none. */
size_t logconf_word(const char **at);

/* Of a word "NAME=/PATH" or "/PATH" of `files`: where the path begins. NULL: it is neither. */
const char *logconf_path(const char *word, size_t len);

/* Replaces the list (NULL: empty) with a copy that has one word more, made as fmt_add() does. 0, or -1: no room. */
__attribute__((format(printf, 3, 4))) int logconf_add(struct logconf *, const char **list, const char *, ...);

#endif
