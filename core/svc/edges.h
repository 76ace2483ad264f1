/* edges - what services have to do with each other: dependencies.d of a directory, [Unit] of a unit (systemd.unit(5)).
 *
 * The names are looked up when services came or went; only pointers are kept, 16 bytes an edge.
 */
#ifndef SVC_EDGES_H
#define SVC_EDGES_H

struct service;

enum {
	EDGE_AFTER =
	        1 << 0, /* its start waits until the other's is over; its stop goes first. Before= is the other's */
	EDGE_NEEDS = 1 << 1,  /* dependencies.d: as that, and the other must be ready */
	EDGE_TARGET = 1 << 2, /* of a target to what it pulls in: AFTER, unless the other is after the target */
	EDGE_REQUIRES = 1 << 3,
	EDGE_REQUISITE = 1 << 4,
	EDGE_WANTS = 1 << 5,
	EDGE_UPHOLDS = 1 << 6,
	EDGE_BINDS_TO = 1 << 7,
	EDGE_PART_OF = 1 << 8,
	EDGE_CONFLICTS = 1 << 9, /* at both ends */
	EDGE_ON_FAILURE = 1 << 10,
	EDGE_ON_SUCCESS = 1 << 11,

	EDGE_ORDERS = EDGE_AFTER | EDGE_NEEDS,
	EDGE_PULLS = EDGE_REQUIRES | EDGE_WANTS | EDGE_UPHOLDS | EDGE_BINDS_TO,
	EDGE_MUST = EDGE_REQUIRES | EDGE_REQUISITE | EDGE_BINDS_TO,
	EDGE_FOLLOWS = EDGE_MUST | EDGE_PART_OF, /* an explicit stop or restart of the other is its own too */
};

struct edge {
	struct service *other; /* NULL: it has gone */
	unsigned kinds;
};

/* Finds them anew for all services, and reports circles (their members are `cyclic` and have no edges) and unknown
 * names (who must have one is `unmet`, its reason says so). All kinds there are. */
unsigned edges_resolve(void);

#endif
