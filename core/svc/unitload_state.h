/* unitload_state - what the files of svc/unitload share: where units lie, what they are called, which are used. */
#ifndef SVC_UNITLOAD_STATE_H
#define SVC_UNITLOAD_STATE_H

#include <stdbool.h>
#include <stddef.h>

#include <stdint.h>

#include "base/path.h"
#include "pure/unit.h"

struct unitlife;
struct unitload;

enum { UNITLOAD_PLACES = 4, UNITLOAD_NAME = 264 };

/* A directory of units and the sorted names in it, listed once. */
struct unitload_place {
	const char *dir; /* NULL: none */
	char **names;
	size_t count;
};

/* The first is the service directory, or that of a file that was asked for. */
extern struct unitload_place unitload_places[UNITLOAD_PLACES];

/* The files of the unit that was found last, which end with NULL, and a number for what stands in them. */
extern char **unitload_files;
extern uint64_t unitload_hash;

/* Lists the directories, the first one being `dir` (or NULL), unless they are those that were listed last. */
void unitload_look(const char *dir);

/* Is there that name? */
bool unitload_has(const struct unitload_place *, const char *name);

/* Follows the name's links: it becomes the one that the unit has, path is its fragment. 0, or -1 with errno as
 * unitload_find(). */
int unitload_real(char name[UNITLOAD_NAME], char path[PATH_ROOM]);

/* The units in NAME.wants/ and NAME.requires/ (`kind`) of all places, without templates; called for each. */
void unitload_links(const char *name, const char *kind, void (*found)(void *, const char *name), void *);

/* What the supervisor must know of a service, or of another unit, which is one without programs; `wanted` is the
 * caller's. Texts are the unit's. */
void unitload_life(struct unit *, struct unitlife *);

/* All of the following is never freed. */
struct unitload_wanter {
	struct unitload_wanter *next;
	struct unitload_unit *node;
	bool required;
};

struct unitload_unit {
	struct unitload_unit *next; /* of those that are used */
	struct unit u;
	const char *service; /* its name without .service */
	char **files;
	uint64_t hash;
	char *aliases, *said, *ignored;  /* grow; NULL at first */
	struct unitload_wanter *wanters; /* by their WantedBy=, RequiredBy= */
	bool used, wanted, enabled;
	bool triggered; /* a timer, or how another one ends, starts it */
};

/* A name by which a unit may be called. */
struct unitload_name {
	struct unitload_name *next;
	const char *name;
	struct unitload_unit *node; /* NULL: there is none to be made a service: */
	bool absent;                /* nothing has that name, why: errno */
	bool directory;             /* a service directory has it */
	bool socket;                /* whether it is there or not: the unit is what that starts; not said yet */
	int why;
};

extern const struct unitload *unitload_how;

/* Adds to a text that grows. */
__attribute__((format(printf, 2, 3))) void unitload_add(char **text, const char *, ...);

/* Its name as a service: without .service. */
const char *unitload_service(const char *name);

/* What is known of the name; NULL: nothing, unless it is to be made. */
struct unitload_name *unitload_name(const char *name, bool make);

/* The same, and reads the unit if there is one. NULL: it is no unit's name. */
struct unitload_name *unitload_look_up(const char *name);

bool unitload_is_timer(const struct unitload_unit *);

/* The unit that the timer starts. */
const char *unitload_timed(struct unitload_unit *);

/* All that shall be services, or timers. */
struct unitload_unit *unitload_use(void);

#endif
