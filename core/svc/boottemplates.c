/* boottemplates - see boottemplates.h */
#include "svc/boottemplates.h"

#include <unistd.h>

#include "base/msg.h"
#include "base/setting.h"
#include "svc/boot.h"
#include "svc/render.h"

int boottemplates_all(struct boot *b)
{
	struct render r = {
	        .kinds = BOOTTEMPLATES_KINDS,
	        .unset = TEMPLATE_WRONG,
	        .prefix = setting_text("INIT_TEMPLATE_PREFIX"),
	        .filter = setting_text("INIT_TEMPLATE_FILTER"),
	        .env = b->env.list,
	        .mode = (mode_t)-1,
	        .uid = (uid_t)-1,
	        .gid = (gid_t)-1,
	};
	int rc = access(BOOTTEMPLATES, F_OK) == 0 && render_tree(&r, BOOTTEMPLATES, "/");

	b->templates = r.files;
	if (r.faults)
		msg_warn(
		        "set what is not set, or write ${X:-word}; a text that is none of ours is written $${ or \\{{");
	return rc;
}
