/* unitrun_cond - Condition…= and Assert…=: systemd.unit(5), "Conditions and Asserts".
 *
 * Those about the kernel's version, memory, processors, pressure, control groups and os-release are not looked at,
 * which is said: the image was built for what it runs on.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/glob.h"
#include "base/msg.h"
#include "base/words.h"
#include "pure/unitfile.h"
#include "pure/unitlife.h"
#include "svc/unitload.h"
#include "svc/unitrun_state.h"
#include "sys/caps.h"
#include "sys/files.h"

/* In the order of the words below. */
enum what {
	PATH_EXISTS,
	PATH_GLOB,
	IS_DIRECTORY,
	IS_LINK,
	IS_MOUNT,
	IS_WRITABLE,
	IS_SOCKET,
	DIRECTORY_NOT_EMPTY,
	FILE_NOT_EMPTY,
	IS_EXECUTABLE,
	VIRTUALIZATION,
	CAPABILITY,
	USER,
	GROUP,
	ENVIRONMENT,
	HOST,
	ARCHITECTURE,
	AC_POWER,
	NEVER, /* and those behind */
};

static const char names[] =
        "PathExists PathExistsGlob PathIsDirectory PathIsSymbolicLink PathIsMountPoint PathIsReadWrite PathIsSocket "
        "DirectoryNotEmpty FileNotEmpty FileIsExecutable Virtualization Capability User Group Environment Host "
        "Architecture ACPower "
        "KernelCommandLine FirstBoot NeedsUpdate Security Firmware KernelModuleLoaded Credential PathIsEncrypted";

static bool is_mount(const char *path)
{
	enum { MOUNT_ROOT = 0x2000 }; /* of stx_attributes, linux/stat.h */
	uint64_t x[32] = {0};

	return syscall(SYS_statx, AT_FDCWD, path, 0, 0, x) == 0 && x[1] & MOUNT_ROOT;
}

static bool not_empty(const char *path)
{
	struct files_walk w = {.fd = files_open_dir(AT_FDCWD, path)};
	bool any = w.fd >= 0 && files_next(&w);

	if (w.fd >= 0)
		close(w.fd);
	return any;
}

static bool virtualization(const char *v)
{
	const char *is = env_get(&(struct env){.list = environ}, "container");
	bool on;

	if (unitfile_bool(v, &on) == 0)
		return on;
	return strcmp(v, "container") == 0 || (is && strcmp(v, is) == 0) ||
	       (strcmp(v, "docker") == 0 && access("/.dockerenv", F_OK) == 0) ||
	       (strcmp(v, "podman") == 0 && access("/run/.containerenv", F_OK) == 0);
}

static bool is_user(const char *v)
{
	enum { SYSTEM_MAX = 999 };
	struct users_user u;

	return strcmp(v, "@system") == 0 ? geteuid() <= SYSTEM_MAX : users_find(v, &u) == 0 && u.uid == geteuid();
}

static bool in_group(const char *v)
{
	gid_t gid, groups[PSTATE_GROUPS_MAX];
	int n = getgroups(PSTATE_GROUPS_MAX, groups);

	if (users_group(v, &gid))
		return false;
	while (n > 0)
		if (groups[--n] == gid)
			return true;
	return gid == getegid();
}

static bool in_environment(const char *v)
{
	const char *equals = strchr(v, '=');

	for (char **e = environ; *e; e++)
		if (equals ? strcmp(*e, v) == 0 : strncmp(*e, v, strlen(v)) == 0 && (*e)[strlen(v)] == '=')
			return true;
	return false;
}

static bool holds(enum what what, const char *v)
{
	struct stat st = {0};
	struct utsname here;
	size_t count;
	int cap;
	bool there = stat(v, &st) == 0, on;

	uname(&here);
	switch (what) {
	case PATH_EXISTS:
		return there;
	case PATH_GLOB:
		return unitrun_paths(v, &count) && count;
	case IS_DIRECTORY:
		return S_ISDIR(st.st_mode);
	case IS_LINK:
		return lstat(v, &st) == 0 && S_ISLNK(st.st_mode);
	case IS_MOUNT:
		return is_mount(v);
	case IS_WRITABLE:
		return there && (access(v, W_OK) == 0 || errno != EROFS);
	case IS_SOCKET:
		return S_ISSOCK(st.st_mode);
	case DIRECTORY_NOT_EMPTY:
		return not_empty(v);
	case FILE_NOT_EMPTY:
		return S_ISREG(st.st_mode) && st.st_size;
	case IS_EXECUTABLE:
		return S_ISREG(st.st_mode) && st.st_mode & 0111;
	case VIRTUALIZATION:
		return virtualization(v);
	case CAPABILITY:
		cap = caps_number(v, strlen(v));
		return cap >= 0 && caps_call(PR_CAPBSET_READ, (unsigned)cap, 0) == 1;
	case USER:
		return is_user(v);
	case GROUP:
		return in_group(v);
	case ENVIRONMENT:
		return in_environment(v);
	case HOST:
		return glob_fits(v, strlen(v), here.nodename, strlen(here.nodename));
	case ARCHITECTURE:
		return strcmp(v, "native") == 0 || strcmp(v, unitload_world()->arch) == 0;
	case AC_POWER:
		return unitfile_bool(v, &on) || on;
	case NEVER: /* and FirstBoot=no is the one of these that holds */
		return unitfile_bool(v, &on) == 0 && !on;
	}
	return false;
}

/* All of them ------------------------------------------------------------ */

/* Those of a key: all that have no | must hold, and one of those that have it. NULL, or one that is to blame. */
static const struct unit_setting *failed(struct unitrun *r, enum unit_key key, size_t prefix)
{
	const struct unit_setting *s, *blamed = NULL;
	bool triggered = false;

	for (size_t at = 0; (s = unit_next(r->unit, key, &at));) {
		const char *v = s->value, *p = names, *name = s->name + prefix;
		size_t len, place = 0;
		bool trigger = *v == '|', negated, good;
		v += trigger;
		negated = *v == '!';
		v += negated;
		v += strspn(v, " \t");
		while ((p = words_next(&(const char *){p}, &len)) && (strncmp(p, name, len) != 0 || name[len])) {
			p += len;
			place++;
		}
		if (!p) {
			msg_warn("%s:%u: %s= is not looked at", s->path, s->line, s->name);
			continue;
		}
		good = holds(place < NEVER ? (enum what)place : NEVER, v) != negated;
		if (!trigger && !good)
			return s;
		triggered |= trigger && good;
		if (trigger && !blamed)
			blamed = s;
	}
	return triggered ? NULL : blamed;
}

int unitrun_conditions(struct unitrun *r)
{
	const struct unit_setting *s = failed(r, UNIT_Condition, sizeof "Condition" - 1);

	if (s) {
		msg_warn("%s:%u: not started: %s=%s does not hold", s->path, s->line, s->name, s->value);
		return UNITLIFE_SKIP;
	}
	s = failed(r, UNIT_Assert, sizeof "Assert" - 1);
	if (!s)
		return 0;
	r->at = s;
	return unitrun_say(r, UNITRUN_RESOURCES, UNIT_KEYS, "%s does not hold, so it must not start", s->value);
}
