/* watch - see watch.h */
#include "sys/watch.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/fmt.h"
#include "sys/loop.h"

enum {
	LINKS_MAX = 40, /* as many as the kernel follows */
	OF_WAY = IN_MOVE_SELF | IN_DELETE_SELF | IN_DONT_FOLLOW | IN_MASK_ADD,
	OF_NAMES = OF_WAY | IN_CREATE | IN_MOVED_TO,
	OF_END = OF_NAMES | IN_MOVED_FROM | IN_DELETE | IN_ATTRIB | IN_CLOSE_WRITE,
};

static void on_notify(struct loop_fd *, uint32_t);

static struct loop_fd notify = {.fd = -1, .ready = on_notify};
static void (*on_change)(void);

static void on_notify(struct loop_fd *w, uint32_t events)
{
	_Alignas(struct inotify_event) char mem[1024];

	(void)events;
	while (read(w->fd, mem, sizeof mem) > 0)
		;
	on_change();
}

int watch_open(void (*changed)(void))
{
	on_change = changed;
	loop_remove(&notify);
	if (notify.fd >= 0)
		close(notify.fd);
	notify.fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	return notify.fd < 0 ? -1 : loop_add(&notify, EPOLLIN);
}

bool watch_is_blind(const char *path)
{
	static const uint32_t types[] = {0x6969, 0xff534d42, 0xfe534d42, 0x65735546, 0x01021997, 0x00c36400};
	struct statfs st; /* NFS, CIFS, SMB2, FUSE, 9P, Ceph */

	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (statfs(path, &st) == 0 && (uint32_t)st.f_type == types[i])
			return true;
	return false;
}

/* 1: it is watched; 0: it is not there, or not for us to look at; -1: no more. */
static int add(const char *path, uint32_t events)
{
	if (inotify_add_watch(notify.fd, path, events) >= 0)
		return 1;
	return errno == ENOSPC || errno == ENOMEM || errno == EBADF ? -1 : 0;
}

int watch_path(const char *path)
{
	char at[PATH_MAX], to[PATH_MAX], *dir, *end, *rest, behind;
	bool looked = false; /* for what is missing, with its directory watched */
	unsigned links = 0;
	ssize_t n;
	int rc;

	if (fmt_into(at, sizeof at, "%s%s", *path == '/' ? "" : "./", path))
		return -1;
	for (dir = strchr(at, '/'); links < LINKS_MAX; dir = end) {
		end = strchrnul(dir + 1, '/');
		behind = *end;
		*end = '\0';
		rc = add(at, behind ? OF_WAY : OF_END);
		n = readlink(at, to, sizeof to - 1);
		if (n < 0 && errno != EINVAL) {
			*end = behind;
			end = dir;
			*dir = '\0';
			rc = add(dir == at ? "/" : at, OF_NAMES & ~IN_DONT_FOLLOW);
			*dir = '/';
			if (looked || rc < 0)
				return rc < 0 ? -1 : 0;
			looked = true;
			continue;
		}
		if (rc < 0 || (n < 0 && !behind))
			return rc < 0 || watch_is_blind(at) ? -1 : 0;
		looked = false;
		*end = behind;
		if (n < 0)
			continue;
		/* the path that the link stands for, from its beginning */
		if ((size_t)n + strlen(end) >= sizeof to)
			return -1;
		strcpy(to + n, end);
		rest = *to == '/' ? at : dir + 1;
		if (fmt_into(rest, sizeof at - (size_t)(rest - at), "%s", to))
			return -1;
		end = strchr(at, '/');
		links++;
	}
	return 0;
}
