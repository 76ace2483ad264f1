/* nearest - which applet was meant?
 *
 * config:  NEAREST
 */
#include "base/nearest.h"
#include <stddef.h>

#include "applet.h"

const char *applet_nearest(const char *name)
{
	const char *nearest = NULL;
	unsigned least = NEAREST_NONE;

	for (const struct applet *a = applets; a->name; a++)
		if (nearest_better(name, a->name, &least))
			nearest = a->name;
	return nearest;
}
