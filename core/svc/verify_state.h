/* verify_state - what the files of svc/verify share. */
#ifndef SVC_VERIFY_STATE_H
#define SVC_VERIFY_STATE_H

#include <stdbool.h>

#include "pure/unit.h"
#include "svc/unitload.h"

struct verify;

enum verify_kind { VERIFY_NONE, VERIFY_UNIT, VERIFY_SERVICE, VERIFY_CRONTAB, VERIFY_TEMPLATE, VERIFY_DIR };

/* Something to look at. */
struct verify_item {
	enum verify_kind kind;
	const char *name; /* to be called */
	const char *path; /* with a slash; a unit's may be a name alone: the search path */
};

/* What a word means. Memory is not given back. */
struct verify_item verify_find(const char *word);
struct verify_item verify_path(const char *path);

/* Reads the unit. 0, or -1, said. */
int verify_load(const struct verify_item *, struct unit *);

/* Is there a unit or a directory of services of that name beside it, or where services are? */
bool verify_has(const struct verify_item *beside, const char *name);

/* Says what is wrong with it beyond its lines: programs, users, other units that are missing. */
void verify_unit(const struct verify *, const struct verify_item *, struct unit *);

/* Why the timer does nothing, or NULL. */
const char *verify_timer(const struct verify_item *, struct unit *);

/* Says why that program cannot be run, if it cannot: "WHERE: /bin/foo: not found"; warning: it is a warning. */
void verify_program(const char *where, const char *path, bool warning);

/* verify.cat: 0; 1: one of the words is neither a unit nor a service, said. */
int verify_cat(bool json, char **words);

/* To stdout; that it failed is said once. */
void verify_put_raw(const char *, size_t len);
__attribute__((format(printf, 1, 2))) void verify_put(const char *, ...);

/* "text", as JSON has it. */
void verify_put_text(const char *);

/* "key":"text", */
void verify_put_member(const char *key, const char *text);

#endif
