/* unitphase - a unit's phases by their names
 *
 * with: UNIT
 */
#include "svc/unitphase.h"

#include <fcntl.h>
#include <string.h>

#include "base/msg.h"
#include "pure/unit.h"
#include "svc/unitload.h"
#include "svc/unitrun.h"

int unitphase_run(char *const *argv)
{
	static const char *const names[] = {"pre", "start", "post", "reload", "stop", "stop-post"};
	struct unit u;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (strcmp(argv[1], names[i]) != 0)
			continue;
		if (unitload_again(AT_FDCWD, &u) == 0)
			return unitrun(&u, (enum unitrun_phase)i);
		msg_error("its unit's files cannot be read: %m");
		return 1;
	}
	return -1;
}
