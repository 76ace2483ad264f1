/* unitload_state - what the two halves of svc/unitload share: where units lie. */
#ifndef SVC_UNITLOAD_STATE_H
#define SVC_UNITLOAD_STATE_H

#include <stdbool.h>
#include <stddef.h>

#include <stdint.h>

#include "base/path.h"

struct unit;
struct unitlife;

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

#endif
