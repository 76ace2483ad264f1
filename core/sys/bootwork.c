/* bootwork - see bootwork.h */
#include "sys/bootwork.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/setting.h"
#include "sys/files.h"

const char *const bootwork_scripts[] = {"/etc/init", "/etc/my_init.d", "/etc/rc.local", NULL};
const char *const bootwork_stop[] = {"/etc/init.stop", "/etc/my_init.pre_shutdown.d", NULL};
const char *const bootwork_stopped[] = {"/etc/my_init.post_shutdown.d", NULL};

/* An image may well bring the directories along, empty. */
static bool holds(const char *path)
{
	struct files_walk w = {.fd = files_open_dir(AT_FDCWD, path)};
	bool any;

	if (w.fd < 0)
		return errno != ENOENT;
	any = files_next(&w);
	close(w.fd);
	return any;
}

bool bootwork_units(void)
{
	static const char suffix[] = ".service";
	struct files_walk w = {.fd = -1};
	const char *dir = bootwork_services();
	bool any = setting_text("INIT_UNITS");

	if (any || !holds("/usr/lib/tmpfiles.d") || !dir)
		return any;
	w.fd = files_open_dir(AT_FDCWD, dir);
	for (const char *name; w.fd >= 0 && !any && (name = files_next(&w));) {
		size_t len = strlen(name);
		any = len >= sizeof suffix && strcmp(name + len + 1 - sizeof suffix, suffix) == 0;
	}
	close(w.fd);
	return any;
}

bool bootwork_any(const char *const *paths)
{
	for (; *paths; paths++)
		if (holds(*paths))
			return true;
	return false;
}

bool bootwork_scripted(void)
{
	return setting_text("INIT_BOOT_DIRS") || bootwork_any(bootwork_scripts);
}

bool bootwork_needed(bool with_scripts)
{
	static const char *const files[] = {"/etc/container_environment", "/etc/tmpfiles.d", "/etc/templates", NULL};
	static const char *const names[] = {"INIT_REQUIRED_ENV", "INIT_FILE_ENV", "USER_NAME"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (setting_text(names[i]))
			return true;
	return !getenv("HOME") || !getenv("PATH") || bootwork_any(files) || bootwork_units() ||
	       (with_scripts && bootwork_scripted());
}

const char *bootwork_services(void)
{
	const char *given = setting_text("INIT_SERVICE_DIR");

	return given                                    ? given
	       : access("/etc/service", F_OK) == 0      ? "/etc/service"
	       : access("/etc/s6", F_OK) == 0           ? "/etc/s6"
	       : setting_lists("INIT_UNITS", "enabled") ? "/etc/service"
	                                                : NULL;
}
