/* unitload_state - what the two halves of svc/unitload share: where units lie. */
#ifndef SVC_UNITLOAD_STATE_H
#define SVC_UNITLOAD_STATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/path.h"
#include "svc/unitload.h"

enum { UNITLOAD_PLACES = 4, UNITLOAD_NAME = 264 };

/* A directory of units and the sorted names in it, listed once. */
struct unitload_place {
	const char *dir; /* NULL: none */
	char **names;
	size_t count;
};

/* The first is the service directory, or that of a file that was asked for. */
extern struct unitload_place unitload_places[UNITLOAD_PLACES];

/* The files of the unit that was found last; ends with NULL. */
extern char **unitload_files;

/* Lists the directories, the first one being `dir` (or NULL), unless they are those that were listed last. */
void unitload_look(const char *dir);

/* The place's index of that name, or of the first that would stand behind it. */
size_t unitload_index(const struct unitload_place *, const char *name);
bool unitload_has(const struct unitload_place *, const char *name);

/* Follows the name's links: it becomes the one that the unit has, path is its fragment. 0, or -1 with errno as
 * unitload_find(). */
int unitload_real(char name[UNITLOAD_NAME], char path[PATH_ROOM]);

/* The names in DIR.wants and its like (`kind`) of all places; called for each. */
void unitload_links(const char *name, const char *kind, void (*found)(void *, const char *name), void *);

#endif
