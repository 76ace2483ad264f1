/* unit - a unit as systemd has them: its files merged, each setting with where it came from.
 *
 *	unit_open(&u, "redis@6379.service", &world)
 *	unit_read(&u, "/lib/systemd/system/redis@.service", text)
 *	unit_read(&u, "/etc/systemd/system/redis@.service.d/limits.conf", text)
 *	unit_bool(&u, UNIT_RemainAfterExit, false)
 *
 * systemd.unit(5), systemd.service(5), systemd.exec(5), systemd.kill(5), systemd.timer(5). Values are checked when they
 * are read, so what is asked for later cannot be wrong. A wrong line is told of and left out; the others hold.
 * The table of all directives is pure/unitkeys.h.
 */
#ifndef PURE_UNIT_H
#define PURE_UNIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pure/unitkeys.h"

/* What specifiers (%i, %H) stand for besides the unit's name; all the caller's. NULL: is not known. */
struct unit_world {
	const char *hostname, *machine_id, *boot_id, *release, *arch;
};

/* A value as it stands: specifiers of whole values are replaced, those of words not yet (unit_word()). */
struct unit_setting {
	const char *value, *path;
	const char *name;      /* the key as it is written: "ConditionPathExists" */
	unsigned line, column; /* of its key */
	uint16_t key;          /* enum unit_key */
};

enum unit_grade {
	UNIT_WRONG,   /* this line was left out */
	UNIT_UNKNOWN, /* no such directive; the nearest known name is said */
	UNIT_WARNED,  /* honoured otherwise than it says */
	UNIT_IGNORED, /* harmless in a container */
};

/* Told of lines: `key` is the name of the directive ("" for others), `why` says what is wrong, in static memory. */
struct unit;
typedef void unit_tell_fn(const struct unit *, enum unit_grade, const char *path, unsigned line, unsigned column,
                          const char *key, const char *why);

/* All of its memory is the unit's, until unit_close(). */
struct unit {
	const char *name;              /* "redis@6379.service" */
	const char *instance;          /* "6379"; "" for none */
	size_t prefix;                 /* so many bytes of the name stand before @ or the suffix */
	struct unit_setting *settings; /* in force, in the order of the files; without those an empty value took back */
	size_t count;
	unsigned graded[4]; /* how many lines were told of, by enum unit_grade */
	const struct unit_world *world;
	unit_tell_fn *tell;
	void *memory; /* private */
};

/* An empty unit. The name has its suffix; world and tell are kept. 0, or -1 with ENOMEM; so all below that return int
 * and say nothing else. */
int unit_open(struct unit *, const char *name, const struct unit_world *, unit_tell_fn *);
void unit_close(struct unit *);

/* Reads a file, or a drop-in behind it. The text (len bytes, changed) and the path stay while the unit does. */
int unit_read(struct unit *, const char *path, char *text, size_t len);

/* Memory that unit_close() frees; NULL with ENOMEM. */
void *unit_memory(struct unit *, size_t);

/* The settings of a key, in order: *at begins with 0. NULL: no more. */
const struct unit_setting *unit_next(const struct unit *, enum unit_key, size_t *at);

/* The last one's value, or fallback. unit_span: in ms, UINT32_MAX - 1 at most; infinity is 0, and so is 0 for those
 * that count it as "none". unit_choice: its place in the key's list of words (unitkeys.h), from 0. unit_signal: its
 * number. */
const char *unit_text(const struct unit *, enum unit_key, const char *fallback);
bool unit_bool(const struct unit *, enum unit_key, bool fallback);
unsigned long unit_number(const struct unit *, enum unit_key, unsigned long fallback);
uint32_t unit_span(const struct unit *, enum unit_key, uint32_t fallback_ms);
unsigned unit_choice(const struct unit *, enum unit_key, unsigned fallback);
int unit_signal(const struct unit *, enum unit_key, int fallback);

/* The first letter of its section: U S I T (unitkeys.h). */
char unit_section(enum unit_key);

/* All words of all settings of a key (lists: After=, Environment=, RuntimeDirectory=), unquoted, specifiers replaced;
 * ends with NULL. Units' names (UNIT_NAMES) have a suffix. */
char **unit_words(struct unit *, enum unit_key);

/* Commands -------------------------------------------------------------- */

enum {
	UNIT_MAY_FAIL = 1,   /* - */
	UNIT_ARGV0 = 2,      /* @: argv[0] is the second word */
	UNIT_PRIVILEGED = 4, /* + : not as User=, without the rest of the process state */
	UNIT_ROOT = 8, /* ! : not as User=, with the rest. (!! says nothing where there are ambient capabilities.) */
	UNIT_RAW = 16, /* : variables are left as they are */
};

/* One command of an Exec line: words unquoted, specifiers replaced, variables not yet. */
struct unit_command {
	const struct unit_setting *from;
	unsigned flags;
	const char *path;
	char **argv; /* ends with NULL */
};

/* All commands of all lines of that key; `count` of them. NULL with ENOMEM. Lines were checked when they were read. */
struct unit_command *unit_commands(struct unit *, enum unit_key, size_t *count);

/* The words with $NAME as a word of its own (split at white space, gone if unset) and ${NAME} anywhere replaced
 * (systemd.service(5), "Command lines"; $$ is $). argv[0] too. `get` is asked for values. `unset`: told of names that
 * have none, or NULL. */
char **unit_expand(struct unit *, char *const *argv, const char *(*get)(const char *name),
                   void (*unset)(const char *name));

/* Why a service of these settings cannot be run here (Type=dbus, no ExecStart=, RootImage= …), and *where that is
 * said or NULL; NULL: it can. */
const char *unit_refused(const struct unit *, const struct unit_setting **where);

/* Names ----------------------------------------------------------------- */

/* "service", "target", "timer", "socket" …; "" if the name has no suffix of a unit's. */
const char *unit_suffix(const char *name);

/* A template's: "redis@.service" of "redis@6379.service". False: it is no instance. */
bool unit_template(const char *name, char *out, size_t cap);

#endif
